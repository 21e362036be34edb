"""The packages of an environment are read where imports lead, and no further."""

from __future__ import annotations

from pathlib import Path

import pytest

from navigator.index import Home
from navigator.sources import NotFoundError
from navigator.workspaces import index, open_workspace
from navigator.workspaces.dependencies import imported_modules
from navigator.workspaces.imports import Import
from tests.workspaces.packages import lay

SITE = "lib/python3.11/site-packages"

PACKAGES = {
    "paint": {
        "paint/__init__.py": "from paint.colours import mix\n",
        "paint/colours.py": "import brush\n\ndef mix():\n    brush.stroke()\n",
        "paint/unused.py": "def never(): pass\n",
    },
    "brush": {"brush.py": "def stroke():\n    dip()\n\ndef dip():\n    pass\n"},
    "ladder": {"ladder/__init__.py": "def climb(): pass\n"},
}


def environment(folder: Path, packages: dict[str, dict[str, str]] = PACKAGES, version: str = "1.0") -> Path:
    files = {"pyvenv.cfg": "home = /nowhere\n"}
    for name, contents in packages.items():
        info = f"{name}-{version}.dist-info"
        record = "".join(f"{path},,\n" for path in (*contents, f"{info}/METADATA", f"{info}/RECORD"))
        files[f"{SITE}/{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        files[f"{SITE}/{info}/RECORD"] = record
        files.update({f"{SITE}/{path}": text for path, text in contents.items()})
    return lay(folder, files)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    return lay(
        tmp_path / "house", {"house/__init__.py": "", "house/wall.py": "import paint\n\ndef do():\n    paint.mix()\n"}
    )


def test_imports_are_followed_through_packages(home: Home, house: Path, tmp_path: Path) -> None:
    venv = environment(tmp_path / "venv")
    done = index([str(house)], with_deps=str(venv), home=home)
    assert (done.files, done.parsed) == (5, 5), "paint.unused and ladder are not read"
    with open_workspace(home=home) as workspace:
        assert [root.name for root in workspace.roots] == ["house", "brush", "paint"]
        (path,) = workspace.paths("wall.do", "brush.dip").paths
        assert [hop.symbol.id for hop in path] == [
            "house:house.wall.do",
            "paint:paint.colours.mix",
            "brush:brush.stroke",
            "brush:brush.dip",
        ]
        assert workspace.source(path[-1].symbol).lines == ("def dip():", "    pass")


def test_without_them_they_are_external(home: Home, house: Path) -> None:
    assert index([str(house)], home=home).files == 2
    with open_workspace(home=home) as workspace:
        assert [edge.callee.name for edge in workspace.callees("wall.do").edges] == ["paint.mix"]


def test_only_changes_are_work(home: Home, house: Path, tmp_path: Path) -> None:
    venv = environment(tmp_path / "venv")
    index([str(house)], with_deps=str(venv), home=home)
    again = index([], home=home)
    assert (again.linked, again.changed, again.files) == (False, False, 5)
    (venv / SITE / "brush.py").write_text("def stroke():\n    pass\n")
    assert (index([], home=home).parsed, index([], home=home).linked) == (1, False)
    environment(venv, version="2.0")
    assert index([], home=home).linked
    (house / "house/wall.py").write_text("def do(): pass\n")
    assert index([], home=home).files == 2


def test_the_programs_own_packages_come_first(home: Home, house: Path, tmp_path: Path) -> None:
    venv = environment(tmp_path / "venv", {**PACKAGES, "house": {"house/wall.py": "def other(): pass\n"}})
    assert index([str(house)], with_deps=str(venv), home=home).files == 5
    with open_workspace(home=home) as workspace:
        assert workspace.find("wall.other").total == 0


def test_no_environment(home: Home, house: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        index([str(house)], with_deps=str(tmp_path / "nowhere"), home=home)


@pytest.mark.parametrize(
    ("module", "package", "line", "expected"),
    [
        ("a.b", False, Import("x.y", 0, ""), "x.y"),
        ("a.b", False, Import("x", 0, "n"), "x.n"),
        ("a.b", False, Import("", 1, "n"), "a.n"),
        ("a.b", True, Import("", 1, "n"), "a.b.n"),
        ("a.b", False, Import("c", 1, "n"), "a.c.n"),
        ("a.b", True, Import("c", 2, "n"), "a.c.n"),
        ("a", False, Import("c", 5, "n"), "c.n"),
    ],
)
def test_names_that_imports_mean(module: str, package: bool, line: Import, expected: str) -> None:
    assert list(imported_modules(module, package, [line])) == [expected]
