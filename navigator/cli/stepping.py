"""Steps through a replay on the terminal, a screen for each call."""

from __future__ import annotations

import re
import shutil
import sys
from typing import TYPE_CHECKING, Any

import click

from navigator.cli import output
from navigator.cli.plain import plain
from navigator.index.graph_file import tail_of

if TYPE_CHECKING:
    from navigator.callgraph import Symbol
    from navigator.runs import Frame, Replay

Runs = list[tuple[str, dict[str, Any]]]

_KEY = re.compile(r"\x1b(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z])|.", re.DOTALL)
_FORWARD = ("\x1b[C", "\x1bOC", "\x1b[B", "\x1bOB", ".", " ", "n", "j", "l")
_BACK = ("\x1b[D", "\x1bOD", "\x1b[A", "\x1bOA", ",", "\x7f", "\b", "p", "k", "h")
_FIRST = ("\x1b[H", "\x1bOH", "\x1b[1~", "g")
_LAST = ("\x1b[F", "\x1bOF", "\x1b[4~", "G")
_ENTER = ("\r", "\n")
_LEAVE = ("q", "\x1b", "\x04")
HELP = ". forward  , back  g first  G last  NUMBER ⏎ there  q leave"

_OTHER_SCREEN, _FORMER_SCREEN = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
_TOP, _REST_OF_LINE, _REST_OF_SCREEN = "\x1b[H", "\x1b[K", "\x1b[J"


def step_through(replay: Replay) -> None:
    """Shows the frames, and follows the keys until one leaves. The screen is as before afterwards."""
    keys = Keys(replay)
    output.write(_OTHER_SCREEN)
    try:
        while not keys.left:
            size = shutil.get_terminal_size()
            output.write(_TOP)
            for row in screen(replay, size.columns, size.lines, keys.number):
                output.styled(row, end=f"{_REST_OF_LINE}\r\n")
            output.write(_REST_OF_SCREEN)
            sys.stdout.flush()
            try:
                keys.press(click.getchar())
            except EOFError:
                break
    finally:
        output.write(_FORMER_SCREEN)
        sys.stdout.flush()


class Keys:
    """What keys do to a replay. ``number`` is the one that is being written, ``left`` whether a key asked to leave."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay
        self.number = ""
        self.left = False

    def press(self, text: str) -> None:
        """``text`` is what the terminal sent: one key, or several that were pressed in quick succession."""
        for key in _KEY.findall(text):
            self._press(key)

    def _press(self, key: str) -> None:
        number, self.number = self.number, ""
        if key in "0123456789":
            self.number = (number + key)[:7]
        elif key in _ENTER:
            self._replay.seek(max(int(number), 1) if number else self._replay.place + 1)
        elif key in _FORWARD:
            self._replay.move(1)
        elif key in _BACK:
            self._replay.seek(max(self._replay.place - 1, 1))
        elif key in _FIRST:
            self._replay.seek(1)
        elif key in _LAST:
            self._replay.seek(len(self._replay.steps))
        elif key in _LEAVE:
            self.left = True


def screen(replay: Replay, width: int, height: int, number: str = "") -> list[Runs]:
    """The rows of one screen, none wider than ``width``: the calls up to the current one, then that one at length."""
    frame = replay.frame
    assert frame is not None
    below = [[], *_at_length(frame)]
    most = max(height - len(below) - 4, 1)
    head: Runs = [
        (replay.name, {"bold": True}),
        (f"  call {replay.place} of {len(replay.steps)}, {len(replay.lit_symbols())} symbols lit", {}),
    ]
    upto = replay.steps[max(replay.place - most, 0) : replay.place]
    digits = len(str(len(replay.steps)))
    above = [_row(each, digits, current=each is frame) for each in upto]
    filled = [*above, *([[]] * (most - len(above)))]
    foot: Runs = [(f"{number} ⏎" if number else HELP, {"dim": True})]
    return [_cut(row, width) for row in (head, [], *filled, *below, foot)]


def _row(frame: Frame, digits: int, *, current: bool) -> Runs:
    style: dict[str, Any] = {"bold": True} if current else {"dim": True}
    mark = "✗" if frame.why else "━"
    return [
        (f"{'>' if current else ' '} {frame.number:>{digits}}  ", style),
        (_short(frame.caller), style),
        (f" {mark}▶ ", {"fg": "yellow"} if frame.why else {}),
        (_short(frame.callee), style),
    ]


def _short(symbol: Symbol) -> str:
    """The last two segments of its name: the whole of it is shown below."""
    last = tail_of(symbol.name)
    owner = symbol.name[: -len(last)].rstrip(".:/")
    return f"{tail_of(owner)}.{last}" if owner else last


def _at_length(frame: Frame) -> list[Runs]:
    """Always as many rows, so that nothing jumps from one call to the next."""
    place = frame.place
    new = {symbol.id for symbol in frame.first}
    told: Runs = [(frame.why, {"fg": "yellow"})] if frame.why else []
    return [
        [*_end(frame.caller, new)],
        [
            ("  calls  ", {}),
            *([(f"{place.file}:{place.line}", {"fg": "cyan"}), (f"  {place.text}", {})] if place else told),
        ],
        [*_end(frame.callee, new)],
        [(f"  {frame.count:,}×", {}), *((f", {text}", {"dim": True}) for text in _ours(frame))],
        told if place else [],
    ]


def _end(symbol: Symbol, new: set[str]) -> Runs:
    lit = [("  lights up", {"fg": "green"})] if symbol.id in new else []
    return [(symbol.name, {"bold": True}), (f"  {symbol.file}:{symbol.line}", {"fg": "cyan"}), *lit]


def _ours(frame: Frame) -> list[str]:
    return [f"by {frame.ours[0].name} -> {frame.ours[-1].name}"] if frame.ours else []


def _cut(row: Runs, width: int) -> Runs:
    """Ends a row that is too wide with an ellipsis; one column stays free."""
    row = [(plain(text), style) for text, style in row]
    if sum(output.width_of(text) for text, _ in row) < width:
        return row
    pieces: Runs = []
    room = width - 2
    for text, style in row:
        kept = text
        while output.width_of(kept) > room:
            kept = kept[:-1]
        pieces.append((kept, style))
        room -= output.width_of(kept)
        if kept != text:
            break
    return [*pieces, ("…", {})]
