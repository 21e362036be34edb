"""What is selected, the same in all views, and the messages by which views tell about it."""

from __future__ import annotations

import msgspec
from textual.message import Message

from navigator.callgraph import Call


class Selection(msgspec.Struct, frozen=True):
    """A symbol by its id, and the call by which it was reached: the one that a row, an edge or a place in the source
    stands for. ``line`` is a line of the symbol's file to look at, 0 for its definition."""

    symbol: str
    call: Call | None = None
    line: int = 0


class Selected(Message):
    """A view's cursor came to rest on something; the other views follow."""

    def __init__(self, selection: Selection) -> None:
        super().__init__()
        self.selection = selection


class Opened(Message):
    """Something is to become the middle of all views: a step in the history."""

    def __init__(self, selection: Selection) -> None:
        super().__init__()
        self.selection = selection
