"""What the programs of a case file really call: one child process runs them all."""

from __future__ import annotations

import functools
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec

from tests.calls.harness.cases import Case, read_cases
from tests.calls.harness.expectations import Edge, Expectation, expectations
from tests.calls.harness.instrumenting import classes_of, prepare

RECORDER = Path(__file__).with_name("recorder.py")
SCRIPT_RECORDER = Path(__file__).with_name("recorder.mjs")
SECONDS = 60


class Run(msgspec.Struct, frozen=True):
    """``calls`` holds (path, line, callee); a call from no function of the program has no path and line 0."""

    calls: frozenset[tuple[str, int, str]]
    error: str = ""


def runnable(case: Case) -> bool:
    """Whether this interpreter can run the case."""
    oldest = tuple(int(part) for part in case.settings.python.split(".")) if case.settings.python else ()
    if case.scripts:
        return not case.settings.norun and shutil.which("node") is not None
    return not case.settings.norun and sys.version_info[: len(oldest)] >= oldest


@functools.cache
def runs_of(path: Path) -> dict[str, Run]:
    """The runs of a case file's runnable cases, by case name. Raises ``RuntimeError`` when the child process fails."""
    cases = [case for case in read_cases(path) if runnable(case)]
    found = record(tuple(case for case in cases if not case.scripts))
    scripts = tuple(case for case in cases if case.scripts)
    return {**found, **record_scripts(scripts)} if scripts else found


def record_scripts(cases: tuple[Case, ...]) -> dict[str, Run]:
    """Runs programs in node, one child process for all; raises ``RuntimeError`` when that fails or takes too long."""
    with tempfile.TemporaryDirectory() as folder:
        programs = [prepare(case, Path(folder) / str(number)) for number, case in enumerate(cases)]
        try:
            child = subprocess.run(
                ["node", str(SCRIPT_RECORDER)],
                input=json.dumps(programs),
                capture_output=True,
                encoding="utf-8",
                timeout=SECONDS,
            )
        except subprocess.TimeoutExpired as problem:
            raise RuntimeError(f"running the programs took more than {SECONDS} s") from problem
        if child.returncode:
            raise RuntimeError(f"node, which runs the programs, failed:\n{child.stderr}")
    return msgspec.json.decode(child.stdout, type=dict[str, Run])


def record(cases: tuple[Case, ...]) -> dict[str, Run]:
    """Runs programs in one child process; raises ``RuntimeError`` when that fails or takes too long."""
    programs = [
        {
            "name": case.name,
            "files": {file.path: file.text for file in case.files if file.language == "python"},
            "run": case.settings.run,
        }
        for case in cases
    ]
    try:
        child = subprocess.run(
            [sys.executable, "-I", str(RECORDER)],
            input=json.dumps(programs),
            capture_output=True,
            encoding="utf-8",
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired as problem:
        raise RuntimeError(f"running the programs took more than {SECONDS} s") from problem
    if child.returncode:
        raise RuntimeError(f"the child process that runs the programs failed:\n{child.stderr}")
    return msgspec.json.decode(child.stdout, type=dict[str, Run])


def falsehoods(case: Case, run: Run) -> list[str]:
    """What the case asserts and its run contradicts, a line each.

    A library may call a function that it was handed later and from elsewhere, so an edge of certainty ``rule`` also
    stands for calls of its callee that are seen at other places. What is called from a line that is declared
    unresolved is nobody's claim.
    """
    if run.error:
        return ["the program does not run:\n" + run.error]
    expected = {(file.path, number): line for file in case.files for number, line in expectations(file).items()}
    edges = {(*place, edge.callee) for place, line in expected.items() for edge in line.edges}
    elsewhere = {call for call in run.calls - edges if not expected.get(call[:2], Expectation()).unresolved}
    classes = classes_of(case) if case.scripts else frozenset()
    by_rule = {edge.callee for line in expected.values() for edge in line.edges if edge.certainty == "rule"}
    found = [
        f"{path}:{number}: really calls {callee}, which is not expected"
        for path, number, callee in sorted(elsewhere)
        if callee not in by_rule
    ]
    late = {callee for _, _, callee in elsewhere}
    for (path, number), line in expected.items():
        for edge in line.edges:
            if edge.callee in classes:
                continue  # a class without a constructor runs no code of its own
            seen = (path, number, edge.callee) in run.calls or (edge.certainty == "rule" and edge.callee in late)
            if seen != edge.runs:
                found.append(f"{path}:{number}: {_complaint(edge)}")
    return found


def _complaint(edge: Edge) -> str:
    if edge.runs:
        return f"{edge} is expected, but running the program does not call it"
    return f"{edge} is expected as not run, but running the program calls it"
