"""Prints lines of source with gaps between them, and what is called on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from navigator.callgraph import Call, Certainty
from navigator.callgraph.marks import MARKS
from navigator.cli import output

if TYPE_CHECKING:
    from navigator.slicing import OutlineLine

MOST = 4
"""How many callees are named on one line."""
RULE = "│ "
"""Stands before each line of a function that is shown inside another."""


def print_outline(lines: Sequence[OutlineLine], opening: Callable[[OutlineLine], str]) -> None:
    """``opening`` says where the first line of a function further down a path is from."""
    width = max((len(str(each.line)) for each in lines), default=1)
    deepest = -1
    for each in lines:
        bar = RULE * each.depth
        if each.depth > deepest:
            deepest = each.depth
            if each.depth:
                output.styled([(f"{bar}{'':>{width}}  ", {"dim": True}), (opening(each), {"fg": "cyan"})])
        if each.skipped:
            output.styled([(f"{bar}{'⋮':>{width}}", {"dim": True})])
        called = _called(each.calls)
        more = f"  and {len(called) - MOST} more" if len(called) > MOST else ""
        calls = "  ".join(called[:MOST]) + more
        output.styled(
            [
                (f"{bar}{each.line:>{width}}  ", {"dim": True}),
                (each.text.rstrip(), {}),
                (f"   {calls}" if calls else "", {"fg": "cyan"}),
            ]
        )


def _called(calls: Iterable[Call]) -> list[str]:
    """The callees on one line, once each, the most certain first."""
    best: dict[str, Certainty] = {}
    order = list(Certainty)
    for call in calls:
        name = _short(call.callee)
        best[name] = min(best.get(name, call.certainty), call.certainty, key=order.index)
    return [f"{MARKS[certainty]} {name}" for name, certainty in sorted(best.items(), key=lambda e: order.index(e[1]))]


def _short(key: str) -> str:
    """The last two parts of an id's name, without the file that names of TypeScript begin with."""
    return ".".join(key.rpartition(":")[2].split(".")[-2:])
