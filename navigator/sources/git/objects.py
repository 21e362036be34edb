"""Blobs in bulk, through one ``git cat-file`` that stays."""

from __future__ import annotations

import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO, cast

from git.cmd import Git

from navigator.sources.git.commands import Commands, Failure

_AT_ONCE = 16
"""Requests written before the answers are read: few enough for any pipe's buffer and for memory."""


class Objects:
    """The object store of one repository."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        self._process: Git.AutoInterrupt | None = None
        self._lock = threading.Lock()

    def sizes(self, oids: Iterable[str]) -> dict[str, int]:
        """The size in bytes of every blob that is there."""
        with tempfile.TemporaryFile() as requests:
            requests.write("".join(f"{oid}\n" for oid in oids).encode())
            requests.seek(0)
            try:
                answers = self._commands.run("cat-file", "--batch-check", "--buffer", stdin=cast(BinaryIO, requests))
            except Failure:
                return {}
        found = (line.split() for line in answers.decode("ascii", "replace").splitlines())
        return {words[0]: int(words[2]) for words in found if len(words) == 3 and words[1] == "blob"}

    def contents(self, oids: Sequence[str]) -> Iterator[bytes | None]:
        """The bytes of each blob, in order; ``None`` for one that is missing or corrupt."""
        for start in range(0, len(oids), _AT_ONCE):
            with self._lock:
                answers = self._ask(oids[start : start + _AT_ONCE])
            yield from answers

    def close(self) -> None:
        with self._lock:
            self._stop()

    def _ask(self, oids: Sequence[str]) -> list[bytes | None]:
        answers: list[bytes | None] = []
        try:
            while len(answers) < len(oids):
                if self._process is None:
                    self._process = self._commands.start("cat-file", "--batch", stdin=subprocess.PIPE)
                try:
                    self._write(oids[len(answers) :])
                    while len(answers) < len(oids):
                        answers.append(self._answer())
                except (EOFError, BrokenPipeError):
                    # Git gives up at a corrupt object: the one whose turn it was.
                    self._stop()
                    answers.append(None)
        except BaseException:
            self._stop()
            raise
        return answers

    def _write(self, oids: Sequence[str]) -> None:
        assert self._process is not None and self._process.stdin is not None
        self._process.stdin.write("".join(f"{oid}\n" for oid in oids).encode())
        self._process.stdin.flush()

    def _answer(self) -> bytes | None:
        assert self._process is not None and self._process.stdout is not None
        header = self._process.stdout.readline()
        if not header.endswith(b"\n"):
            raise EOFError
        words = header.split()
        if len(words) != 3:
            return None
        size = int(words[2])
        content: bytes = self._process.stdout.read(size + 1)
        if len(content) != size + 1:
            raise EOFError
        return content[:-1] if words[1] == b"blob" else None

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            end(process)


def end(process: Git.AutoInterrupt) -> None:
    """Ends a running git and lets go of its pipes."""
    running = process.proc
    if running is None:
        return
    for stream in (running.stdin, running.stdout, running.stderr):
        if stream is not None:
            try:
                stream.close()
            except OSError:
                continue
    if running.poll() is None:
        running.terminate()
        try:
            running.wait(5)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()
    process.proc = None
