from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from navigator.callgraph import Role
from navigator.sources import Limits, NotFoundError, SpecError, packages_of


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """An environment with a site-packages folder, in which nothing was ever installed."""
    (tmp_path / "venv/lib/python3.11/site-packages").mkdir(parents=True)
    (tmp_path / "venv/pyvenv.cfg").write_text("home = /nowhere/bin\ninclude-system-site-packages = false\n")
    return tmp_path / "venv"


@pytest.fixture
def install(environment: Path) -> Callable[..., Path]:
    """Lays out files as an installer does, and returns the metadata folder."""

    def put(name: str, version: str, files: dict[str, str], record: str | None = "", **metadata: str) -> Path:
        site = environment / "lib/python3.11/site-packages"
        folder = site / f"{name}-{version}.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\nText\n")
        for path, content in files.items():
            (site / path).parent.mkdir(parents=True, exist_ok=True)
            (site / path).write_text(content)
        if record is not None:
            rows = [f'"{path}",sha256=x,1' if "," in path else f"{path},," for path in files]
            (folder / "RECORD").write_text("\n".join([*rows, f"{folder.name}/RECORD,,", record]))
        for file, content in metadata.items():
            (folder / file.replace("__", ".")).write_text(content)
        return folder

    return put


_PY = {"suffixes": (".py",)}


def test_distributions_by_name_and_by_what_they_provide(environment: Path, install: Callable) -> None:
    install("PyYAML", "6.0", {"yaml/__init__.py": "a", "_yaml/__init__.py": "b"})
    install("google_one", "1", {"google/one/a.py": "c"})
    install("google.two", "2", {"google/two/b.py": "d", "single.py": "e", "native.cpython-311.so": ""})
    install("types-yaml", "3", {"yaml-stubs/__init__.pyi": ""})
    packages = packages_of(environment)
    names = [distribution.name for distribution in packages.distributions]
    assert names == ["google-one", "google-two", "pyyaml", "types-yaml"]
    assert {d.name for d in packages.providing("yaml")} == {"pyyaml", "types-yaml"}
    assert {d.name for d in packages.providing("google")} == {"google-one", "google-two"}
    assert packages.providing("nothing") == ()
    assert packages["Google_Two"].import_names == {"google", "single", "native"}
    assert packages["pyyaml"].version == "6.0"
    with pytest.raises(NotFoundError, match="no distribution gone"):
        packages["gone"]


def test_a_snapshot_holds_what_was_recorded(
    environment: Path, install: Callable, paths_of: Callable, problems_of: Callable
) -> None:
    site = environment / "lib/python3.11/site-packages"
    install(
        "demo",
        "1.0",
        {"demo/__init__.py": "a", "demo/tests/test_a.py": "b", "demo/_vendor/c.py": "c", "demo/odd, name.py": "d"},
        record=f"../../../bin/demo.py,,\n/etc/evil.py,,\n{environment}/abs.py,,\ndemo/gone.py,,\ndemo/big.py,,",
    )
    (site / "demo/big.py").write_text("x" * 50)
    (site / "demo/stray.py").write_text("not recorded")
    with packages_of(environment)["demo"].snapshot(**_PY, limits=Limits(file_size=40)) as snapshot:
        assert {entry.path: entry.role for entry in snapshot.entries} == {
            "demo/__init__.py": Role.SOURCE,
            "demo/_vendor/c.py": Role.VENDORED,
            "demo/odd, name.py": Role.SOURCE,
            "demo/tests/test_a.py": Role.TEST,
        }
        assert set(problems_of(snapshot)) == {"demo/gone.py", "demo/big.py"}
        assert snapshot.source == f"installed:{environment}#demo" and snapshot.revision == "1.0"
        (site / "demo/__init__.py").write_text("changed")
        assert snapshot.read("demo/__init__.py") == b"a"
    with packages_of(environment)["demo"].snapshot(**_PY, include=["tests"]) as snapshot:
        assert paths_of(snapshot) == ["demo/tests/test_a.py"]


def test_packages_can_be_opened_by_a_spec(environment: Path, install: Callable, take: Callable) -> None:
    install("demo", "1.0", {"demo.py": "a"})
    assert take(f"installed:{environment}#Demo").read("demo.py") == b"a"
    for spec in ("installed:", f"installed:{environment}", "installed:#demo"):
        with pytest.raises(SpecError):
            take(spec)


def test_editable_installations_are_their_project(
    environment: Path, install: Callable, tmp_path: Path, paths_of: Callable
) -> None:
    project = tmp_path / "my project"
    (project / "src/demo").mkdir(parents=True)
    (project / "src/demo/__init__.py").write_text("a")
    (project / "setup.py").write_text("raise SystemExit")
    url = json.dumps({"url": project.as_uri(), "dir_info": {"editable": True}})
    install("demo", "1.0", {"__editable___demo_finder.py": "raise SystemExit"}, direct_url__json=url)
    distribution = packages_of(environment)["demo"]
    assert distribution.editable == project
    assert distribution.import_names == {"demo"}
    with distribution.snapshot(**_PY) as snapshot:
        assert (snapshot.name, snapshot.revision) == ("demo", "1.0")
        assert paths_of(snapshot) == ["setup.py", "src/demo/__init__.py"]


def test_installations_without_a_record(environment: Path, install: Callable, paths_of: Callable) -> None:
    site = environment / "lib/python3.11/site-packages"
    install("demo", "1.0", {"demo/a.py": "a", "demo/sub/b.py": "b", "other.py": "c"}, record=None)
    (site / "old-2.0-py3.11.egg-info").mkdir()
    (site / "old-2.0-py3.11.egg-info/PKG-INFO").write_text("Name: Old\nVersion: 2.0\n")
    (site / "old-2.0-py3.11.egg-info/top_level.txt").write_text("oldmodule\n../evil\n")
    (site / "oldmodule.py").write_text("d")
    (site / "older-1.0.egg-info").write_text("Metadata-Version: 1.0\nName: older\nVersion: 1.0\n")
    (site / "older.py").write_text("e")
    (site / "oldest-1.egg-info").mkdir()
    (site / "oldest-1.egg-info/installed-files.txt").write_text("../oldest/f.py\n../../../../../evil.py\n")
    (site / "oldest").mkdir()
    (site / "oldest/f.py").write_text("f")
    packages = packages_of(environment)
    found = {}
    for distribution in packages.distributions:
        with distribution.snapshot(**_PY) as snapshot:
            found[f"{distribution.name} {distribution.version}"] = paths_of(snapshot)
    assert found == {
        "demo 1.0": ["demo/a.py", "demo/sub/b.py"],
        "old 2.0": ["oldmodule.py"],
        "older 1.0": ["older.py"],
        "oldest 1": ["oldest/f.py"],
    }
    assert [d.name for d in packages.providing("oldmodule")] == ["old"]


def test_files_that_an_installer_linked_to_its_cache(environment: Path, install: Callable, tmp_path: Path) -> None:
    site = environment / "lib/python3.11/site-packages"
    install("demo", "1.0", {"demo/a.py": ""})
    (tmp_path / "cached.py").write_text("from the cache")
    (site / "demo/a.py").unlink()
    (site / "demo/a.py").symlink_to(tmp_path / "cached.py")
    with packages_of(environment)["demo"].snapshot(**_PY) as snapshot:
        assert snapshot.read("demo/a.py") == b"from the cache"


def test_the_base_interpreters_packages_show_only_where_they_are_let_through(
    environment: Path, install: Callable, tmp_path: Path
) -> None:
    install("demo", "2.0", {"demo.py": "own"})
    base = tmp_path / "base/lib/python3.11/site-packages"
    for name in ("demo-1.0", "extra-1.0"):
        (base / f"{name}.dist-info").mkdir(parents=True)
    assert [d.name for d in packages_of(environment).distributions] == ["demo"]
    settings = f"home = {tmp_path}/base/bin\ninclude-system-site-packages = true\n"
    (environment / "pyvenv.cfg").write_text(settings)
    found = {d.name: d.version for d in packages_of(environment).distributions}
    assert found == {"demo": "2.0", "extra": "1.0"}


def test_what_is_no_environment(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no environment"):
        packages_of(tmp_path / "gone")
    with pytest.raises(NotFoundError, match="has no site-packages"):
        packages_of(tmp_path)


def test_the_environment_that_runs_this() -> None:
    packages = packages_of(Path(sys.prefix))
    (pytest_itself,) = packages.providing("_pytest")
    before = set(sys.modules)
    with pytest_itself.snapshot(**_PY) as snapshot:
        path = os.path.relpath(pytest.__file__, pytest_itself.folder).replace(os.sep, "/")
        assert snapshot.read(path) == Path(pytest.__file__).read_bytes()
    assert set(sys.modules) == before
