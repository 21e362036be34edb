"""Which language a file is written in, and the front end that reads it."""

from __future__ import annotations

from navigator.facts.vocabulary import FileFacts

_LANGUAGES = {
    "py": "python",
    "pyi": "python",
    "pyw": "python",
    "ts": "typescript",
    "mts": "typescript",
    "cts": "typescript",
    "tsx": "tsx",
    "js": "javascript",
    "mjs": "javascript",
    "cjs": "javascript",
    "jsx": "javascript",
}
SCRIPTS = ("javascript", "typescript", "tsx")
"""The languages that one front end reads."""


def language_of(path: str) -> str | None:
    """The language of a file by its name, or ``None`` when no front end reads it."""
    name, dot, suffix = path.rpartition(".")
    return _LANGUAGES.get(suffix.lower()) if dot and name and not name.endswith("/") else None


def front_of(language: str) -> str:
    """The name of the module that reads a language."""
    return "navigator.facts.python.front" if language == "python" else "navigator.facts.typescript.front"


def extract(source: bytes, language: str) -> FileFacts:
    """The facts of one file. Never raises for any bytes; ``ValueError`` for a language without a front end."""
    if language == "python":
        from navigator.facts.python.front import extract as extract_python

        return extract_python(source)
    if language in SCRIPTS:
        from navigator.facts.typescript.front import extract as extract_script

        return extract_script(source, language)
    raise ValueError(f"no front end reads {language!r}")
