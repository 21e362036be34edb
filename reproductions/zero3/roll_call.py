"""Who is late: every rank notes the collective it has reached where the others can read it.

Not in DeepSpeed, where a lost rank shows as a time-out somewhere else. A rank holds a lock on a file of its own, which
the system takes away when the process ends, however it ends; the file tells how many collectives it has entered. So
a rank whose collective fails can tell the one that is gone from the one that never came.
"""

from __future__ import annotations

import fcntl
import os
import struct
from pathlib import Path

_SLOT = struct.Struct("<q?55s")  # collectives entered, given up, the name of the last one


class RankFailed(RuntimeError):
    """Another rank died or does not come; the text names it."""


class RollCall:
    """The presence of ``rank`` among ``world_size`` processes of one machine that share the folder ``folder``."""

    def __init__(self, folder: Path, rank: int, world_size: int) -> None:
        self.folder, self.rank, self.world_size = folder, rank, world_size
        self.count = 0
        self._descriptor = os.open(folder / f"rank-{rank}", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.lockf(self._descriptor, fcntl.LOCK_EX)
        self._write("start", given_up=False)

    def entered(self, collective: str) -> None:
        self.count += 1
        self._write(collective, given_up=False)

    def give_up(self, because: str) -> None:
        """From here on this rank's absence is no cause, but a consequence."""
        self._write(because, given_up=True)

    def _write(self, name: str, given_up: bool) -> None:
        os.pwrite(self._descriptor, _SLOT.pack(self.count, given_up, name.encode()[:55]), 0)

    def missing(self) -> str | None:
        """What is known of the rank that the others wait for; None when nobody is behind."""
        late: list[tuple[int, str]] = []
        for rank in range(self.world_size):
            if rank == self.rank:
                continue
            try:
                count, given_up, name, gone = self._read(rank)
            except FileNotFoundError:
                late.append((-1, f"rank {rank} never started"))
                continue
            if given_up:
                continue
            where = f"its last collective was {name} (number {count})" if count else "it had entered no collective"
            if gone:
                late.append((-1, f"rank {rank} died; {where}"))
            elif count < self.count:
                late.append((count, f"rank {rank} is alive but does not come to number {self.count}; {where}"))
        return min(late)[1] if late else None

    def _read(self, rank: int) -> tuple[int, bool, str, bool]:
        descriptor = os.open(self.folder / f"rank-{rank}", os.O_RDWR)
        try:
            count, given_up, name = _SLOT.unpack(os.pread(descriptor, _SLOT.size, 0).ljust(_SLOT.size, b"\0"))
            try:
                fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                gone = True
            except OSError:
                gone = False
        finally:
            os.close(descriptor)
        return count, given_up, name.rstrip(b"\0").decode(errors="replace"), gone
