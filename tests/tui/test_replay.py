"""A run stepped through in all views: made of calls of a miniature's own graph."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from pathlib import Path

import pytest

from navigator.callgraph import Symbol
from navigator.runs import Frame, Replay
from navigator.tui.deeds.replaying import begin
from tests.tui.driver import Driver, opened

WAY = ("resnet.ResNet.forward", "resnet.ResNet._forward_impl", "resnet.Bottleneck.forward")


def replay_of(nav: Driver, why: str = "") -> Replay:
    """Each symbol of the way calls the next; the last call is one that upstream lacks where ``why`` says so."""
    assert nav.app.reading is not None
    workspace = nav.app.reading.workspace
    symbols: list[Symbol] = [workspace.resolve(name)[0] for name in WAY]
    steps = [
        Frame(number, caller, callee, 2, (caller, callee) if number == 1 else (callee,), (caller, callee), "")
        for number, (caller, callee) in enumerate(pairwise(symbols), 1)
    ]
    if why:
        steps.append(Frame(3, symbols[2], symbols[0], 1, (), (symbols[2], symbols[0]), why))
    return Replay("run", tuple(steps))


@pytest.mark.parametrize("size", [(160, 48), (80, 24)])
def test_a_run_is_stepped_through_in_all_views(home: Path, size: tuple[int, int]) -> None:
    async def play() -> None:
        async with opened("demo-torchvision", size=size) as nav:
            app = nav.app
            visits = len(app.history.visits)
            assert app.lacking(app.action_named("replay_on")).startswith("no run is replayed")
            await begin(app, replay_of(nav, "another way"))
            await nav.settled()
            assert nav.middle.endswith("ResNet.forward") and nav.selected.endswith("_forward_impl")
            assert "1/3" in nav.status() and any("#1" in row for row in nav.rows())
            assert not any("#2" in row for row in nav.rows())
            assert "━" in nav.drawn() or "┃" in nav.drawn()
            await nav.press("full_stop")
            assert nav.middle.endswith("_forward_impl") and nav.selected.endswith("Bottleneck.forward")
            assert app.source.line > app.source._shown.symbol.line  # type: ignore[union-attr]
            await nav.press("full_stop")
            assert "not upstream: another way" in nav.status()
            await nav.press("full_stop")
            assert nav.notes()[-1] == "the run ends here"
            await nav.press("comma", "comma", "comma")
            assert "1/3" in nav.status() and nav.notes()[-1] == "the run begins here"
            assert len(app.history.visits) == visits, "a replay is no reading"
            await nav.press("escape")
            assert app.replay is None and "/3" not in nav.status() and nav.app.graph.view.callers == 1
            assert app.problems == []

    asyncio.run(play())


def test_a_run_of_another_workspace_says_which_to_open(home: Path) -> None:
    async def play() -> None:
        async with opened("demo-torchvision") as nav:
            replay = replay_of(nav)
            await nav.app.open_workspace("demo-konva")
            await begin(nav.app, replay)
            assert nav.app.replay is None and "W opens it" in nav.app.problems[0]

    asyncio.run(play())
