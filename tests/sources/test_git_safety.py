"""Nothing that a repository or an environment configures runs when code is read out of it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from navigator.sources import SourceError, SpecError, UnreachableError
from navigator.sources.git.cloning import parse_remote

_HOOKS = ("post-checkout", "post-index-change", "reference-transaction", "pre-auto-gc", "fsmonitor-watchman")


def _trap(repository: Callable, marker: Path) -> None:
    """Everything by which git's configuration can name a program, each writing the marker."""
    script = repository.write(".git/trap", f"#!/bin/sh\ntouch {marker}\ncat 2>/dev/null\n")
    script.chmod(0o755)
    for hook in _HOOKS:
        (repository.folder / ".git/hooks").mkdir(exist_ok=True)
        (repository.folder / ".git/hooks" / hook).symlink_to(script)
    for key in (
        "core.fsmonitor",
        "core.pager",
        "core.editor",
        "core.sshCommand",
        "core.askPass",
        "core.alternateRefsCommand",
        "credential.helper",
        "diff.external",
        "diff.evil.textconv",
        "filter.evil.smudge",
        "filter.evil.clean",
        "filter.evil.process",
        "uploadpack.packObjectsHook",
        "gpg.program",
        "alias.ls-tree",
        "alias.cat-file",
        "pager.ls-tree",
    ):
        repository("config", key, ("!" if key.startswith("alias") else "") + str(script))
    repository.write(".gitattributes", "*.py filter=evil diff=evil\n")
    repository.write(".gitignore", "kept.py\n")


def test_the_trap_works(repository: Callable, marker: Path) -> None:
    repository.commit(a="x")
    _trap(repository, marker)
    repository("status")
    assert marker.exists()


def test_reading_folders_and_revisions_runs_nothing(
    repository: Callable, marker: Path, take: Callable, paths_of: Callable
) -> None:
    repository.commit(a="x", kept="y")
    _trap(repository, marker)
    assert paths_of(take(repository.folder)) == ["a.py", "kept.py"]
    snapshot = take(f"{repository.folder}@HEAD")
    assert snapshot.read("a.py") == b"x"
    clone = take(f"git+file://{repository.folder}")
    assert clone.read("kept.py") == b"y"
    assert not marker.exists()


def test_a_partial_clone_is_not_completed_behind_the_readers_back(
    repository: Callable, marker: Path, take: Callable, problems_of: Callable
) -> None:
    repository.commit(a="x", b="y")
    oid = repository("rev-parse", "HEAD:a.py")
    (repository.folder / ".git/objects" / oid[:2] / oid[2:]).unlink()
    for key, value in {
        "remote.origin.url": f"ext::touch {marker}",
        "remote.origin.promisor": "true",
        "remote.origin.partialclonefilter": "blob:none",
        "protocol.ext.allow": "always",
        "extensions.partialClone": "origin",
        "core.repositoryformatversion": "1",
    }.items():
        repository("config", key, value)
    snapshot = take(f"{repository.folder}@HEAD")
    assert [entry.path for entry in snapshot.entries] == ["b.py"]
    assert "missing" in problems_of(snapshot)["a.py"]
    assert not marker.exists()
    subprocess.run(["git", "cat-file", "-p", oid], cwd=repository.folder, capture_output=True)
    assert marker.exists(), "git itself would have run it"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_repository_of_somebody_else_is_left_to_git_to_judge(repository: Callable, take: Callable) -> None:
    repository.write(".gitignore", "kept.py\n")
    repository.commit(a="x", kept="y")
    for place in (repository.folder, *repository.folder.rglob("*")):
        os.lchown(place, 12345, 12345)
    with pytest.raises(UnreachableError, match="dubious ownership"):
        take(f"{repository.folder}@HEAD")
    assert [entry.path for entry in take(repository.folder).entries] == ["a.py"]


def test_the_users_own_aliases_of_urls_cannot_bring_back_helpers(
    repository: Callable, marker: Path, take: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "gitconfig"
    settings.write_text(f'[url "ext::touch {marker} "]\n\tinsteadOf = https://\n[protocol "ext"]\n\tallow = always\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    with pytest.raises(SourceError, match="not allowed"):
        take("git+https://host.invalid/x")
    assert not marker.exists()


@pytest.mark.parametrize(
    "spec",
    [
        "git+ext::sh -c 'touch x'",
        "git+ext::sh",
        "git+fd::17",
        "git+http://host/x",
        "git+git://host/x",
        "git+ftp://host/x",
        "git+ssh://-oProxyCommand=touch/x",
        "git+ssh://-oProxyCommand=touch@host/x",
        "git+ssh://host/-x",
        "git+file:///x/../../y@-uevil",
        "git+file:///x@--upload-pack=evil",
        "git+file://host/x",
        "git+https:///x",
        "git+https://host/x@a..b",
        "git+https://host/x@",
        "git+https://host/x#egg=y",
        "git+https://host/x#subdirectory=../y",
        "git+https://host/x y",
        "git+https://host/x\x1b[2J",
        "git+https://[host/x",
        "git+git@host:me/x.git",
        "git+/some/folder",
        "git+--upload-pack=evil",
        "git+",
        "ext::sh -c x",
        "https://host/x.git",
    ],
)
def test_other_transports_and_injected_options_are_refused(spec: str, take: Callable, tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        take(spec)
    assert str(caught.value).isprintable()
    assert not (tmp_path / "cache").exists()


def test_secrets_of_a_url_are_not_shown() -> None:
    remote = parse_remote("git+https://user:token@host/me/x.git@v1")
    assert (remote.shown, remote.name, remote.revision) == ("https://host/me/x.git", "x", "v1")
    assert "token" in remote.url
    assert parse_remote("git+ssh://git:secret@host:22/me/x@a/b").shown == "ssh://git@host:22/me/x"


def test_ssh_asks_nothing_unless_the_user_chose_how_it_runs(
    take: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "arguments"
    for name in ("ssh", "chosen"):
        (tmp_path / name).write_text(f'#!/bin/sh\necho {name} "$@" >> {told}\nexit 1\n')
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    for variable in ("", str(tmp_path / "chosen")):
        if variable:
            monkeypatch.setenv("GIT_SSH_COMMAND", variable)
        with pytest.raises(UnreachableError, match=r"^git cannot fetch ssh://me@host\.invalid/x: "):
            take("git+ssh://me:secret@host.invalid/x")
    lines = told.read_text().splitlines()
    assert any(line.startswith("ssh -o BatchMode=yes") for line in lines)
    assert any(line.startswith("chosen") for line in lines)
