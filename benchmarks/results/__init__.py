"""The stored figures: one JSON file a benchmark, one entry a subject, each with the day and machine of its run."""

from __future__ import annotations

import datetime
import os
import platform
from pathlib import Path

import msgspec

FOLDER = Path(__file__).parent


class Kept(msgspec.Struct, frozen=True):
    """What one deliberate run measured. ``figures`` are the benchmark's own."""

    day: str
    machine: str
    figures: dict[str, object]


def machine() -> str:
    """Processors, architecture, system and interpreter: enough to judge a figure, nothing that names a host."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, {python}"


def read(benchmark: str) -> dict[str, Kept]:
    """All entries of a benchmark by subject; empty when nothing was kept."""
    file = FOLDER / f"{benchmark}.json"
    return msgspec.json.decode(file.read_bytes(), type=dict[str, Kept]) if file.exists() else {}


def keep(benchmark: str, subject: str, figures: dict[str, object]) -> None:
    """Stores the figures of one run. Parts measured earlier (another suite, say) stay where this run has none."""
    entries = read(benchmark)
    earlier = entries[subject].figures if subject in entries else {}
    entries[subject] = Kept(datetime.date.today().isoformat(), machine(), {**earlier, **figures})
    content = msgspec.json.format(msgspec.json.encode(dict(sorted(entries.items()))), indent=2)
    fresh = FOLDER / f"{benchmark}.json.new"
    fresh.write_bytes(content + b"\n")
    fresh.replace(FOLDER / f"{benchmark}.json")
