"""Where an earlier picture of a view has its nodes, so that the next one can leave them there."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from navigator.diagrams.errors import NoEarlierPicture
from navigator.diagrams.picture.records import Point

DIRECTION = re.compile(r'data-direction="(right|down)"')
PLACE = re.compile(r'data-id=("[^"]*"|\'[^\']*\') data-at="(-?[0-9.]+),(-?[0-9.]+),([0-9]+)"')


class Kept(msgspec.Struct, frozen=True):
    """The middle of each node by its id, in points; its rank, or that of its group, in the order across all layers; and
    whether calls lead from left to right."""

    places: Mapping[str, Point]
    ranks: Mapping[str, int]
    sideways: bool


def read_kept(file: str) -> Kept:
    """The places in a picture that was written as svg or html with the navigator's own layout.

    Raises NoEarlierPicture where there is none.
    """
    try:
        text = Path(file).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise NoEarlierPicture(f"--keep {file}: {error.strerror}") from None
    direction = DIRECTION.search(text)
    places: dict[str, Point] = {}
    ranks: dict[str, int] = {}
    for id, x, y, rank in PLACE.findall(text):
        if x.count(".") < 2 and y.count(".") < 2:
            key = html.unescape(id[1:-1])
            places[key], ranks[key] = (float(x), float(y)), int(rank)
    if direction is None or not places:
        raise NoEarlierPicture(
            f"--keep {file}: it holds no places; give an svg or html file that `navigator export` wrote"
        )
    return Kept(places, ranks, direction[1] == "right")
