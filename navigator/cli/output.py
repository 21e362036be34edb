"""Writes data to standard output: rows of text, or JSON."""

from __future__ import annotations

import os
import shutil
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import click
import msgspec

from navigator.cli.exits import OutputFailed, ReaderGone, output_failed
from navigator.cli.plain import plain, plain_json

WIDEST_COLUMN = 72


def on_terminal() -> bool:
    """Whether somebody looks at standard output as it is written."""
    return sys.stdout is not None and sys.stdout.isatty()


def write(text: str) -> None:
    """Writes text as it is; raises ReaderGone or OutputFailed."""
    _writing(lambda: sys.stdout.write(text))


def write_bytes(pieces: Iterable[bytes], *, text: bool = True) -> None:
    """Writes UTF-8 text that is already encoded, or other bytes, piece by piece."""
    terminal = text and on_terminal()
    for piece in pieces:
        data = plain_json(piece.decode()).encode() if terminal else piece
        _writing(lambda data=data: _write_raw(data))  # type: ignore[misc]


def _write_raw(data: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(data)


def _writing(action: Callable[[], object]) -> None:
    if sys.stdout is None:
        raise OutputFailed("cannot write to standard output: it is closed")
    try:
        action()
    except BrokenPipeError as error:
        raise ReaderGone from error
    except (OSError, ValueError) as error:
        raise output_failed(error) from error


def line(text: str = "") -> None:
    write(plain(text) + "\n")


def json(value: Any) -> None:
    """One JSON document, indented."""
    text = msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    write(plain_json(text) + "\n")


def answer(workspace: str, found: msgspec.Struct, **more: Any) -> None:
    """An answer as JSON: its fields, after the name of the workspace that gave it."""
    json({"workspace": workspace, **msgspec.structs.asdict(found), **more})


class Cell(msgspec.Struct, frozen=True):
    """A text of one row, and how it is styled on a terminal that has colours."""

    text: str
    style: dict[str, Any] = {}


def place(text: str) -> Cell:
    """A file and line."""
    return Cell(text, {"fg": "cyan"})


def name(text: str) -> Cell:
    """A symbol."""
    return Cell(text, {"bold": True})


def remark(text: str) -> Cell:
    return Cell(text, {"dim": True})


def warning(text: str) -> Cell:
    return Cell(text, {"fg": "yellow"})


def rows(table: Iterable[Sequence[str | Cell]]) -> None:
    """Rows of columns two spaces apart, aligned where the terminal is wide enough."""
    cells = [[each if isinstance(each, Cell) else Cell(each) for each in row] for row in table]
    texts = [[plain(cell.text) for cell in row] for row in cells]
    widths = _widths(texts)
    coloured = _coloured()
    for row, plain_texts in zip(cells, texts, strict=True):
        write("".join(_padded(row, plain_texts, widths, coloured)).rstrip() + "\n")


def styled(runs: Iterable[tuple[str, dict[str, Any]]], end: str = "\n") -> None:
    """One row of texts, each with its style, without spaces at its end; ``end`` is written as it is."""
    coloured = _coloured()
    pieces = [(plain(text), style) for text, style in runs]
    while pieces and not pieces[-1][0].rstrip():
        pieces.pop()
    write("".join(click.style(text, **style) if coloured and style else text for text, style in pieces).rstrip() + end)


def _padded(row: Sequence[Cell], texts: Sequence[str], widths: Sequence[int], coloured: bool) -> Iterator[str]:
    for column, (cell, text) in enumerate(zip(row, texts, strict=True)):
        yield click.style(text, **cell.style) if coloured and text and cell.style else text
        if column < len(row) - 1:
            yield " " * (max(0, widths[column] - width_of(text)) + 2 if text or widths[column] else 0)


def _widths(texts: Sequence[Sequence[str]]) -> list[int]:
    columns = max((len(row) for row in texts), default=0)
    widths = [0] * columns
    for row in texts:
        for column, text in enumerate(row):
            width = width_of(text)
            if width <= WIDEST_COLUMN:
                widths[column] = max(widths[column], width)
    fits = not on_terminal() or sum(widths) + 2 * columns <= shutil.get_terminal_size().columns
    return widths if fits else [0] * columns


def width_of(text: str) -> int:
    """Terminal columns: wide East Asian characters take two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(character) else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )


def _coloured() -> bool:
    return on_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
