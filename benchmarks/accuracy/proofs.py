"""Checks the disputed cases of a suite against what running them really calls."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

import msgspec

from benchmarks.accuracy.suite import Case, Dispute
from benchmarks.recorded import End, record


class Proof(msgspec.Struct, frozen=True):
    """What one run of a disputed case called; ``contradictions`` are claims of the dispute that the run refutes."""

    label: str
    ran: tuple[tuple[str, str], ...]
    error: str
    contradictions: tuple[str, ...]


def symbol(end: End) -> str:
    """The suite's name for a recorded definition; lambdas keep their line instead of the suite's number."""
    container, dot, method = end.name.removeprefix("<builtin>.").partition(".")
    if not end.file and dot:
        # The suite writes `<**PyDict**>.update` for the method of a built-in type.
        return f"<**Py{container.capitalize()}**>.{method}"
    module = end.file.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    return ".".join(part for part in (module, end.name) if part)


def prove(case: Case, dispute: Dispute) -> Proof:
    """Runs a copy of the case's ``main.py`` and compares."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(shutil.copytree(case.folder, Path(scratch) / case.name))
        recording = record(["main.py"], copy, cwd=copy, builtins=True, seconds=30)
    ran = {(symbol(edge.caller), symbol(edge.callee)) for edge in recording.edges}
    happened = [f"{caller} -> {callee} does run" for caller, callee in dispute.never if (caller, callee) in ran]
    absent = [f"{caller} -> {callee} does not run" for caller, callee in dispute.missing if (caller, callee) not in ran]
    return Proof(case.label, tuple(sorted(ran)), recording.error, (*happened, *absent))


def prove_all(suite: Iterable[Case], disputed: dict[str, Dispute]) -> list[Proof]:
    return [prove(case, disputed[case.label]) for case in suite if case.label in disputed]
