"""Running git so that nothing but git itself runs: no hook, monitor, helper, prompt or transport of a repository's."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from git.cmd import Git
from git.exc import GitCommandError, GitCommandNotFound

from navigator.sources.errors import UnreachableError
from navigator.sources.names import one_line

_SETTINGS = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "core.askPass=",
    "core.alternateRefsCommand=",
    "credential.interactive=false",
    "fetch.recurseSubmodules=false",
    "fetch.writeCommitGraph=false",
    "gc.auto=0",
    "init.templateDir=",
    "maintenance.auto=false",
    "safe.bareRepository=all",
    "submodule.recurse=false",
    "transfer.bundleURI=false",
)
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_ASKPASS": "",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GCM_INTERACTIVE": "never",
}


class Failure(Exception):
    """Git ended with an error; the text is its message in one line."""


class Commands:
    """Git commands in one folder.

    ``git_dir`` and ``work_tree`` name the repository whatever ``GIT_DIR`` and its like in the environment say (as
    they do where this runs inside a git hook). ``protocols`` are the transports allowed, separated by colons: none
    unless told.
    """

    def __init__(
        self, folder: Path, git_dir: Path | None = None, work_tree: Path | None = None, protocols: str = ""
    ) -> None:
        self._git = Git(str(folder))
        self._environment = {**_ENVIRONMENT, "GIT_ALLOW_PROTOCOL": protocols, **_repointed(git_dir, work_tree)}

    def run(self, *arguments: str, stdin: BinaryIO | None = None) -> bytes:
        """What the command prints. Raises ``Failure`` when it fails, ``UnreachableError`` when git is not there."""
        try:
            output: bytes = self._git.execute(
                self._command(arguments),
                istream=stdin,
                env=self._environment,
                stdout_as_string=False,
                strip_newline_in_stdout=False,
            )
        except GitCommandNotFound:
            raise UnreachableError("git was not found on the PATH; install git") from None
        except GitCommandError as error:
            raise Failure(complaint(_text(error.stderr))) from None
        return output

    def start(
        self, *arguments: str, stdin: int | None = None, environment: Mapping[str, str] | None = None
    ) -> Git.AutoInterrupt:
        """The running command, its output and error streams piped."""
        try:
            process: Git.AutoInterrupt = self._git.execute(
                self._command(arguments),
                istream=stdin,
                as_process=True,
                env={**self._environment, **(environment or {})},
            )
        except GitCommandNotFound:
            raise UnreachableError("git was not found on the PATH; install git") from None
        return process

    def _command(self, arguments: Sequence[str]) -> list[str]:
        settings = [part for setting in _SETTINGS for part in ("-c", setting)]
        return [Git.GIT_PYTHON_GIT_EXECUTABLE or "git", "--no-pager", *settings, *arguments]


def complaint(stderr: str) -> str:
    """The telling line of what git wrote on its error stream."""
    lines = [line.strip() for line in stderr.strip().strip("'").splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(("fatal:", "error:", "ERROR:"))]
    text = (telling or lines or ["it gave no reason"])[0]
    if "Could not read from remote" in text:
        # What ssh said stands before it.
        text = lines[0]
    return one_line(text.removeprefix("fatal:").removeprefix("error:").strip().removeprefix("stderr: '"))


def _text(stderr: object) -> str:
    text = stderr.decode("utf-8", "replace") if isinstance(stderr, bytes) else str(stderr)
    return text.strip().removeprefix("stderr:").strip().strip("'")


def _repointed(git_dir: Path | None, work_tree: Path | None) -> dict[str, str]:
    """Variables by which an outer git command would send ours to its own repository, pointed at this one."""
    if git_dir is None:
        return {}
    common = git_dir / "commondir"
    shared = git_dir / common.read_text("utf-8").strip() if common.is_file() else git_dir
    here = {
        "GIT_DIR": str(git_dir),
        "GIT_COMMON_DIR": str(shared),
        "GIT_WORK_TREE": str(work_tree or git_dir),
        "GIT_INDEX_FILE": str(git_dir / "index"),
        "GIT_OBJECT_DIRECTORY": str(shared / "objects"),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": "",
        "GIT_SHALLOW_FILE": str(shared / "shallow"),
        "GIT_GRAFT_FILE": str(shared / "info" / "grafts"),
        "GIT_NAMESPACE": "",
        "GIT_PREFIX": "",
    }
    return {name: value for name, value in here.items() if name in os.environ}
