"""What came and went between two states of a program, in the trees and in the graph."""

from __future__ import annotations

import asyncio
from pathlib import Path

from navigator.workspaces import index
from tests.tui.driver import Driver, opened

BEFORE = """\
def main():
    load()
    report()

def load():
    parse()

def parse():
    pass

def report():
    parse()
"""
AFTER = """\
def main():
    load()
    check()

def load():
    parse()

def parse():
    pass

def check():
    parse()
    load()
"""


def compared(home: Path, folder: Path, size: tuple[int, int] = (120, 40), ascii_only: bool = False) -> list[str]:
    """The rows of the calls of ``main``, the drawing around it, and what is said after the comparison is left."""
    for name, text in (("before", BEFORE), ("after", AFTER)):
        (folder / name).mkdir(parents=True)
        (folder / name / "app.py").write_text(text)
        index([str(folder / name)], name=name)
    seen: list[str] = []

    async def play() -> None:
        async with opened("after", "app.main", size, ascii_only) as nav:
            await compare(nav)
            seen.append("\n".join(nav.rows()))
            seen.append(nav.drawn())
            await nav.open("app.parse")
            seen.append("\n".join(nav.rows()))
            await nav.row("report")
            assert nav.app.problems == []
            await nav.press("escape")
            seen.append("\n".join(nav.rows()))

    async def compare(nav: Driver) -> None:
        await nav.press("D")
        await nav.type("before")
        await nav.press("enter")
        await nav.press("escape")
        assert "compared with before" in nav.status()

    asyncio.run(play())
    return seen


def test_new_calls_are_marked_and_gone_ones_drawn(home: Path, tmp_path: Path) -> None:
    rows, drawing, of_parse, left = compared(home, tmp_path / "code")
    assert "▶ load  app.py:2" in rows and "▶ + check  app.py:3" in rows
    assert "✗ report  app.py:3" in rows
    # A definition that is gone has a node, at the end of a dashed line.
    assert "report" in drawing and "╌✗" in drawing and "━" in drawing
    assert "✗ report  app.py:12" in of_parse and "▶ + check" in of_parse
    assert "callers 2 · 1 gone" in of_parse
    assert "report" not in left and "+" not in left


def test_the_same_with_ascii_characters(home: Path, tmp_path: Path) -> None:
    rows, drawing, _, _ = compared(home, tmp_path / "code", ascii_only=True)
    assert "> + check" in rows and "x report" in rows
    assert ".x" in drawing and drawing.isascii()
