"""The stage in a terminal, driven by Textual's pilot."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reproductions.konva.play import cells
from reproductions.konva.play.app import Play, StageView
from reproductions.konva.play.tracing import Call, Tracer, path, tree, upstream

pytestmark = pytest.mark.usefixtures("own_rasteriser")


def test_cells_hold_two_pixels() -> None:
    pixels = np.zeros((2, 1, 4), np.uint8)
    pixels[0, 0] = (255, 0, 0, 255)
    assert cells.cells(pixels, 1, 1) == [[("▀", (255, 0, 0), (0, 0, 0))]]


def test_cells_by_brightness() -> None:
    pixels = np.full((4, 2, 4), 255, np.uint8)
    assert cells.cells(pixels, 2, 1, ascii_only=True) == [[("@", None, None), ("@", None, None)]]


def test_the_stage_keeps_its_shape() -> None:
    assert cells.fitted(160, 96, 80, 100) == (80, 24)
    assert cells.fitted(160, 96, 500, 12) == (40, 12)


def test_the_path_counts_what_is_repeated() -> None:
    calls = [Call(0, "a"), Call(1, "b"), Call(1, "c"), Call(0, "a"), Call(1, "b"), Call(2, "d")]
    assert path(calls) == [(Call(0, "a"), 2), (Call(1, "b"), 2), (Call(2, "d"), 1), (Call(1, "c"), 1)]


def test_the_outline_opens_a_symbol_once() -> None:
    assert tree([("x", "y"), ("y", "y"), ("x", "z"), ("z", "y")]) == [
        Call(0, "x"),
        Call(1, "y"),
        Call(1, "z"),
        Call(2, "y"),
    ]


def played(colours: str, script: Callable[[Play, Any], Coroutine[Any, Any, None]]) -> Play:
    app = Play(colours)

    async def run() -> None:
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            await script(app, pilot)

    asyncio.run(run())
    app.player.close()
    return app


def cell(app: Play, x: float, y: float) -> tuple[int, int]:
    columns, rows = app.query_one(StageView).fit()
    return int(x * columns / 160), int(y * rows / 96)


def test_a_click_in_the_terminal_is_a_click_on_the_stage() -> None:
    async def script(app: Play, pilot: Any) -> None:
        await pilot.click(StageView, offset=cell(app, 92, 30))
        shown = str(app.query_one("#path").render())  # type: ignore[attr-defined]
        assert "Stage._pointerup" in shown
        assert "handler ball" in shown
        graph = str(app.query_one("#graph").render())  # type: ignore[attr-defined]
        assert "● Stage._pointerup" in graph
        assert "· Stage._wheel" in graph

    log = played("auto", script).log_lines
    assert "ball: currentTarget=ball evt=mouseup pointerId=999 target=ball type=click" in log


def test_a_drag_in_the_terminal_moves_the_shape() -> None:
    async def script(app: Play, pilot: Any) -> None:
        ball = app.player.nodes["ball"]
        before = ball.x()
        await pilot.mouse_down(StageView, offset=cell(app, 92, 30))
        await pilot.hover(StageView, offset=cell(app, 120, 30))
        await pilot.mouse_up(StageView, offset=cell(app, 120, 30))
        assert ball.x() > before + 20

    log = played("ascii", script).log_lines
    assert any("type=dragend" in line for line in log)
    assert not any("target=ball type=click" in line for line in log)


def test_every_link_names_a_function_of_this_reproduction() -> None:
    """Closures cannot be imported: their names are looked up in the source."""
    import importlib

    for ours in upstream().names:
        parts = ours.split(".")
        module: Any = importlib.import_module(".".join(parts[:3]))
        found: Any = module
        for name in parts[3:]:
            if not hasattr(found, name):
                assert f"def {name}(" in Path(module.__file__).read_text("utf-8"), ours
                break
            found = getattr(found, name)


def test_the_links_cover_the_chains() -> None:
    names = set(upstream().names.values())
    hops = upstream().hops
    assert sum(caller in names and callee in names for caller, callee in hops) >= 0.8 * len(hops)


def test_the_tracer_sees_the_way_to_a_handler() -> None:
    from reproductions.konva.dom import NativeEvent
    from reproductions.konva.scenario import Player
    from reproductions.konva.scripted import scripted

    player = Player(scripted())
    evt = NativeEvent("mousedown", clientX=28, clientY=32, button=0)
    calls = Tracer().run(lambda: player.window.dispatch(evt, player.stage.content))
    ran = [call.upstream for call in calls]
    way = ["_bindContentEvents.<arrow:465>", "_pointerdown", "getIntersection", "_fireAndBubble", "_fire"]
    at = [next(n for n, symbol in enumerate(ran) if symbol.endswith(f".{name}")) for name in way]
    assert at == sorted(at)
    player.close()
