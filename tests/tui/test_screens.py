"""The main screens as text, at two sizes; colours add nothing that is not there without them.

``UPDATE_SNAPSHOTS=1`` writes the files in ``snapshots/`` anew.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.tui.driver import Driver, opened

FOLDER = Path(__file__).parent / "snapshots"
SIZES = {"80x24": (80, 24), "160x48": (160, 48)}


async def plain(nav: Driver) -> None:
    await nav.open("resnet._resnet")
    await nav.row("ResNet.__init__")


async def graph(nav: Driver) -> None:
    await plain(nav)
    await nav.press("2", "plus")


async def source(nav: Driver) -> None:
    await nav.open("resnet.Bottleneck.forward")
    await nav.press("3", "n", "n")


async def search(nav: Driver) -> None:
    await nav.search("bneck")


async def why(nav: Driver) -> None:
    await nav.open("resnet.ResNet.__init__")
    await nav.row("_make_layer")
    await nav.press("e")


async def paths(nav: Driver) -> None:
    await nav.open("resnet.resnet50")
    await nav.press("m")
    await nav.open("resnet.conv1x1")
    await nav.press("t")


async def keys(nav: Driver) -> None:
    await nav.press("question_mark")


async def filters(nav: Driver) -> None:
    await nav.press("f")


SCREENS: dict[str, Callable[[Driver], Awaitable[None]]] = {
    "calls": plain, "graph": graph, "source": source, "search": search, "why": why, "paths": paths, "keys": keys,
    "filters": filters,
}  # fmt: skip


def shown(name: str, size: str, **settings: bool) -> tuple[str, int]:
    """The screen's text, and how many foreground colours are on it."""

    async def play() -> tuple[str, int]:
        async with opened("demo-torchvision", size=SIZES[size], **settings) as nav:
            await SCREENS[name](nav)
            nav.app.clear_notifications()
            await nav.settled()
            colours = {
                segment.style.color
                for strip in nav.app.screen._compositor.render_strips()
                for segment in strip
                if segment.style is not None and segment.text.strip()
            }
            return nav.screen_text() + "\n", len(colours)

    return asyncio.run(play())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_is_as_it_was(home: Path, name: str, size: str) -> None:
    text, colours = shown(name, size)
    file = FOLDER / f"{name}-{size}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        FOLDER.mkdir(exist_ok=True)
        file.write_text(text)
    assert text == file.read_text()
    assert colours > 3


@pytest.mark.parametrize("name", ["calls", "graph", "paths"])
def test_without_colours_the_same_is_to_be_read(home: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    text, _ = shown(name, "160x48")
    assert text == (FOLDER / f"{name}-160x48.txt").read_text()


@pytest.mark.parametrize("name", ["calls", "graph", "why"])
def test_ascii_is_ascii(home: Path, name: str) -> None:
    text, _ = shown(name, "80x24", ascii_only=True)
    strange = {character for character in text if ord(character) > 126}
    # The ellipsis of a shortened line is a character of the terminal library.
    assert strange <= {"…", "·", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█", "▏", "▎", "▔", "▊"}, strange
