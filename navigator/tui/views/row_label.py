"""What a row of the calls says, cut to the room there is: the line of a call is never what is lost."""

from __future__ import annotations

from dataclasses import dataclass

from rich.text import Text

SHORTEST = 14
"""Columns that a name keeps while something behind it can be cut."""


@dataclass(frozen=True)
class RowLabel:
    """``what`` begins with a mark and a blank, ``line`` with its colon. A ``reason`` is told as far as there is
    room; of a call's ``manner`` all or nothing is. ``ran`` is the call's number
    in a replay."""

    what: Text
    file: str
    line: str
    manner: str = ""
    reason: str = ""
    cycle: str = ""
    ran: str = ""

    @property
    def plain(self) -> str:
        """All of it."""
        return self.within(1000, "").plain

    def within(self, room: int, ellipsis: str) -> Text:
        """Narrow rows do without the manner first, then the name of the file, then the beginning of the callee's name:
        its end tells more."""
        tails = (self._tail(self.file, self.manner or self.reason), self._tail(self.file), self._tail(""))
        fitting = next((tail for tail in tails if self.what.cell_len + tail.cell_len <= room), None)
        if fitting is not None and (not self.reason or fitting is tails[0]):
            return Text.assemble(self.what, fitting)
        tail = tails[2]
        if self.reason:
            tail = self._tail("", self.reason)
            tail.truncate(max(room - min(self.what.cell_len, SHORTEST), tails[2].cell_len))
        mark, name = self.what[:2], self.what[2:]
        kept = max(room - tail.cell_len - mark.cell_len, len(ellipsis) + 1)
        if name.cell_len <= kept:
            return Text.assemble(mark, name, tail)
        while name.cell_len > kept - len(ellipsis):
            name = name[1:]
        return Text.assemble(mark, (ellipsis, "dim"), name, tail)

    def _tail(self, file: str, how: str = "") -> Text:
        cycle = f" {self.cycle}" if self.cycle else ""
        tail = Text.assemble((cycle, "bold"), (self.ran, "bold"), (f"  {file}{self.line}", "dim"))
        return tail.append(f"  {how}", "italic dim") if how else tail
