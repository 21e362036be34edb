"""Counts the project's own language cases, ``tests/calls/*.md``: what they cover and which are known not to hold."""

from __future__ import annotations

from pathlib import Path

import msgspec

from tests.calls.harness.cases import read_cases

FOLDER = Path(__file__).parents[2] / "tests" / "calls"


class CaseFile(msgspec.Struct, frozen=True):
    """One file of cases. ``open`` names those that linking does not get right yet, with the reason."""

    name: str
    cases: int
    open: dict[str, str]


def count_all(folder: Path = FOLDER) -> list[CaseFile]:
    """All case files by name."""
    files = []
    for file in sorted(file for file in folder.glob("*.md") if file.stem != "README"):
        cases = read_cases(file)
        failing = {case.name: case.settings.xfail for case in cases if case.settings.xfail}
        files.append(CaseFile(file.stem, len(cases), failing))
    return files
