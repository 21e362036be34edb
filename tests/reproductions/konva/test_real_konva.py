"""The log of handlers, and what is hit, beside the real Konva under node."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from reproductions.konva import claims
from reproductions.konva.dom import NativeEvent
from reproductions.konva.generated import generated
from reproductions.konva.hit_scenes import scenes
from reproductions.konva.many import crowd
from reproductions.konva.oracle import NoOracle, Oracle
from reproductions.konva.scenario import Player, pixels, replay
from reproductions.konva.scripted import scripted
from reproductions.konva.shrinking import shrunk

SOME, MANY = 120, 500


def test_the_scripted_scene(oracle: Oracle, skia: None) -> None:
    ours = replay(scripted())
    assert claims.difference(ours, oracle.replay(scripted())) == ""
    assert len(ours) >= 140


def test_the_scripted_scene_without_skia(oracle: Oracle, own_rasteriser: None) -> None:
    assert claims.difference(replay(scripted()), oracle.replay(scripted())) == ""


def same(oracle: Oracle, seeds: range) -> None:
    for seed in seeds:
        scenario = generated(seed)
        if replay(scenario) != oracle.replay(scenario):
            pytest.fail(f"scenario {seed}, shrunk: {claims.explained(oracle, scenario)}")


def test_random_scenarios(oracle: Oracle, skia: None) -> None:
    same(oracle, range(1000, 1000 + SOME))


@pytest.mark.long
def test_many_random_scenarios(oracle: Oracle, skia: None) -> None:
    same(oracle, range(MANY))


@pytest.mark.parametrize("name", scenes())
def test_every_pixel_with_skia(oracle: Oracle, skia: None, name: str) -> None:
    scenario = scenes()[name]
    assert pixels(scenario) == oracle.pixels(scenario)


@pytest.mark.parametrize("name", scenes())
def test_pixels_without_skia_differ_at_edges_only(oracle: Oracle, own_rasteriser: None, name: str) -> None:
    scenario = scenes()[name]
    width = scenario["stage"]["width"]
    ours, real = pixels(scenario), oracle.pixels(scenario)
    wrong = [at for at, (one, other) in enumerate(zip(ours, real, strict=True)) if one != other]
    assert len(wrong) <= claims.FALLBACK_LIMIT * len(real)
    for at in wrong:
        near = {real[n] for n in (at - width - 1, at - width, at - 1, at + 1, at + width, at + width + 1)}
        assert len(near | {real[at]}) > 1, f"pixel {at % width}, {at // width} lies inside {real[at]}"


def test_a_difference_is_found_and_shrunk(oracle: Oracle, skia: None) -> None:
    scenario = generated(3)
    real = oracle.replay(scenario)
    label = next(line for line in real if ": currentTarget" in line).partition(":")[0]

    def fails(candidate: dict[str, Any]) -> bool:
        return any(line.startswith(f"{label}:") for line in replay(candidate))

    def safely(candidate: dict[str, Any]) -> bool:
        try:
            return fails(candidate)
        except KeyError:
            return False

    small = shrunk(scenario, safely)
    assert fails(small)
    assert len(small["listeners"]) == 1
    assert len(small["steps"]) <= len(scenario["steps"])


def calls_of_a_move(count: int) -> int:
    """How many functions a mousemove over ``count`` shapes calls."""
    player = Player(crowd(count))
    calls = 0

    def called(frame: Any, event: str, _: Any) -> None:
        nonlocal calls
        calls += event == "call"

    evt = NativeEvent("mousemove", clientX=5, clientY=5)
    sys.setprofile(called)
    try:
        player.window.dispatch(evt, player.stage.content)
    finally:
        sys.setprofile(None)
    player.close()
    return calls


def test_a_move_costs_the_same_over_more_shapes(own_rasteriser: None) -> None:
    assert calls_of_a_move(100) == calls_of_a_move(1000)


def test_an_oracle_that_dies_is_told(oracle: Oracle) -> None:
    with Oracle() as other, pytest.raises(NoOracle, match="node ended with exit code"):
        other._ask("no such command", {})
