"""What a reproduction imports: its parameters, and ways to tell how far it is, what it found and what it wrote.

    from navigator import reproduction

    values = reproduction.parameters(__file__)              # {"depth": 8, ...}
    reproduction.progress(3, 50, "epoch 3")
    plot(reproduction.output("curves.png"))
    reproduction.claim("degradation", held, "plain 0.55 -> 1.00")

Under ``navigator run`` this speaks the line protocol (docs/reference/reproductions.md). Run by hand, parameters are
the manifest's defaults, changed by ``NAME=VALUE`` words on the command line; claims are printed; outputs go to the
current folder. Standard library only, so that it costs a reproduction nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MANIFEST = "reproduction.toml"

PARAMETERS = "NAVIGATOR_PARAMETERS"
OUTPUT = "NAVIGATOR_OUTPUT"
EVENTS = "NAVIGATOR_EVENTS"
SEED = "NAVIGATOR_SEED"
THREADS = "NAVIGATOR_THREADS"
TERMINAL = "NAVIGATOR_TERMINAL"
"""Names the terminal that a run may draw on and read from; absent where there is none."""

SINGULAR = {"integers": "integer", "numbers": "number", "strings": "string"}
"""Types of lists, and the type of their elements."""

TYPES = ("integer", "number", "boolean", "string", *SINGULAR)

_YES = ("true", "yes", "on", "1")
_NO = ("false", "no", "off", "0")
_lock = threading.Lock()


class BadValue(ValueError):
    """A parameter's value does not fit its declaration; the text says how."""


def parse(rule: Mapping[str, Any], text: str) -> Any:
    """The value that ``text`` spells for a parameter declared as ``rule``; lists are separated by commas."""
    kind = rule["type"]
    if kind in SINGULAR:
        parts = [part.strip() for part in text.split(",")] if text.strip() else []
        return check(rule, [_parse_one(SINGULAR[kind], part) for part in parts])
    return check(rule, _parse_one(kind, text))


def _parse_one(kind: str, text: str) -> Any:
    word = text.strip().lower()
    try:
        if kind == "integer":
            return int(text)
        if kind == "number":
            return float(text)
    except ValueError:
        raise BadValue(f"{text!r} is no {kind}") from None
    if kind == "boolean":
        if word not in (*_YES, *_NO):
            raise BadValue(f"{text!r} is neither true nor false")
        return word in _YES
    return text


def check(rule: Mapping[str, Any], value: Any) -> Any:
    """The value, if it has the type, bounds and choices of ``rule``; raises BadValue."""
    kind = rule["type"]
    if kind not in SINGULAR:
        return _check_one(rule, kind, value)
    if not isinstance(value, list | tuple):
        raise BadValue(f"{value!r} is no list of {kind}")
    return [_check_one(rule, SINGULAR[kind], each) for each in value]


def _check_one(rule: Mapping[str, Any], kind: str, value: Any) -> Any:
    fits = {
        "integer": isinstance(value, int) and not isinstance(value, bool),
        "number": isinstance(value, int | float) and not isinstance(value, bool),
        "boolean": isinstance(value, bool),
        "string": isinstance(value, str),
    }
    if not fits[kind]:
        raise BadValue(f"{value!r} is no {kind}")
    if kind == "number":
        value = float(value)
        if value != value or value in (float("inf"), float("-inf")):
            raise BadValue(f"{value!r} is not finite")
    choices = rule.get("choices")
    if choices and value not in choices:
        raise BadValue(f"{value!r} is none of {', '.join(map(str, choices))}")
    least, most = rule.get("minimum"), rule.get("maximum")
    if least is not None and value < least:
        raise BadValue(f"{value!r} is below {least:g}")
    if most is not None and value > most:
        raise BadValue(f"{value!r} is above {most:g}")
    return value


def parameters(beside: str) -> dict[str, Any]:
    """Every parameter's value by name. ``beside`` is a file in the manifest's folder: ``__file__``."""
    given = os.environ.get(PARAMETERS)
    if given:
        values: dict[str, Any] = json.loads(Path(given).read_text("utf-8"))
        return values
    import tomllib

    manifest = Path(beside).with_name(MANIFEST)
    rules: dict[str, Any] = tomllib.loads(manifest.read_text("utf-8")).get("parameters", {})
    values = {name: check(rule, rule["default"]) for name, rule in rules.items()}
    for word in sys.argv[1:]:
        name, mark, text = word.partition("=")
        if not mark or name not in rules:
            sys.exit(f"{word}: give NAME=VALUE with one of the names {', '.join(rules) or '(there are none)'}")
        try:
            values[name] = parse(rules[name], text)
        except BadValue as error:
            sys.exit(f"{name}: {error}")
    return values


def seed() -> int:
    """The seed of this run, 0 by default."""
    return int(os.environ.get(SEED, "0"))


def threads() -> int:
    """How many threads numerical libraries may use, 1 by hand."""
    return int(os.environ.get(THREADS, "1"))


def progress(done: float, total: float | None = None, label: str = "") -> None:
    """How far the run is; silent by hand. ``total`` is None where it is not known."""
    _emit({"progress": {"done": done, "total": total, "label": label}})


def claim(id: str, held: bool, detail: str = "") -> None:
    """Whether a claim of the manifest held, and by which figures."""
    if not _emit({"claim": {"id": id, "held": bool(held), "detail": detail}}):
        print(f"claim {id}: {'held' if held else 'did not hold'}{': ' + detail if detail else ''}", flush=True)


def output(path: str) -> Path:
    """Where the output ``path`` is to be written; its folder exists. Listed by the run once it is there."""
    place = Path(os.environ.get(OUTPUT, ".")) / path
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


def written(path: str) -> None:
    """Says that the output ``path`` is complete, before the run ends, so that it can be looked at."""
    if not _emit({"output": {"path": path}}):
        print(f"wrote {path}", flush=True)


def _emit(event: Mapping[str, Any]) -> bool:
    """Writes one line of the protocol; False where nobody listens."""
    descriptor = os.environ.get(EVENTS)
    if not descriptor:
        return False
    line = json.dumps(event).encode() + b"\n"
    with _lock, contextlib.suppress(BrokenPipeError):
        while line:
            line = line[os.write(int(descriptor), line) :]
    return True
