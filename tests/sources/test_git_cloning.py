from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from navigator.sources import NotFoundError, UnreachableError


def _clones(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "cache/git").iterdir())


def test_a_url_is_cloned_once_and_fetched_into(
    repository: Callable, take: Callable, tmp_path: Path, paths_of: Callable
) -> None:
    url = f"git+file://{repository.folder}"
    old = repository.commit(a="1")
    repository("tag", "v1")
    first = take(url)
    assert (first.name, first.revision, first.source) == ("project", old, url)
    new = repository.commit(b="2")
    assert take(f"{url}@main").revision == new
    assert take(url).revision == new
    assert paths_of(take(f"{url}@v1")) == ["a.py"]
    assert len(_clones(tmp_path)) == 1 and _clones(tmp_path)[0].startswith("project-")
    repository("checkout", "--quiet", "--orphan", "trunk")
    moved = repository.commit(c="3")
    repository("branch", "-D", "--quiet", "main")
    assert take(url).revision == moved
    with pytest.raises(NotFoundError, match=r"no revision main in .*nearest|no revision main"):
        take(f"{url}@main")
    shutil.rmtree(repository.folder)
    # A commit that is there needs no remote; a branch does.
    assert take(f"{url}@{old}").read("a.py") == b"1"
    assert take(f"{url}@{old[:10]}").revision == old
    with pytest.raises(UnreachableError, match="git cannot fetch file://"):
        take(f"{url}@trunk")


def test_refs_that_are_no_branches_are_fetched_when_asked_for(repository: Callable, take: Callable) -> None:
    repository.commit(a="1")
    hidden = repository.commit(a="2")
    repository("update-ref", "refs/pull/7/head", hidden)
    repository("reset", "--quiet", "--hard", "HEAD~1")
    repository("config", "uploadpack.allowAnySHA1InWant", "true")
    url = f"git+file://{repository.folder}"
    assert take(url).read("a.py") == b"1"
    assert take(f"{url}@refs/pull/7/head").read("a.py") == b"2"
    assert take(f"{url}@{hidden}").read("a.py") == b"2"
    moved = repository.commit(a="3")
    repository("update-ref", "refs/pull/7/head", moved)
    assert take(f"{url}@refs/pull/7/head").read("a.py") == b"3"
    with pytest.raises(UnreachableError, match="git cannot fetch"):
        take(f"{url}@{'1' * 40}")


def test_a_shallow_repository_and_one_without_a_default_branch_are_fetched(
    repository: Callable, take: Callable, tmp_path: Path
) -> None:
    repository.commit(a="1")
    new = repository.commit(a="2")
    shallow, headless = tmp_path / "shallow.git", tmp_path / "headless.git"
    repository("clone", "--quiet", "--bare", "--depth", "1", f"file://{repository.folder}", str(shallow))
    assert take(f"git+file://{shallow}").revision == new
    repository("clone", "--quiet", "--bare", str(repository.folder), str(headless))
    (headless / "HEAD").write_text("ref: refs/heads/gone\n")
    with pytest.raises(NotFoundError, match=r"has no default branch: name a revision, as in git\+file://.*@BRANCH$"):
        take(f"git+file://{headless}")
    assert take(f"git+file://{headless}@main").revision == new


def test_an_outer_git_is_left_alone(
    repository: Callable, new_repository: Callable, take: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = repository.commit(a="1")
    outer = new_repository("outer")
    outer.commit(z="z")
    before = {path: path.read_bytes() for path in (outer.folder / ".git").rglob("*") if path.is_file()}
    monkeypatch.setenv("GIT_DIR", str(outer.folder / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(outer.folder))
    monkeypatch.setenv("GIT_INDEX_FILE", str(outer.folder / ".git/index"))
    for _ in range(2):
        assert take(f"git+file://{repository.folder}").revision == commit
    assert before == {path: path.read_bytes() for path in (outer.folder / ".git").rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("spec", "name", "revision"),
    [
        ("git+https://host/me/x@v1", "x", "v1"),
        ("git+https://host/me/x.git@feature/y", "x", "feature/y"),
        ("git+https://host/@me/x.git", "x", ""),
        ("git+https://host/@me/x.git@v1", "x", "v1"),
        ("git+https://host/@me", "@me", ""),
        ("git+ssh://git@host/me/x", "x", ""),
    ],
)
def test_where_a_url_ends_and_its_revision_begins(spec: str, name: str, revision: str) -> None:
    from navigator.sources.git.cloning import parse_remote

    remote = parse_remote(spec)
    assert (remote.name, remote.revision) == (name, revision)


def test_a_subdirectory_of_a_url(repository: Callable, take: Callable, paths_of: Callable) -> None:
    repository.commit(python__pkg__a="1", docs__b="2")
    snapshot = take(f"git+file://{repository.folder}@main#subdirectory=python/pkg")
    assert (snapshot.name, paths_of(snapshot)) == ("pkg", ["a.py"])


def test_branches_that_became_folders_do_not_block(repository: Callable, take: Callable) -> None:
    repository.commit(a="1")
    repository("branch", "topic")
    url = f"git+file://{repository.folder}"
    take(url)
    repository("branch", "-D", "--quiet", "topic")
    repository("branch", "topic/one")
    assert take(f"{url}@topic/one").read("a.py") == b"1"


def test_an_interrupted_clone_leaves_nothing(
    repository: Callable, take: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from navigator.sources.git import cloning

    repository.commit(a="1")
    url = f"git+file://{repository.folder}"

    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(cloning._Meter, "line", interrupted)
        with pytest.raises(KeyboardInterrupt):
            take(url)
    assert _clones(tmp_path) == []
    assert take(url).read("a.py") == b"1"


def test_a_killed_clone_leaves_nothing_half_usable(repository: Callable, take: Callable, tmp_path: Path) -> None:
    repository.commit(a="1")
    url = f"git+file://{repository.folder}"
    program = (
        "import os, sys; from pathlib import Path\n"
        "from navigator.sources import open_source\n"
        "from navigator.sources.git import cloning\n"
        "cloning.settle = lambda *arguments: os._exit(9)\n"
        "open_source(sys.argv[1], suffixes=['.py'], cache_dir=Path(sys.argv[2]))\n"
    )
    cache = tmp_path / "cache"
    assert subprocess.run([sys.executable, "-c", program, url, str(cache)]).returncode == 9
    assert all(name.startswith(".partial-") for name in _clones(tmp_path))
    assert take(url).read("a.py") == b"1"


def test_two_processes_may_fetch_the_same_repository(
    repository: Callable, take: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from navigator.sources.git import cloning
    from navigator.sources.git.commands import Failure

    repository.commit(a="1")
    url = f"git+file://{repository.folder}"
    genuine_settle, genuine_fetch = cloning.settle, cloning._Clone._fetch_once

    def overtaken(complete: Path, place: Path) -> None:
        shutil.copytree(complete, place)
        genuine_settle(complete, place)

    with monkeypatch.context() as patch:
        patch.setattr(cloning, "settle", overtaken)
        assert take(url).read("a.py") == b"1"
    assert len(_clones(tmp_path)) == 1
    new = repository.commit(a="2")
    locked = ["cannot lock ref 'refs/heads/main'", "File exists: the ref is locked"]

    def contended(self: object, folder: Path, refs: tuple[str, ...]) -> None:
        if locked:
            raise Failure(locked.pop())
        genuine_fetch(self, folder, refs)

    monkeypatch.setattr(cloning._Clone, "_fetch_once", contended)
    monkeypatch.setattr(cloning.time, "sleep", lambda seconds: None)
    with pytest.raises(UnreachableError, match="lock"):
        take(url)
    locked.append("cannot lock ref 'refs/heads/main'")
    assert take(url).revision == new


def test_abandoned_folders_are_swept(repository: Callable, take: Callable, tmp_path: Path) -> None:
    import os

    repository.commit(a="1")
    for name, age in ((".partial-old", 10**6), (".partial-new", 0)):
        folder = tmp_path / "cache/git" / name
        folder.mkdir(parents=True)
        stamp = folder.stat().st_mtime - age
        os.utime(folder, (stamp, stamp))
    take(f"git+file://{repository.folder}")
    assert ".partial-new" in _clones(tmp_path) and ".partial-old" not in _clones(tmp_path)


def test_no_network_is_one_clear_line(take: Callable, tmp_path: Path) -> None:
    with pytest.raises(UnreachableError, match=r"^git cannot fetch https://127\.0\.0\.1:9/x\.git: ") as caught:
        take("git+https://user:secret@127.0.0.1:9/x.git@main")
    assert caught.value.exit_code == 3
    assert "secret" not in str(caught.value) and "\n" not in str(caught.value)
    assert _clones(tmp_path) == []


def test_without_git_folders_are_read_and_the_rest_is_one_clear_line(repository: Callable) -> None:
    repository.write(".gitignore", "kept.py\n")
    repository.commit(a="1", kept="2")
    program = (
        "import sys; from pathlib import Path\n"
        "from navigator.sources import SourceError, open_source\n"
        "for spec in sys.argv[1], sys.argv[1] + '@HEAD':\n"
        "    try:\n"
        "        print(len(open_source(spec, suffixes=['.py'], cache_dir=Path('.')).entries))\n"
        "    except SourceError as error:\n"
        "        print(error.exit_code, error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(repository.folder)],
        env={"PATH": "/nonexistent"},
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines() == [
        "1",
        "3 git is needed for this and was not found on the PATH; install git",
    ], done.stderr
