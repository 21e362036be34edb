"""The replay of a run: its calls one after the other, in all views."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from navigator.tui.selection import Selection

if TYPE_CHECKING:
    from navigator.runs import Replay
    from navigator.tui.desk import Desk

TRAIL = 10
"""Symbols of the latest calls that are drawn: as many as one can follow with the eyes."""


async def begin(app: Desk, replay: Replay, place: int = 1) -> None:
    """Shows the first call of a run, or a later one."""
    if not replay.steps:
        app.notify("the run made no calls between symbols of this graph", severity="warning", markup=False)
        return
    assert app.reading is not None
    if await app.reading.ask(app.reading.symbol, replay.steps[0].caller.id) is None:
        app.report(f"{replay.name} lit up another workspace than {app.reading.workspace.name!r}; W opens it")
        return
    app.replay = replay
    replay.seek(place)
    await show(app)


async def show(app: Desk) -> None:
    """The current call: its caller in the middle, the call selected, what ran before it as heavy lines."""
    replay, reading = app.replay, app.reading
    assert replay is not None and reading is not None
    app.graph.traced = replay.lit()
    app.calls.order = {pair: number for pair, number in replay.order.items() if number <= replay.place}
    frame = replay.frame
    if frame is None or await reading.ask(reading.symbol, frame.caller.id) is None:
        app.refilter(app.filters)
        return
    pinned = tuple(dict.fromkeys((*replay.trail(TRAIL), *(() if frame.why else (frame.callee.id,)))))
    app.graph.view = msgspec.structs.replace(app.graph.view, callers=0, callees=0, pinned=pinned)
    app.graph.replaying = True
    app.calls.wanted = frame.callee.id
    await app.show_middle(frame.caller.id, visit=False)
    call = None if frame.why else await reading.ask(reading.call_between, *frame.pair)
    app.select(Selection(frame.callee.id if call is not None else frame.caller.id, call))


async def step(app: Desk, by: int) -> None:
    assert app.replay is not None
    if app.replay.move(by) and app.replay.place:
        await show(app)
        return
    app.replay.place = max(app.replay.place, 1)
    app.notify("the run ends here" if by > 0 else "the run begins here", timeout=2, markup=False)


async def end(app: Desk) -> None:
    """Back to the graph around the symbol; what ran stays marked."""
    replay = app.replay
    assert replay is not None
    app.replay = None
    app.graph.replaying = False
    app.graph.traced = frozenset(replay.order)
    app.graph.view = msgspec.structs.replace(app.graph.view, callers=1, callees=1, pinned=())
    if app.middle is not None:
        await app.show_middle(app.middle.id)


DEEDS = {
    "replay_on": lambda app: step(app, 1),
    "replay_back": lambda app: step(app, -1),
}
