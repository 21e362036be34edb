"""Stepping through a replay on a terminal: keys, and what fits on the screen."""

from __future__ import annotations

from itertools import pairwise

import pytest

from navigator.callgraph import Symbol, SymbolKind
from navigator.cli.output import width_of
from navigator.cli.stepping import Keys, screen
from navigator.runs import Frame, Replay
from navigator.runs.call_places import CallPlace


def replay(calls: int = 12) -> Replay:
    names = [f"package.module{number}.字function{number}" for number in range(calls + 1)]
    symbols = [Symbol(f"r:{name}", name, SymbolKind.FUNCTION, "r", "package/file.py", 3, 4) for name in names]
    steps = [
        Frame(number, caller, callee, number, (callee,), place=CallPlace("package/file.py", number, f"call({number})"))
        for number, (caller, callee) in enumerate(pairwise(symbols), 1)
    ]
    made = Replay("run", tuple(steps))
    made.seek(1)
    return made


@pytest.mark.parametrize(
    ("sent", "place"),
    [
        ("...", 4),
        ("\x1b[C\x1bOC n", 5),
        ("..,", 2),
        (",,", 1),
        ("G", 12),
        ("G.", 12),
        ("G\x1b[H", 1),
        ("7\r", 7),
        ("11\r,", 10),
        ("0\r", 1),
        ("99\r", 12),
        ("7.", 2),
        ("\r", 2),
        ("?x\x1b[5~", 1),
    ],
)
def test_keys_step_forward_and_back(sent: str, place: int) -> None:
    shown = replay()
    keys = Keys(shown)
    keys.press(sent)
    assert (shown.place, keys.left) == (place, False)


@pytest.mark.parametrize("key", ["q", "\x1b", "\x04"])
def test_keys_leave(key: str) -> None:
    keys = Keys(replay())
    keys.press(f".{key}")
    assert keys.left


@pytest.mark.parametrize("place", [1, 6, 12])
@pytest.mark.parametrize(("width", "height"), [(80, 24), (30, 12), (200, 60)])
def test_screens_fit_and_show_the_current_call(width: int, height: int, place: int) -> None:
    shown = replay()
    shown.seek(place)
    rows = ["".join(text for text, _ in row) for row in screen(shown, width, height)]
    # The cursor rests in the last row, which stays free so that nothing scrolls.
    assert len(rows) < height
    assert all(width_of(row) < width for row in rows)
    assert sum(row.startswith(">") for row in rows) == 1
    if width >= 80:
        assert any(f"call({place})" in row for row in rows)
        assert any(row.startswith(f"package.module{place}.") and row.endswith("lights up") for row in rows)
