"""Running npm for what only it knows (registries, scopes, proxies, credentials), so that no package's code runs."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from navigator.sources.errors import UnreachableError
from navigator.sources.names import one_line

_OPTIONS = (
    "--json",
    "--ignore-scripts",
    "--loglevel=silent",
    "--no-progress",
    "--no-update-notifier",
    # A registry that does not answer is told within seconds; npm's own pauses are 10 s and more.
    "--fetch-retry-mintimeout=200",
    "--fetch-retry-maxtimeout=1000",
)
_TICK = 0.1
"""Seconds between two looks at whether the work is still wanted."""
_HINT = "npm was not found on the PATH; install Node.js, which brings it, or index the unpacked package as a folder"


class Failure(Exception):
    """npm ended with an error: its code, such as ``E404``, and its message in one line."""

    def __init__(self, code: str, summary: str) -> None:
        super().__init__(summary)
        self.code = code


class Npm:
    """npm commands in ``folder``, whose own settings, if it has any, are not a project's.

    ``tick`` is called while a command runs; what it raises ends the command.
    """

    def __init__(self, folder: Path, tick: Callable[[], None]) -> None:
        program = shutil.which("npm")
        if program is None:
            raise UnreachableError(_HINT)
        self._program = program
        self._folder = folder
        self._tick = tick
        # Without one npm takes the nearest folder above that has a manifest for its project, with that one's .npmrc.
        (folder / "package.json").write_text("{}")

    def run(self, command: str, *arguments: str) -> Any:
        """What the command answers as JSON. Raises ``Failure``, or ``UnreachableError`` where npm cannot run."""
        output = self._output([self._program, command, *_OPTIONS, *arguments])
        try:
            answer = msgspec.json.decode(output) if output.strip() else None
        except msgspec.DecodeError:
            raise Failure("", f"npm {command} answered what is not JSON: {one_line(_text(output), 120)}") from None
        if isinstance(answer, dict) and isinstance(error := answer.get("error"), dict):
            summary = str(error.get("summary") or error.get("detail") or "it gave no reason")
            raise Failure(str(error.get("code") or ""), one_line(summary.removeprefix("FetchError: ")))
        return answer

    def settings(self, *keys: str) -> str:
        """The values of settings as npm's files, variables and defaults give them, in npm's own writing."""
        return _text(self._output([self._program, "config", "get", *keys])).strip()

    def _output(self, command: list[str]) -> bytes:
        try:
            process = subprocess.Popen(
                command,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            raise UnreachableError(f"npm cannot be run: {error.strerror}") from None
        with process:
            try:
                return self._waited(process)
            except BaseException:
                process.kill()
                raise

    def _waited(self, process: subprocess.Popen[bytes]) -> bytes:
        while True:
            try:
                return process.communicate(timeout=_TICK)[0]
            except subprocess.TimeoutExpired:
                self._tick()


def _text(output: bytes) -> str:
    return output.decode("utf-8", "replace")
