from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from navigator.callgraph import Role
from navigator.sources import DamagedError, Limits, NotFoundError, RefusedError, blob_id


def _write(top: Path, *paths: str) -> None:
    for path in paths:
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_text(f"# {path}\n")


def test_entries_carry_what_git_would_call_the_content(tmp_path: Path, take: Callable, repository: Callable) -> None:
    top = tmp_path / "top"
    _write(top, "pkg/__init__.py", "pkg/tests/test_a.py", "notes.txt")
    snapshot = take(top)
    assert [(entry.path, entry.role) for entry in snapshot.entries] == [
        ("pkg/__init__.py", Role.SOURCE),
        ("pkg/tests/test_a.py", Role.TEST),
    ]
    entry = snapshot["pkg/__init__.py"]
    assert entry.size == len("# pkg/__init__.py\n")
    assert entry.digest == repository("hash-object", str(top / entry.path))
    assert (snapshot.name, snapshot.source, snapshot.revision) == ("top", str(top), "")


def test_a_snapshot_does_not_move(tmp_path: Path, take: Callable) -> None:
    _write(tmp_path, "t/a.py", "t/b.py")
    for kept in (Limits(), Limits(kept_in_memory=0)):
        (tmp_path / "t/a.py").write_text("old")
        snapshot = take(tmp_path / "t", limits=kept)
        (tmp_path / "t/a.py").write_text("new")
        (tmp_path / "t/b.py").unlink()
        assert snapshot.read("a.py") == b"old"
        assert blob_id(b"old") == snapshot["a.py"].digest
        assert dict(snapshot.read_many(["b.py", "a.py"])) == {"b.py": b"# t/b.py\n", "a.py": b"old"}
        with pytest.raises(AttributeError):
            snapshot.entries = ()
        with pytest.raises(AttributeError):
            snapshot["a.py"].size = 1
        snapshot.close()
        with pytest.raises(DamagedError, match="closed"):
            snapshot.read("a.py")
        _write(tmp_path, "t/b.py")


def test_unknown_paths(tmp_path: Path, take: Callable) -> None:
    _write(tmp_path, "a.py")
    with pytest.raises(NotFoundError, match=r"no file b\.py"):
        take(tmp_path).read("b.py")
    with pytest.raises(NotFoundError, match="no folder or file"):
        take(tmp_path / "gone")


def test_what_is_nobodys_source_is_passed_over(tmp_path: Path, take: Callable, paths_of: Callable) -> None:
    _write(tmp_path / "t", "a.py", "__pycache__/a.py", "node_modules/x/a.py", ".tox/a.py", "sub/.git/a.py")
    _write(tmp_path / "t", "env/lib/a.py", "env/pyvenv.cfg", "build/lib/a.py", "conda/conda-meta/x", "conda/a.py")
    _write(tmp_path / "t", "src/build/__init__.py", "src/dist/x.py", "src/env/y.py")
    assert paths_of(take(tmp_path / "t")) == ["a.py", "src/build/__init__.py", "src/dist/x.py", "src/env/y.py"]


def test_ignored_files_that_git_tracks_belong_to_the_project(
    repository: Callable, take: Callable, paths_of: Callable
) -> None:
    repository.write(".gitignore", "lib/\n*_local.py\n")
    repository.commit(lib__core="x", app="y", settings_local="z")
    repository.write("lib/made.py")
    repository.write("other_local.py")
    repository.write("node_modules/x.py")
    assert paths_of(take(repository.folder)) == ["app.py", "lib/core.py", "settings_local.py"]
    (repository.folder / "settings_local.py").unlink()
    assert paths_of(take(repository.folder)) == ["app.py", "lib/core.py"]
    assert paths_of(take(repository.folder, exclude=["lib"])) == ["app.py"]


def test_rules_from_around_the_folder_count(repository: Callable, take: Callable, paths_of: Callable) -> None:
    repository.write(".gitignore", "made.py\n/pkg/only/\nignored/\n")
    repository.write(".git/info/exclude", "mine.py\n")
    for path in ("pkg/a.py", "pkg/made.py", "pkg/mine.py", "pkg/only/b.py", "pkg/deep/only/c.py", "ignored/x/made.py"):
        repository.write(path)
    assert paths_of(take(repository.folder / "pkg")) == ["a.py", "deep/only/c.py"]
    # A folder that is itself ignored was asked for by name.
    assert paths_of(take(repository.folder / "ignored" / "x")) == ["made.py"]


def test_links(tmp_path: Path, take: Callable, paths_of: Callable, problems_of: Callable) -> None:
    _write(tmp_path, "secret.py", "t/real/a.py", "t/real/.gitignore")
    top = tmp_path / "t"
    (top / "real/.gitignore").write_text("hidden.py\n")
    for link, target in {
        "alias.py": "real/a.py",
        "folder": "real",
        "absolute.py": str(top / "real" / "a.py"),
        "real/inner": str(top),
        "out.py": "../secret.py",
        "away": str(tmp_path),
        "loop.py": "loop.py",
        "gone.py": "nothing.py",
        "hidden.py": "real/a.py",
    }.items():
        (top / link).symlink_to(target)
    snapshot = take(top)
    assert paths_of(snapshot) == ["absolute.py", "alias.py", "folder/a.py", "hidden.py", "real/a.py"]
    assert len({entry.digest for entry in snapshot.entries}) == 1
    assert snapshot.read("folder/a.py") == snapshot.read("absolute.py") == b"# t/real/a.py\n"
    problems = problems_of(snapshot)
    assert set(problems) == {"real/inner", "out.py", "away", "loop.py", "gone.py"}
    assert "leaves the source" in problems["out.py"] and "leaves the source" in problems["away"]
    assert "circle" in problems["loop.py"] and "circle" in problems["real/inner"]


def test_pipes_sockets_and_devices_are_never_opened(tmp_path: Path, take: Callable, problems_of: Callable) -> None:
    top = tmp_path / "t"
    _write(top, "a.py")
    os.mkfifo(top / "pipe.py")
    os.mkfifo(top / ".gitignore")
    with socket.socket(socket.AF_UNIX) as listener:
        home = os.getcwd()
        os.chdir(top)
        try:
            listener.bind("socket.py")
        finally:
            os.chdir(home)
        snapshot = take(top)
    assert [entry.path for entry in snapshot.entries] == ["a.py"]
    assert problems_of(snapshot) == dict.fromkeys(("pipe.py", "socket.py"), "not a regular file; left out")


def test_a_file_that_turned_into_a_pipe_is_not_waited_for(
    tmp_path: Path, take: Callable, problems_of: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    from navigator.sources import folder

    _write(tmp_path, "t/a.py", "t/b.py")
    genuine = folder.resolved

    def swapped(*arguments: object) -> object:
        (tmp_path / "t/a.py").unlink()
        os.mkfifo(tmp_path / "t/a.py")
        (tmp_path / "t/b.py").unlink()
        (tmp_path / "t/b.py").symlink_to("/etc/hostname")
        return genuine(*arguments)

    monkeypatch.setattr(folder, "resolved", swapped)
    snapshot = take(tmp_path / "t")
    assert not snapshot.entries
    assert set(problems_of(snapshot)) == {"a.py", "b.py"}


def test_large_and_unreadable_files_are_problems(
    tmp_path: Path, take: Callable, problems_of: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(tmp_path, "t/a.py", "t/locked.py", "t/closed/b.py")
    (tmp_path / "t/big.py").write_bytes(b"#" * 2001)
    genuine_open, genuine_scan = os.open, os.scandir

    def guarded_open(path: object, *arguments: object, **options: object) -> int:
        if str(path).endswith("locked.py"):
            raise PermissionError(13, "Permission denied", path)
        return genuine_open(path, *arguments, **options)

    def guarded_scan(path: object) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return genuine_scan(path)

    monkeypatch.setattr(os, "open", guarded_open)
    monkeypatch.setattr(os, "scandir", guarded_scan)
    snapshot = take(tmp_path / "t", limits=Limits(file_size=2000))
    assert [entry.path for entry in snapshot.entries] == ["a.py"]
    assert problems_of(snapshot) == {
        "big.py": "2,001 bytes are more than the limit of 2,000; left out",
        "locked.py": "cannot be read: Permission denied; left out",
        "closed": "cannot be listed: Permission denied",
    }


def test_really_unreadable_folders_are_problems(tmp_path: Path, take: Callable, problems_of: Callable) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    _write(tmp_path, "t/a.py", "t/closed/b.py")
    (tmp_path / "t/closed").chmod(0)
    try:
        assert "closed" in problems_of(take(tmp_path / "t"))
    finally:
        (tmp_path / "t/closed").chmod(stat.S_IRWXU)


def test_odd_names_and_lfs_pointers(tmp_path: Path, take: Callable, paths_of: Callable, problems_of: Callable) -> None:
    top = tmp_path / "t"
    top.mkdir()
    for name in (b"caf\xe9.py", "café.py".encode(), b"a\x1b[31m.py", b"back\\slash.py", b"new\nline.py"):
        (top / os.fsdecode(name)).write_bytes(name)
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 12345\n"
    (top / "large.py").write_text(pointer)
    snapshot = take(top)
    names = [r"a\x1b[31m.py", r"back\\slash.py", r"caf\xe9.py", "café.py", r"new\x0aline.py"]
    assert paths_of(snapshot) == names
    assert snapshot.read(r"caf\xe9.py") == b"caf\xe9.py"
    assert "LFS" in problems_of(snapshot)["large.py"]


def test_too_many_files_are_refused(tmp_path: Path, take: Callable) -> None:
    _write(tmp_path, *(f"t/{number}.py" for number in range(12)))
    with pytest.raises(RefusedError, match="more than 10 files; narrow it"):
        take(tmp_path / "t", limits=Limits(files=10))


def test_progress_may_stop_the_work(tmp_path: Path, take: Callable) -> None:
    _write(tmp_path, "t/a.py")

    def stop(label: str, done: int, total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take(tmp_path / "t", progress=stop)
    told: list[tuple[str, int, int | None]] = []
    take(tmp_path / "t", progress=lambda *report: told.append(report))
    assert told == [("reading files", 0, 1)]
