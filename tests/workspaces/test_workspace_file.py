"""The workspace file: what it may say, and what is told of every mistake in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from navigator.index import Home
from navigator.workspaces import (
    BadFile,
    BadImportRoot,
    NameTaken,
    UnknownWorkspace,
    index,
    open_workspace,
    read_workspace_file,
)
from navigator.workspaces.settings import ImportRoot
from tests.repositories import Git, quiet_git
from tests.workspaces.packages import SHOP, lay

APP = {"app/main.py": "from kit.tools import cut\n\ndef main():\n    return cut()\n"}
KIT = {
    "libs/kit/tools.py": "def cut():\n    return blade()\n\ndef blade():\n    return 1\n",
    "libs/kit/__init__.py": "",
}
TWO = """
name = "both"
about = "An application and its library."

[[roots]]
name = "app"
source = "app-code"

[[roots]]
name = "kit"
source = "kit-code"
folder = "libs"
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with two code folders and a workspace file that joins them."""
    desk = tmp_path / "desk"
    lay(desk / "app-code", APP)
    lay(desk / "kit-code", KIT)
    (desk / "navigator.toml").write_text(TWO)
    return desk


def written(desk: Path, text: str) -> Path:
    file = desk / "navigator.toml"
    file.write_text(text)
    return file


def test_several_roots_are_one_graph(desk: Path, home: Home) -> None:
    done = index(file=desk / "navigator.toml", home=home)
    assert (done.workspace, done.files) == ("both", 3)
    with open_workspace("both", home=home) as workspace:
        assert [root.name for root in workspace.roots] == ["app", "kit"]
        (path,) = workspace.paths("app.main.main", "blade").paths
        assert [hop.symbol.id for hop in path] == ["app:app.main.main", "kit:kit.tools.cut", "kit:kit.tools.blade"]


def test_the_file_is_read_again(desk: Path, home: Home) -> None:
    index(file=desk / "navigator.toml", home=home)
    assert not index(name="both", home=home).changed
    written(desk, TWO + 'exclude = ["main.py"]\n')
    assert index(name="both", home=home).files == 3, "the glob belongs to the second root"
    written(desk, 'exclude = ["main.py"]\n' + TWO)
    done = index(name="both", home=home)
    assert (done.files, done.parsed) == (2, 0)


def test_a_file_that_is_gone(desk: Path, home: Home) -> None:
    index(file=desk / "navigator.toml", home=home)
    (desk / "navigator.toml").unlink()
    with pytest.raises(UnknownWorkspace, match=r"navigator\.toml, which is gone; run `navigator index SOURCE"):
        index(name="both", home=home)
    with open_workspace("both", home=home) as workspace:
        assert workspace.callers("blade").edges


def test_a_name_that_stands_for_something_else(desk: Path, home: Home, tmp_path: Path) -> None:
    index([str(lay(tmp_path / "clone", SHOP))], name="both", home=home)
    with pytest.raises(NameTaken, match=r"'both' already stands for .*clone; give another with --name"):
        index(file=desk / "navigator.toml", home=home)
    assert index(file=desk / "navigator.toml", name="both", home=home).files == 3


def test_revisions_are_pinned(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quiet_git(monkeypatch)
    kit = Git(tmp_path / "kit")
    first = kit.commit(tools="def old():\n    return 1\n")
    kit("tag", "v1")
    kit.commit(tools="def new():\n    return 1\n")
    file = written(tmp_path, '[[roots]]\nsource = "kit"\nrevision = "v1"\n')
    assert index(file=file, name="w", home=home).files == 1
    with open_workspace("w", home=home) as workspace:
        assert [root.revision for root in workspace.roots] == [first]
        assert workspace.find("old").total and not workspace.find("new").total
    kit.write("tools.py", "def newest(): ...\n")
    assert not index(name="w", home=home).changed


def test_import_roots_and_names(home: Home, tmp_path: Path) -> None:
    lay(
        tmp_path / "code",
        {
            "main.py": "import k_diffusion.sampling as s\nimport plugin\n\ndef main():\n    s.run()\n    plugin.go()\n",
            "repositories/k-diffusion/sampling.py": "def run(): ...\n",
            "extras/plugin.py": "def go(): ...\n",
        },
    )
    file = written(
        tmp_path,
        '[[roots]]\nsource = "code"\n'
        'import-roots = { "repositories/k-diffusion" = "k_diffusion", "extras" = "", "." = "" }\n',
    )
    assert read_workspace_file(file).settings.roots[0].import_roots == (
        ImportRoot("repositories/k-diffusion", "k_diffusion"),
        ImportRoot("extras"),
        ImportRoot(""),
    )
    index(file=file, name="w", home=home)
    with open_workspace("w", home=home) as workspace:
        callees = {edge.callee.name for edge in workspace.callees("main.main").edges}
    assert callees == {"k_diffusion.sampling.run", "plugin.go"}
    with pytest.raises(BadImportRoot, match=r"root 'code' has no code in nowhere"):
        index(file=written(tmp_path, '[[roots]]\nsource = "code"\nimport-roots = ["nowhere"]\n'), name="w", home=home)


def test_extra_knowledge(home: Home, tmp_path: Path) -> None:
    lay(tmp_path / "code", {"main.py": "import jobs\n\ndef work(): ...\n\ndef main():\n    jobs.later(work)\n"})
    rules = tmp_path / "rules" / "jobs.toml"
    rules.parent.mkdir()
    rules.write_text('library = "jobs"\n[[model]]\nmodule = "jobs"\nsource = "def later(fn): fn()"\n')
    file = written(tmp_path, 'knowledge = ["rules/*.toml"]\n[[roots]]\nsource = "code"\n')
    index(file=file, name="w", home=home)
    with open_workspace("w", home=home) as workspace:
        assert [edge.call.rule for edge in workspace.callers("work").edges] == ["jobs.later"]
    rules.write_text('library = "jobs"\n[[model]]\nmodule = "jobs"\nsource = "def later(fn): pass"\n')
    assert index(name="w", home=home).changed, "the graph depends on the rules"
    with open_workspace("w", home=home) as workspace:
        assert not workspace.callers("work").edges


def test_an_override_is_read_instead(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quiet_git(monkeypatch)
    kit = Git(tmp_path / "elsewhere" / "kit")
    commit = kit.commit(tools="def cut(): ...\n")
    source = "https://example.invalid/team/kit"
    file = written(
        tmp_path,
        f'[sources]\n"{source}" = "elsewhere/kit"\n\n[[roots]]\nsource = "git+{source}.git"\nrevision = "{commit}"\n',
    )
    index(file=file, name="w", home=home)
    with open_workspace("w", home=home) as workspace:
        assert [(root.source, root.revision) for root in workspace.roots] == [(f"git+{source}.git@{commit}", commit)]
        assert workspace.find("cut").total


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the file: object missing required field roots"),
        ("roots = []", r"roots: there is none; write a \[\[roots\]\] table"),
        ("[[roots]", "is not valid TOML"),
        ('naem = "x"\n[[roots]]\nsource = "app-code"', "unknown key naem; did you mean 'name'"),
        ('[[roots]]\nsource = "app-code"\nrevison = "v1"', r"unknown key roots\[0\]\.revison; did you mean 'revision'"),
        ('[[roots]]\nsource = "app-code"\nxyz = 1', r"unknown key roots\[0\]\.xyz; there is: source, name, revision"),
        ("[[roots]]\nsource = 3", r"roots\[0\]\.source: expected str, got int"),
        ('[[roots]]\nsource = " "', r"roots\[0\]\.source: it is empty"),
        ('[[roots]]\nname = "a:b"\nsource = "app-code"', r"roots\[0\]\.name: 'a:b' holds a colon"),
        (
            '[[roots]]\nname = "a"\nsource = "app-code"\n[[roots]]\nname = "a"\nsource = "kit-code"',
            r"roots\[1\]\.name: another root is called 'a' already",
        ),
        (
            '[[roots]]\nsource = "pypi:kit==1"\nrevision = "2"',
            r"roots\[0\]\.revision: 'pypi:kit==1' names a revision of its own",
        ),
        ('[[roots]]\nsource = "app-code"\nimport-roots = ["../x"]', r"import-roots: '\.\./x' leads out of the root"),
        ('[[roots]]\nsource = "app-code"\nimport-roots = {a = "b-c"}', r"import-roots: 'b-c' is no import name"),
        ('knowledge = ["none.toml"]\n[[roots]]\nsource = "app-code"', r"knowledge\[0\]: there is no file none.toml"),
        ('reproductions = ["none"]\n[[roots]]\nsource = "app-code"', r"reproductions\[0\]: there is no folder none"),
        ('editor = ["vi"]\n[[roots]]\nsource = "app-code"', "unknown key editor"),
    ],
)
def test_mistakes_are_told_with_file_and_key(desk: Path, home: Home, text: str, told: str) -> None:
    index(file=desk / "navigator.toml", home=home)
    with pytest.raises(BadFile, match=told) as caught:
        index(file=written(desk, text), home=home)
    assert str(desk / "navigator.toml") in str(caught.value) and "\n" not in str(caught.value)
    assert caught.value.exit_code == 2
    with open_workspace("both", home=home) as workspace:
        assert workspace.callers("blade").edges, "the workspace is as it was"


def test_what_is_no_text_or_too_much_of_it(desk: Path) -> None:
    file = desk / "navigator.toml"
    file.write_bytes(b'name = "\xff"')
    with pytest.raises(BadFile, match=r"is not UTF-8 text \(byte 8\)"):
        read_workspace_file(file)
    file.write_bytes(b"#" * (1 << 21))
    with pytest.raises(BadFile, match="is larger than"):
        read_workspace_file(file)
    with pytest.raises(BadFile, match="cannot read"):
        read_workspace_file(desk / "none.toml")
