"""Case files: markdown in which every second-level heading is one small program with expectations in comments."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import msgspec

LANGUAGES = {"python": "main.py", "javascript": "main.js", "typescript": "main.ts", "tsx": "main.tsx"}
"""Each language of a fence, and the path of a fence without a title."""
DATA = "json"
"""Fences of ``package.json`` and the like: they hold no code, and tell where imports lead."""

_FENCE = re.compile(r'^```(?P<language>\w+)(?: title="(?P<title>[^"]+)")?$')


class CaseError(ValueError):
    """A case file that breaks its own format; the message says file, line and what was expected."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What a case's ``toml`` fence may say."""

    xfail: str = ""
    """Why linking does not give the expected edges yet."""
    norun: str = ""
    """Why the program cannot be run here."""
    run: tuple[str, ...] = ("main",)
    """The modules to import, in this order, when the program is run."""
    python: str = ""
    """The oldest version that can run the program, as ``3.12``."""


class SourceFile(msgspec.Struct, frozen=True):
    """One fenced file. ``line`` is the line of the case file that holds the fence."""

    path: str
    language: str
    text: str
    line: int


class Case(msgspec.Struct, frozen=True):
    name: str
    line: int
    about: str
    files: tuple[SourceFile, ...]
    settings: Settings
    data: dict[str, str] = {}
    """Files without code, by path."""

    @property
    def scripts(self) -> bool:
        """Whether node runs it, and not Python."""
        return all(file.language != "python" for file in self.files)


def read_cases(path: Path) -> tuple[Case, ...]:
    """All cases of one case file, in order. Raises ``CaseError`` at the first thing that is not understood."""
    reader = _Reader(path)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        reader.feed(number, line)
    return reader.finish()


class _Reader:
    """Takes a case file line by line; a program is complete when the next heading starts."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._cases: dict[str, Case] = {}
        self._name = ""
        self._heading = 0
        self._about: list[str] = []
        self._files: dict[str, SourceFile] = {}
        self._data: dict[str, str] = {}
        self._settings: Settings | None = None
        self._fence: tuple[int, str, str] | None = None
        self._text: list[str] = []

    def feed(self, number: int, line: str) -> None:
        if self._fence is not None:
            if line == "```":
                self._close(number)
            else:
                self._text.append(line)
        elif line.startswith("```"):
            self._open(number, line)
        elif line.startswith("## "):
            self._complete()
            self._name, self._heading = line[3:].strip(), number
        elif self._name and line.strip():
            self._about.append(line.strip())

    def finish(self) -> tuple[Case, ...]:
        if self._fence is not None:
            raise self._error(self._fence[0], "this fence is never closed")
        self._complete()
        if not self._cases:
            raise self._error(1, "no case: each is a heading that starts with '## '")
        return tuple(self._cases.values())

    def _open(self, number: int, line: str) -> None:
        match = _FENCE.match(line)
        if match is None:
            raise self._error(number, 'a fence reads ```python, ```python title="pkg/mod.py" or ```toml')
        language = match["language"]
        if not self._name:
            raise self._error(number, "a fence before the first case's heading")
        if language not in ("toml", DATA, *LANGUAGES):
            raise self._error(number, f"unknown language {language}: one of toml, {DATA}, {', '.join(LANGUAGES)}")
        self._fence = (number, language, match["title"] or LANGUAGES.get(language, ""))
        self._text = []

    def _close(self, number: int) -> None:
        assert self._fence is not None
        line, language, title = self._fence
        self._fence = None
        text = "\n".join(self._text) + "\n"
        if language == "toml":
            if self._settings is not None:
                raise self._error(line, "a second toml fence in one case")
            try:
                self._settings = msgspec.convert(tomllib.loads(text), Settings)
            except (msgspec.ValidationError, tomllib.TOMLDecodeError) as problem:
                raise self._error(line, f"settings: {problem}") from problem
        elif language == DATA:
            self._data[title] = text
        elif title in self._files:
            raise self._error(line, f"a second file {title} in one case")
        else:
            self._files[title] = SourceFile(title, language, text, line)

    def _complete(self) -> None:
        if not self._name:
            return
        if not self._about:
            raise self._error(self._heading, "a case says in one sentence what it is about")
        if not self._files:
            raise self._error(self._heading, "a case without a file")
        if self._name in self._cases:
            raise self._error(self._heading, f"a second case named {self._name!r}")
        self._cases[self._name] = Case(
            self._name,
            self._heading,
            " ".join(self._about),
            tuple(self._files.values()),
            self._settings or Settings(),
            dict(self._data),
        )
        self._name, self._about, self._files, self._data, self._settings = "", [], {}, {}, None

    def _error(self, line: int, message: str) -> CaseError:
        return CaseError(f"{self._path}:{line}: {message}")
