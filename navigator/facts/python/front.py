"""One Python file's bytes to its facts."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from navigator.callgraph import Span
from navigator.facts.python import (  # noqa: F401 (each module registers its readers)
    branches,
    chains,
    comprehensions,
    definitions,
    imports,
    patterns,
    scanned_scopes,
    scanned_statements,
    statements,
    type_parameters,
)
from navigator.facts.python.dispatch import execute
from navigator.facts.python.nesting import too_deep
from navigator.facts.python.parsing import Problem, parse
from navigator.facts.python.reader import Reader
from navigator.facts.python.scanning import Scan
from navigator.facts.python.scopes import Scope
from navigator.facts.python.source import decoded
from navigator.facts.vocabulary import FileFacts, Move

if TYPE_CHECKING:
    from tree_sitter import Node


def extract(source: bytes) -> FileFacts:
    """The facts of one file. Never raises; what could not be read is in ``problems``."""
    text, problems = decoded(source)
    root, broken = parse(text)
    scan = Scan(text, root)
    problems += broken
    try:
        return read_tree(text, root, scan, problems)
    except RecursionError:
        return _with_a_stack_of_its_own(text, root, scan, problems)


def scopes_of(source: bytes) -> list[Scope]:
    """The scopes of one file, the module first; for comparison with other tools."""
    text, _ = decoded(source)
    root, _ = parse(text)
    return Scan(text, root).scopes


def _with_a_stack_of_its_own(text: str, root: Node, scan: Scan, problems: list[Problem]) -> FileFacts:
    """Reads in a new thread, whose stack is empty: how deep it gets does not depend on who calls.

    What is nested too deeply even for that is left out.
    """
    made: list[FileFacts] = []
    thread = threading.Thread(target=lambda: made.append(read_tree(text, root, scan, problems, skip_too_deep=True)))
    thread.start()
    thread.join()
    return made[0]


def read_tree(text: str, root: Node, scan: Scan, problems: list[Problem], skip_too_deep: bool = False) -> FileFacts:
    """The facts of a parsed file. Raises ``RecursionError`` for deep nesting unless that is to be skipped."""
    reader = Reader(text, scan)
    reader.skip_too_deep = skip_too_deep
    reader.too_deep = too_deep(root)
    for line, message in problems:
        reader.problem(line, message)
    execute(reader, root)
    _finish_module(reader, text)
    record = reader.record
    return FileFacts(
        "python",
        tuple(builder.finished() for builder in reader.definitions.builders),
        record.sites(),
        tuple(record.texts),
        tuple(record.lines),
        record.slot_names(),
        tuple(sorted(set(reader.problems), key=lambda problem: (problem.line, problem.message))),
    )


def _finish_module(reader: Reader, text: str) -> None:
    """The module's variables: their last versions, and the slots that all their versions flow into."""
    module = reader.module
    builder = module.definition
    lines = text.split("\n")
    builder.span = Span(1, 0, len(lines), len(lines[-1]))
    for name in reader.partly_bound:
        if name in module.merged:
            module.emit(Move(module.merged[name], reader.global_slot(name, None)))
    for name in module.scope.names_in_order():
        if name not in module.scope.locals:
            continue
        merged = module.merged.get(name, -1)
        last = merged if name in module.scope.shared else module.flow.read(name)
        if last < 0 and not module.flow.alive:
            last = merged
        if last >= 0:
            builder.variables[name] = last
        if merged >= 0 and merged != last:
            builder.everything[name] = merged
    builder.end_slot = len(reader.record.lines)
