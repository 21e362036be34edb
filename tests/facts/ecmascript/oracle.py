"""What the TypeScript compiler's parser says about files, and packages to ask it about, by way of npm."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from navigator.facts import DefinitionKind, FileFacts
from navigator.facts.vocabulary import Call, CallElement, CallMember, New

COMPILER = "typescript@5.9.3"
Spans = dict[str, Counter[tuple[int, int, int, int]]]
SECONDS = 180


def installed(folder: Path, *packages: str) -> Path:
    """The ``node_modules`` that holds the packages, each ``NAME@VERSION``; no script of theirs is run.

    Skips the test where there is no node, no npm, or npm cannot get them. What a run has fetched serves later ones.
    """
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            pytest.skip(f"no {program} on the PATH (Debian: nodejs, npm)")
    modules = folder / "node_modules"
    mark = folder / "installed.json"
    if mark.exists() and json.loads(mark.read_text()) == list(packages):
        return modules
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true}')
    command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", *packages]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", timeout=SECONDS)
    except subprocess.TimeoutExpired:
        pytest.skip(f"npm took more than {SECONDS} s for {' '.join(packages)}")
    if done.returncode:
        pytest.skip(f"npm cannot install {' '.join(packages)}: {done.stderr.strip().splitlines()[-1:]}")
    mark.write_text(json.dumps(packages))
    return modules


def compiler_spans(modules: Path, files: Iterable[Path]) -> Iterator[tuple[Path, Spans]]:
    """Functions with a body, classes and calls of each file, as the compiler's parser places them."""
    script = Path(__file__).with_name("positions.cjs")
    done = subprocess.run(
        ["node", str(script), str(modules / "typescript")],
        input=json.dumps([str(file) for file in files]),
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=True,
    )
    for line in done.stdout.splitlines():
        told: dict[str, Any] = json.loads(line)
        if not told["errors"]:
            kinds = ("functions", "classes", "calls")
            yield Path(told["path"]), {kind: Counter(tuple(span) for span in told[kind]) for kind in kinds}


def our_spans(facts: FileFacts) -> Spans:
    """The same from facts."""
    found: Spans = {"functions": Counter(), "classes": Counter(), "calls": Counter()}
    for definition in facts.definitions:
        span = definition.span
        place = (span.line, span.column, span.end_line, span.end_column)
        if definition.kind in (DefinitionKind.FUNCTION, DefinitionKind.LAMBDA):
            found["functions"][place] += 1
        elif definition.kind is DefinitionKind.CLASS:
            found["classes"][place] += 1
        for instruction in definition.body:
            if isinstance(instruction, Call | CallMember | CallElement | New) and instruction.site >= 0:
                if not (isinstance(instruction, Call) and instruction.decorator):
                    at = instruction.site * 4
                    line, column, end_line, end_column = facts.sites[at : at + 4]
                    found["calls"][line, column, end_line, end_column] += 1
    return found
