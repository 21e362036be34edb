"""The verbs about workspaces, from the workspace file in the current folder to trust."""

from __future__ import annotations

from pathlib import Path

import pytest

from navigator.index import Home
from tests.cli.conftest import Run
from tests.repositories import Git, quiet_git
from tests.workspaces.packages import SHOP, lay

TWO = '[[roots]]\nname = "app"\nsource = "app"\n\n[[roots]]\nname = "kit"\nsource = "kit"\n'


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with two code folders and a workspace file."""
    desk = tmp_path / "desk"
    lay(desk / "app", {"main.py": "from tools import cut\n\ndef main():\n    cut()\n"})
    lay(desk / "kit", {"tools.py": "def cut(): ...\n"})
    (desk / "navigator.toml").write_text(TWO)
    monkeypatch.chdir(desk)
    return desk


def test_index_uses_the_workspace_file_of_the_current_folder(run: Run, desk: Path) -> None:
    assert run("index").out == "desk: 2 files; parsed 2, reused 0\n"
    assert run("index").out == "desk: nothing has changed; 2 files, parsed 0\n"
    found = run("path", "main.main", "cut")
    assert found.out.splitlines()[1].split() == ["▶", "tools.cut", "app:main.py:4", "call,", "exact,", "into", "kit"]
    assert "app, kit" in run("list").out


def test_a_workspace_file_can_be_named(run: Run, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk.parent)
    assert run("index", "desk/navigator.toml", "--name", "w").out == "w: 2 files; parsed 2, reused 0\n"
    assert run("index", "-w", "w").status == 0
    found = run("index", "none.toml")
    assert found.status == 2 and "none.toml: No such file" in found.err


def test_without_a_file_the_workspace_used_last_is_renewed(run: Run, desk: Path) -> None:
    run("index", str(lay(desk.parent / "shop", SHOP)))
    (desk / "navigator.toml").unlink()
    assert run("index").out.startswith("shop: nothing has changed")


def test_a_mistake_in_the_file_is_one_line(run: Run, desk: Path) -> None:
    (desk / "navigator.toml").write_text(TWO.replace("source", "sorce", 1))
    found = run("index")
    assert (found.status, found.out) == (2, "")
    file = desk / "navigator.toml"
    assert found.err == f"navigator: {file}: unknown key roots[0].sorce; did you mean 'source'?\n"


def test_open_lists_the_catalog(run: Run) -> None:
    lines = run("open").out.splitlines()
    assert {"webui", "deepspeed", "konva", "torchvision", "demo-torchvision"} <= {line.split()[0] for line in lines}
    assert {"name", "about", "sources"} == set(run("open", "--json").json[0])


def test_open_an_entry_and_come_back_to_it(run: Run, home: Home, desk: Path) -> None:
    assert run("open", "demo-torchvision").out.startswith("demo-torchvision: 17 files; parsed 17")
    run("index")
    assert run("open", "desk").out == "desk: 2 files, 4 symbols, 1 call\n"
    assert run("open", "desk", "--json").json == {"workspace": "desk", "files": 2, "symbols": 4, "calls": 1}
    assert run("open", "demo-torchvision", "--json").json["changed"] is False
    assert run("list").out.splitlines()[0].startswith("*  demo-torchvision")


def test_open_tells_the_nearest(run: Run) -> None:
    found = run("open", "torchvison")
    assert (found.status, found.out) == (2, "")
    assert found.err.startswith("navigator: the catalog has no 'torchvison'; there is: torchvision")


def test_open_from_a_folder_without_clones(run: Run, tmp_path: Path) -> None:
    found = run("open", "webui", "--from", str(tmp_path))
    assert (found.status, found.out, found.err.count("\n")) == (2, "", 1)
    assert "no clone of git+https://github.com/AUTOMATIC1111/" in found.err


def test_trust(run: Run, tmp_path: Path) -> None:
    nothing = run("trust")
    assert (nothing.status, nothing.out) == (1, "") and "navigator trust DIR" in nothing.err
    assert run("trust", str(tmp_path)).out == f"trusted: {tmp_path}\n"
    assert run("trust").out == f"{tmp_path}\n"
    assert run("trust", "--json").json == {"trusted": [str(tmp_path)]}
    assert run("trust", str(tmp_path), "--remove").out == f"no longer trusted: {tmp_path}\n"
    assert run("trust", str(tmp_path), "--remove").status == 2
    assert run("trust", "--remove").status == 2


@pytest.fixture
def kit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Git:
    """A repository with two revisions, indexed at the second as workspace ``kit``."""
    quiet_git(monkeypatch)
    git = Git(tmp_path / "kit")
    git.commit(tools="def cut(size):\n    return size\n", main="from tools import cut\n\ndef main():\n    cut(1)\n")
    git("tag", "v1")
    git.commit(
        tools="def cut(length):\n    return trim(length)\n\ndef trim(length):\n    return length\n",
        tests__test_cut="from tools import cut\n\ndef test_cut():\n    assert cut(1)\n",
    )
    git("tag", "v2")
    run("index", str(git.folder), "--name", "kit")
    return git


def test_diff_of_two_revisions(run: Run, kit: Git) -> None:
    found = run("diff", "kit@v1", "kit@v2")
    assert (found.status, found.out.splitlines()) == (
        0,
        [
            "tests.test_cut",
            "  +  tests.test_cut        tests/test_cut.py:1  module",
            "  +  test_cut              tests/test_cut.py:3  function",
            "  +  test_cut ▶ tools.cut  tests/test_cut.py:4  call, exact",
            "tools",
            "  +  trim        tools.py:4  function",
            "  ~  cut         tools.py:1  parameters -size +length",
            "  +  cut ▶ trim  tools.py:2  call, exact",
        ],
    )
    assert found.err.splitlines() == [
        "kit@v1: 2 files; parsed 1",
        "kit@v2: 3 files; parsed 0",
        "kit@v1 → kit@v2: 2 files differ, 2 modules changed",
    ]
    assert run("list").out.splitlines()[0].startswith("*  kit ")
    stat = run("diff", "kit@v1", "kit", "--stat", "--module", "tools")
    assert stat.out.split() == ["tools", "+1", "-0", "→0", "=0", "~1", "calls", "+1", "-0"]
    same = run("diff", "kit@v2", "kit")
    assert (same.status, same.out) == (1, "")


def test_diff_tells_whom_it_affects(run: Run, kit: Git) -> None:
    lines = [line.split() for line in run("diff", "kit@v1", "kit", "--stat", "--affected").out.splitlines()[2:]]
    assert lines == [
        ["1", "main.main", "main.py:3"],
        ["0", "tests.test_cut", "tests/test_cut.py:1", "test"],
        ["0", "tests.test_cut.test_cut", "tests/test_cut.py:3", "test"],
    ]
    found = run("diff", "kit@v1", "kit", "--affected", "--json").json
    assert {"before", "after", "before_roots", "after_roots", "files_changed", "modules", "indexed", "affected"} == {
        *found
    }
    assert found["indexed"][0]["workspace"] == "kit@v1"
    assert [each["symbol"]["name"] for each in found["affected"]["callers"]] == ["main.main"]


def test_diff_of_what_is_not_there(run: Run, kit: Git) -> None:
    found = run("diff", "kit@v3", "kit")
    assert (found.status, found.out, found.err.count("\n")) == (2, "", 1)
    assert "no revision v3" in found.err and "the nearest are v2, v1" in found.err


def test_every_question_can_be_asked_at_a_revision(run: Run, kit: Git) -> None:
    asked = run("callees", "cut", "-w", "kit")
    assert (asked.status, asked.out.split()[1:3]) == (0, ["▶", "tools.trim"])
    before = run("callees", "cut", "-w", "kit@v1")
    assert (before.status, before.out) == (1, "")
    assert before.err.splitlines()[0] == "kit@v1: 2 files; parsed 1"
    again = run("show", "cut", "-w", "kit@v1")
    assert again.out == "1  def cut(size):\n2      return size\n"
    assert "parsed" not in again.err
    wrong = run("find", "cut", "-w", "kit@v3")
    assert (wrong.status, wrong.out, wrong.err.count("\n")) == (2, "", 1)


def test_log_of_a_call_and_of_a_definition(run: Run, kit: Git) -> None:
    v2 = kit("rev-parse", "v2")[:12]
    found = run("log", "cut", "trim")
    assert (found.status, found.out) == (0, f"+  {v2}  2024-01-01  A  x\n")
    assert found.err == "tools.cut → tools.trim: 2 commits: read 2 versions of files, linked 1 revision\n"
    lines = run("log", "tools.cut").out.splitlines()
    assert [line.split()[0] for line in lines] == ["+", "~"] and lines[1].endswith("x  -size +length")
    nothing = run("log", "trim", "cut", "--json")
    assert (nothing.status, nothing.json["entries"], nothing.json["commits"]) == (1, [], 2)


def test_a_workspace_is_removed_and_nothing_else(run: Run, desk: Path, home: Home) -> None:
    run("index", "app", "--name", "one")
    run("index", "kit", "--name", "two")
    run("index", "app", "kit", "--name", "three")
    graphs = home.graphs
    assert len(list(graphs.glob("*.sqlite"))) == 3
    found = run("list", "--remove", "three", "none")
    assert found.status == 2 and "no workspace 'none'; there is: one" in found.err
    assert len(run("list").out.splitlines()) == 3
    found = run("list", "--remove", "three", "--json")
    assert (found.status, found.json) == (0, {"removed": ["three"]})
    assert found.err == "removed three\n"
    assert len(list(graphs.glob("*.sqlite"))) == 2
    assert [line.split()[0] for line in run("list").out.splitlines()] == ["one", "*"]
    assert run("callers", "cut").status == 1 and (desk / "kit" / "tools.py").exists()
    assert run("list", "two").out.count("\n") == 1
    assert run("list", "--remove", "one", "two").status == 0
    found = run("list", "--remove", "one")
    assert found.status == 2 and "nothing is indexed yet" in found.err
    assert run("index", "app", "--name", "one").out == "one: 1 file; parsed 1, reused 0\n"


def test_remove_needs_a_name(run: Run) -> None:
    found = run("list", "--remove")
    assert found.status == 2 and "--remove needs a W" in found.err
