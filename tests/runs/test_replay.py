"""Stepping through what a trace lit up."""

from __future__ import annotations

from navigator.callgraph import Symbol, SymbolKind
from navigator.runs.call_places import CallPlace
from navigator.runs.laying import Laid
from navigator.runs.overlay import Overlay, TracedEdge, Verdict
from navigator.runs.projection import Projected, Projection
from navigator.runs.replay import Replay, frames
from navigator.runs.trace import TracedKind


def symbol(name: str) -> Symbol:
    return Symbol(f"up:{name}", name, SymbolKind.FUNCTION, "up", "up.py", 1, 2)


def edge(step: int, caller: str, callee: str, count: int = 1) -> TracedEdge:
    return TracedEdge(
        step, symbol(caller), symbol(callee), "up.py", (step,), count, TracedKind.DIRECT, Verdict.CONFIRMED
    )


def projected(step: int, path: str, why: str = "") -> Projected:
    ends = path.split()
    found = () if why else tuple(map(symbol, ends))
    traced = edge(step, f"our.{ends[0]}", f"our.{ends[-1]}", step)
    places = tuple(CallPlace("up.py", line, "call()") for line in range(1, len(found)))
    ours = traced.caller, traced.callee
    return Projected(step, ours, traced, symbol(ends[0]), symbol(ends[-1]), found, why, places)


def laid(*steps: Projected) -> Laid:
    overlay = Overlay("ours", tuple(step.edge for step in steps), (), (), ())
    return Laid("run", overlay, Projection("run", "up", (), (), steps, ()), ())


def test_a_path_is_a_frame_for_each_call_and_what_repeats_has_none() -> None:
    found = frames(laid(projected(1, "a b c"), projected(2, "b c"), projected(3, "c d")))
    assert [(each.caller.name, each.callee.name) for each in found] == [("a", "b"), ("b", "c"), ("c", "d")]
    assert [[one.name for one in each.first] for each in found] == [["a", "b"], ["c"], ["d"]]
    assert [each.number for each in found] == [1, 2, 3]
    assert [one.name for one in found[0].ours] == ["our.a", "our.c"]
    assert [each.place and each.place.line for each in found] == [1, 2, 1]


def test_one_steps_forward_and_back() -> None:
    replay = Replay("run", frames(laid(projected(1, "a b"), projected(2, "b c"))))
    assert replay.frame is None and not replay.move(-1)
    assert replay.move(1) and replay.lit() == {("up:a", "up:b")}
    assert replay.move(5) and replay.place == 2 and not replay.move(1)
    assert [one.name for one in replay.lit_symbols()] == ["a", "b", "c"]
    assert replay.trail(2) == ("up:c", "up:b")
    assert replay.first_with("up:c") == 2 and replay.first_with("up:z") is None
    assert replay.seek(1) and replay.place == 1 and not replay.seek(1)
    assert replay.seek(99)
    assert replay.move(-1) and replay.frame is not None and replay.frame.callee.name == "b"


def test_a_call_that_upstream_does_not_make_lights_up_nothing() -> None:
    replay = Replay("run", frames(laid(projected(1, "a b", "another way"), projected(2, "b c"))))
    replay.move(1)
    assert replay.frame is not None and replay.frame.why == "another way"
    assert replay.lit() == frozenset() and replay.lit_symbols() == () and replay.trail(9) == ()


def test_the_trace_of_a_program_is_replayed_on_its_own_graph() -> None:
    overlay = Overlay("app", (edge(1, "main", "load", 3), edge(2, "load", "parse")), (), (), ())
    found = frames(Laid("trace", overlay, None, ()))
    assert [(each.caller.name, each.callee.name, each.count) for each in found] == [
        ("main", "load", 3),
        ("load", "parse", 1),
    ]
