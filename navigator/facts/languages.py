"""Which language a file is written in, and the front end that reads it."""

from __future__ import annotations

from navigator.facts.vocabulary import FileFacts

_LANGUAGES = {"py": "python", "pyi": "python", "pyw": "python"}


def language_of(path: str) -> str | None:
    """The language of a file by its name, or ``None`` when no front end reads it."""
    name, dot, suffix = path.rpartition(".")
    return _LANGUAGES.get(suffix.lower()) if dot and name and not name.endswith("/") else None


def extract(source: bytes, language: str) -> FileFacts:
    """The facts of one file. Never raises for any bytes; ``ValueError`` for a language without a front end."""
    if language == "python":
        from navigator.facts.python.front import extract as extract_python

        return extract_python(source)
    raise ValueError(f"no front end reads {language!r}")
