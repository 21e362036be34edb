from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from navigator.sources import DamagedError, NotFoundError, SpecError


def test_a_revision_is_what_a_checkout_of_it_would_be(repository: Callable, take: Callable) -> None:
    first = repository.commit(pkg__a="one\n", pkg__b="two\n", tests__t="three\n")
    repository("checkout", "--quiet", "-b", "side/branch")
    repository("mv", "pkg/a.py", "pkg/renamed.py")
    repository.commit(pkg__side="four\n")
    repository("checkout", "--quiet", "main")
    repository.commit(pkg__main="five\n")
    repository("merge", "--quiet", "--no-edit", "side/branch")
    repository("tag", "--annotate", "--message", "x", "v1@odd")
    merge = repository("rev-parse", "HEAD")
    folder = take(repository.folder)
    for revision in ("main", "HEAD", merge, merge[:9], "v1@odd", "HEAD@{0}", "refs/heads/main", "@"):
        snapshot = take(f"{repository.folder}@{revision}")
        assert (snapshot.revision, snapshot.entries) == (merge, folder.entries)
        assert snapshot.source == f"{repository.folder}@{revision}"
    assert dict(snapshot.read_many(entry.path for entry in snapshot.entries)) == {
        "pkg/b.py": b"two\n",
        "pkg/main.py": b"five\n",
        "pkg/renamed.py": b"one\n",
        "pkg/side.py": b"four\n",
        "tests/t.py": b"three\n",
    }
    old = take(f"{repository.folder}@{first}")
    assert old["pkg/a.py"].digest == snapshot["pkg/renamed.py"].digest
    assert "pkg/a.py" not in take(f"{repository.folder}@side/branch")


def test_work_in_progress_does_not_show(repository: Callable, take: Callable, paths_of: Callable) -> None:
    repository.commit(a="old")
    repository.write("a.py", "new")
    repository.write("b.py", "untracked")
    assert take(f"{repository.folder}@HEAD").read("a.py") == b"old"
    assert paths_of(take(repository.folder)) == ["a.py", "b.py"]


def test_bare_shallow_and_linked_work_trees(
    repository: Callable, tmp_path: Path, take: Callable, paths_of: Callable
) -> None:
    old = repository.commit(a="1")
    new = repository.commit(a="2", b="3")
    repository("branch", "old", old)
    repository("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    repository("clone", "--quiet", "--depth", "1", f"file://{repository.folder}", str(tmp_path / "shallow"))
    repository("worktree", "add", "--quiet", str(tmp_path / "linked"), "old")
    bare = take(tmp_path / "bare.git@main")
    assert (bare.name, bare.revision, paths_of(bare)) == ("bare", new, ["a.py", "b.py"])
    assert take(tmp_path / "shallow@HEAD").revision == new
    assert take(tmp_path / "linked@HEAD").revision == old
    assert paths_of(take(tmp_path / "linked")) == ["a.py"]
    with pytest.raises(NotFoundError, match="shallow, git fetch --unshallow"):
        take(tmp_path / "shallow@HEAD~1")


def test_a_subfolder_at_a_revision(repository: Callable, take: Callable, paths_of: Callable) -> None:
    repository.commit(pkg__sub__a="1", pkg__b="2", c="3")
    old = repository.commit(late__d="4")
    repository("rm", "-r", "--quiet", "late")
    repository.commit()
    assert paths_of(take(f"{repository.folder}/pkg@HEAD")) == ["b.py", "sub/a.py"]
    repository.write("late/e.py")
    assert paths_of(take(f"{repository.folder}/late@{old}")) == ["d.py"]
    with pytest.raises(NotFoundError, match="has no folder late"):
        take(f"{repository.folder}/late@HEAD")


def test_links_submodules_and_odd_names(
    repository: Callable, take: Callable, paths_of: Callable, problems_of: Callable
) -> None:
    for path in (b"caf\xe9.py", b"back\\slash.py", b"a\x1b.py"):
        (repository.folder / os.fsdecode(path)).write_bytes(path)
    repository.write("real/a.py", "x")
    for link, target in {"l.py": "real/a.py", "folder": "real", "out.py": "../x.py", "abs.py": "/etc/x.py"}.items():
        (repository.folder / link).symlink_to(target)
    head = repository.commit()
    repository("update-index", "--add", "--cacheinfo", f"160000,{head},third_party/module")
    repository("commit", "--quiet", "--message", "submodule")
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 12345\n"
    blob = subprocess.run(
        ["git", "hash-object", "-w", "--stdin"], cwd=repository.folder, input=pointer.encode(), capture_output=True
    ).stdout.decode()
    repository("update-index", "--add", "--cacheinfo", f"100644,{blob.strip()},large.py")
    repository("commit", "--quiet", "--message", "pointer")
    snapshot = take(f"{repository.folder}@HEAD")
    assert paths_of(snapshot) == [
        r"a\x1b.py",
        r"back\\slash.py",
        r"caf\xe9.py",
        "folder/a.py",
        "l.py",
        "real/a.py",
    ]
    assert snapshot.read(r"caf\xe9.py") == b"caf\xe9.py"
    assert snapshot.read("folder/a.py") == b"x"
    problems = problems_of(snapshot)
    assert set(problems) == {"out.py", "abs.py", "third_party/module", "large.py"}
    assert "submodule" in problems["third_party/module"]
    assert "LFS" in problems["large.py"]


def test_trees_with_hostile_names_are_problems(repository: Callable, take: Callable, problems_of: Callable) -> None:
    blob = repository("hash-object", "-w", "--stdin", input="x")
    tree = b"".join(
        b"100644 %s\0%s" % (name, bytes.fromhex(blob)) for name in (b"C:evil.py", b"\\\\host\\evil.py", b"good.py")
    )
    made = subprocess.run(
        ["git", "hash-object", "-w", "-t", "tree", "--literally", "--stdin"],
        cwd=repository.folder,
        input=tree,
        capture_output=True,
        check=True,
    ).stdout.decode()
    climbing = subprocess.run(
        ["git", "hash-object", "-w", "-t", "tree", "--literally", "--stdin"],
        cwd=repository.folder,
        input=b"40000 ..\0" + bytes.fromhex(made.strip()) + b"40000 ok\0" + bytes.fromhex(made.strip()),
        capture_output=True,
        check=True,
    ).stdout.decode()
    commit = repository("commit-tree", "-m", "x", climbing.strip())
    snapshot = take(f"{repository.folder}@{commit}")
    assert [entry.path for entry in snapshot.entries] == ["ok/good.py"]
    assert len(problems_of(snapshot)) == 5


def _loose(folder: Path, oid: str) -> Path:
    return folder / ".git/objects" / oid[:2] / oid[2:]


def test_missing_and_corrupt_objects(repository: Callable, take: Callable, problems_of: Callable) -> None:
    repository.commit(a="here", b="gone", c="p" * 200, d="q" * 2000)
    oids = {name: repository("rev-parse", f"HEAD:{name}.py") for name in "abcd"}
    _loose(repository.folder, oids["b"]).unlink()
    for name in "cd":
        _loose(repository.folder, oids[name]).chmod(0o600)
        content = _loose(repository.folder, oids[name]).read_bytes()
        _loose(repository.folder, oids[name]).write_bytes(content[:-6] + b"broken")
    snapshot = take(f"{repository.folder}@HEAD")
    assert [entry.path for entry in snapshot.entries] == ["a.py", "d.py"]
    assert set(problems_of(snapshot)) == {"b.py", "c.py"}
    with pytest.raises(DamagedError, match=r"of d\.py is missing or corrupt"):
        snapshot.read("d.py")
    assert snapshot.read("a.py") == b"here"
    tree = repository("rev-parse", "HEAD^{tree}")
    _loose(repository.folder, tree).unlink()
    with pytest.raises(DamagedError, match="cannot be read"):
        take(f"{repository.folder}@HEAD")


def test_replaced_objects_and_other_bytes_do_not_pass(repository: Callable, take: Callable) -> None:
    repository.commit(a="original", b="impostor")
    a, b = (repository("rev-parse", f"HEAD:{name}.py") for name in "ab")
    repository("replace", a, b)
    assert take(f"{repository.folder}@HEAD").read("a.py") == b"original"
    repository("replace", "-d", a)
    snapshot = take(f"{repository.folder}@HEAD")
    _loose(repository.folder, a).chmod(0o600)
    shutil.copyfile(_loose(repository.folder, b), _loose(repository.folder, a))
    with pytest.raises(DamagedError, match="no longer what it was"):
        snapshot.read("a.py")


def test_large_files_are_problems(repository: Callable, take: Callable, problems_of: Callable) -> None:
    from navigator.sources import Limits

    repository.commit(a="x" * 100, b="y")
    snapshot = take(f"{repository.folder}@HEAD", limits=Limits(file_size=99))
    assert [entry.path for entry in snapshot.entries] == ["b.py"]
    assert "more than the limit of 99" in problems_of(snapshot)["a.py"]


def test_a_repository_that_hashes_with_sha256(new_repository: Callable, take: Callable) -> None:
    repository = new_repository("modern", "--object-format=sha256")
    repository.commit(a="same", b="")
    snapshot = take(f"{repository.folder}@HEAD")
    assert len(snapshot.revision) == 64
    assert snapshot.entries == take(repository.folder).entries
    assert snapshot.read("a.py") == b"same"


@pytest.mark.parametrize(
    ("revision", "error", "message"),
    [
        ("-uevil", SpecError, "not a revision"),
        ("--upload-pack=evil", SpecError, "not a revision"),
        ("", SpecError, "not a revision"),
        ("main branch", SpecError, "not a revision"),
        ("main\n", SpecError, "not a revision"),
        ("main..HEAD", SpecError, "range"),
        ("^main", SpecError, "range"),
        ("mian", NotFoundError, "no revision mian in .*; the nearest are main"),
        ("0123456", NotFoundError, "no revision 0123456"),
        ("HEAD:a.py", NotFoundError, "no revision"),
        ("HEAD^{tree}", NotFoundError, "no revision"),
    ],
)
def test_what_is_no_revision(
    repository: Callable, take: Callable, revision: str, error: type[Exception], message: str
) -> None:
    repository.commit(a="x")
    with pytest.raises(error, match=message) as caught:
        take(f"{repository.folder}@{revision}")
    assert "\n" not in str(caught.value)


def test_a_folder_outside_any_repository(tmp_path: Path, take: Callable) -> None:
    (tmp_path / "plain").mkdir()
    with pytest.raises(NotFoundError, match="not in a git repository"):
        take(tmp_path / "plain@HEAD")


def test_a_folder_whose_name_holds_an_at_sign(tmp_path: Path, take: Callable, new_repository: Callable) -> None:
    repository = new_repository("me@home")
    commit = repository.commit(a="x")
    assert take(repository.folder).revision == ""
    assert take(f"{repository.folder}@HEAD").revision == commit
    assert take(f"{repository.folder}@main@{{0}}").revision == commit


def test_an_outer_git_does_not_decide_which_repository_is_read(
    repository: Callable, new_repository: Callable, take: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = repository.commit(a="x")
    repository.write(".gitignore", "b.py\n")
    repository.commit(b="y")
    other = new_repository("other")
    other.commit(z="z")
    for name, place in {
        "GIT_DIR": ".git",
        "GIT_INDEX_FILE": ".git/index",
        "GIT_OBJECT_DIRECTORY": ".git/objects",
        "GIT_WORK_TREE": ".",
        "GIT_COMMON_DIR": ".git",
    }.items():
        monkeypatch.setenv(name, str(other.folder / place))
    assert take(f"{repository.folder}@{commit}").read("a.py") == b"x"
    assert [entry.path for entry in take(repository.folder).entries] == ["a.py", "b.py"]


def test_many_files_are_read_in_the_order_asked_for(repository: Callable, take: Callable) -> None:
    repository.commit(**{f"f{number}": f"{number}\n" * 50 for number in range(300)})
    snapshot = take(f"{repository.folder}@HEAD")
    wanted = [f"f{number}.py" for number in range(299, -1, -7)] * 2
    reading = snapshot.read_many(wanted)
    assert next(reading)[0] == "f299.py"
    assert snapshot.read("f3.py") == b"3\n" * 50
    assert [path for path, _ in reading] == wanted[1:]
