"""Since when a call or a definition is there, over real repositories."""

from __future__ import annotations

from pathlib import Path

import pytest

from navigator.index import Home
from navigator.sources import NotFoundError
from navigator.workspaces import Log, NoSuchRevision, index, log
from tests.repositories import Git, quiet_git
from tests.workspaces.packages import lay

CUT = "def cut(size):\n    return size\n"


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet_git(monkeypatch)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def git(tmp_path: Path) -> Git:
    git = Git(tmp_path / "kit")
    git.commit(tools=CUT)
    return git


def told(found: Log) -> list[tuple[str, str]]:
    return [(entry.change, entry.commit) for entry in found.entries]


def test_a_call_comes_goes_and_comes_again(home: Home, git: Git) -> None:
    git.commit(app="from tools import cut\n\ndef main():\n    return 1\n")
    came = git.commit(app="from tools import cut\n\ndef main():\n    return cut(1)\n")
    git.commit(other="x = 1\n")
    git.commit(app="from tools import cut\n\ndef main():\n    # a remark\n    return cut(1)\n")
    went = git.commit(app="from tools import cut\n\ndef main():\n    return 2\n")
    again = git.commit(app="from tools import cut\n\ndef main():\n    return cut(2)\n")
    index([str(git.folder)], home=home)
    found = log(None, "main", "cut", home=home)
    assert told(found) == [("came", came), ("went", went), ("came", again)]
    assert (found.commits, found.root) == (7, "kit")
    assert told(log(None, "main", "cut", since=went, home=home)) == [("came", again)]
    assert told(log(None, "main", "cut", until=came, home=home)) == [("came", came)]


def test_a_change_elsewhere_is_bisected(home: Home, git: Git) -> None:
    """Neither caller nor callee changes: what is called depends on a third file."""
    git.commit(
        app="from choice import chosen\n\ndef main():\n    return chosen()\n",
        choice="def other(): ...\n\nchosen = other\n",
        target="def wanted(): ...\n",
    )
    for number in range(20):
        git.commit(noise=f"x = {number}\n")
        if number == 12:
            came = git.commit(choice="from target import wanted\n\nchosen = wanted\n")
    index([str(git.folder)], home=home)
    found = log(None, "main", "wanted", home=home)
    assert told(found) == [("came", came)]
    assert found.linked <= 8 < found.commits


def test_the_commit_is_found_in_the_branch_that_brought_it(home: Home, git: Git) -> None:
    git.commit(app="def main():\n    return 1\n")
    git("switch", "--quiet", "--create", "topic")
    came = git.commit(app="from tools import cut\n\ndef main():\n    return cut(1)\n")
    git("switch", "--quiet", "main")
    git.commit(noise="x = 1\n")
    git("merge", "--quiet", "--no-ff", "--no-edit", "topic")
    git.commit(noise="x = 2\n")
    index([str(git.folder)], home=home)
    assert told(log(None, "main", "cut", home=home)) == [("came", came)]


def test_a_definition(home: Home, git: Git) -> None:
    first = git("rev-parse", "HEAD")
    git.commit(tools="# only a remark\n" + CUT)
    changed = git.commit(tools="def cut(length):\n    return length\n")
    git("mv", "tools.py", "shears.py")
    moved = git.commit()
    index([f"{git.folder}@{changed}"], home=home, name="old")
    found = log("old", "cut", home=home)
    assert told(found) == [("came", first), ("changed", changed)]
    assert (found.entries[1].parameters_removed, found.entries[1].parameters_added) == (("size",), ("length",))
    assert told(log("old", "cut", until="main", home=home))[-1] == ("went", moved)


def test_javascript_and_a_folder_inside_the_repository(home: Home, git: Git) -> None:
    git.write("web/a.js", "export function start() {}\n")
    first = git.commit()
    git.write("web/b.js", "import { start } from './a.js'\nexport function go() { start() }\n")
    came = git.commit()
    index([str(git.folder / "web")], home=home)
    assert told(log(None, "go", "start", home=home)) == [("came", came)]
    assert told(log(None, "start", home=home)) == [("came", first)]


def test_a_caller_in_one_root_and_a_callee_in_another(home: Home, git: Git, tmp_path: Path) -> None:
    app = Git(tmp_path / "app")
    app.commit(app="def main():\n    return 1\n")
    came = app.commit(app="from tools import cut\n\ndef main():\n    return cut(1)\n")
    index([str(app.folder), str(git.folder)], home=home)
    found = log(None, "main", "cut", home=home)
    assert (found.root, told(found)) == ("app", [("came", came)])


def test_what_has_no_history(home: Home, git: Git, tmp_path: Path) -> None:
    plain = lay(tmp_path / "plain", {"a.py": "def f():\n    print()\n"})
    index([str(plain)], home=home)
    with pytest.raises(NotFoundError, match="is not in a git repository, so it has no revisions"):
        log(None, "a.f", home=home)
    with pytest.raises(NoSuchRevision, match="print lies outside the workspace"):
        log(None, "print", home=home)
    index([str(git.folder)], home=home)
    with pytest.raises(NotFoundError, match="no revision v9"):
        log(None, "cut", until="v9", home=home)
    with pytest.raises(NoSuchRevision, match="no commit between main and"):
        log(None, "cut", since="main", home=home)


def test_a_shallow_clone_tells_what_it_has(home: Home, git: Git, tmp_path: Path) -> None:
    git.commit(app="from tools import cut\n\ndef main():\n    return cut(1)\n")
    last = git.commit(noise="x = 1\n")
    git("clone", "--quiet", "--depth", "1", f"file://{git.folder}", str(tmp_path / "shallow"))
    index([str(tmp_path / "shallow")], home=home)
    found = log(None, "main", "cut", home=home)
    assert (told(found), found.commits, found.shallow) == ([("came", last)], 1, True)


def test_what_was_there_before_the_range_did_not_come_in_it(home: Home, git: Git) -> None:
    since = git.commit(app="from tools import cut\n\ndef main():\n    return cut(1)\n")
    git.commit(noise="x = 1\n")
    changed = git.commit(app="from tools import cut\n\ndef main(x):\n    return cut(2)\n")
    index([str(git.folder)], home=home)
    assert told(log(None, "main", "cut", since=since, home=home)) == []
    assert told(log(None, "main", since=since, home=home)) == [("changed", changed)]
