"""The line protocol between a reproduction and its run: one JSON object a line (docs/reference/reproductions.md)."""

from __future__ import annotations

import msgspec

LONGEST_LINE = 1 << 16


class Printed(msgspec.Struct, frozen=True):
    """What the process wrote to its standard output or standard error."""

    text: str


class Progressed(msgspec.Struct, frozen=True):
    """``total`` is None where it is not known."""

    done: float
    total: float | None = None
    label: str = ""


class Claimed(msgspec.Struct, frozen=True):
    """What the run found about one claim."""

    id: str
    held: bool
    detail: str = ""


class Written(msgspec.Struct, frozen=True):
    """An output, relative to the output folder, is complete."""

    path: str


class Noted(msgspec.Struct, frozen=True):
    """A word of the runner's own: a line that is no event, say."""

    text: str


Event = Printed | Progressed | Claimed | Written | Noted


class _Line(msgspec.Struct, frozen=True):
    progress: Progressed | None = None
    claim: Claimed | None = None
    output: Written | None = None


_decoder = msgspec.json.Decoder(_Line)


class Lines:
    """Cuts a stream of bytes into events; what is no event becomes one note for the first such line."""

    def __init__(self) -> None:
        self._rest = b""
        self._told = False

    def feed(self, data: bytes) -> list[Event]:
        *lines, self._rest = (self._rest + data).split(b"\n")
        found = [event for line in lines for event in self._events(line)]
        if len(self._rest) > LONGEST_LINE:
            self._rest = self._rest[-LONGEST_LINE:]
            found += self._fault(f"longer than {LONGEST_LINE} bytes")
        return found

    def _events(self, line: bytes) -> list[Event]:
        if not line.strip():
            return []
        try:
            read = _decoder.decode(line)
        except msgspec.MsgspecError as error:
            return self._fault(f"{error}: {line[:80].decode('utf-8', 'replace')}")
        found = [event for event in (read.progress, read.claim, read.output) if event is not None]
        return list(found) or self._fault(f"no event that is known: {line[:80].decode('utf-8', 'replace')}")

    def _fault(self, what: str) -> list[Event]:
        if self._told:
            return []
        self._told = True
        return [Noted(f"a line of the reproduction's events is ignored ({what})")]
