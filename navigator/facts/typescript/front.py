"""One TypeScript or JavaScript file's bytes to its facts."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from navigator.callgraph import Span
from navigator.facts.typescript import (  # noqa: F401 (each module registers its readers)
    chains,
    classes,
    conditions,
    expressions,
    functions,
    literals,
    markup,
    modules,
    scanned,
    statements,
    strings,
)
from navigator.facts.typescript.dispatch import EXPRESSIONS, STATEMENTS, execute
from navigator.facts.typescript.grammars import Grammar
from navigator.facts.typescript.parsing import parse
from navigator.facts.typescript.reader import Reader
from navigator.facts.typescript.scanning import Scan
from navigator.facts.typescript.source import decoded
from navigator.facts.vocabulary import FileFacts

if TYPE_CHECKING:
    from tree_sitter import Node


def extract(source: bytes, language: str) -> FileFacts:
    """The facts of one file in ``javascript``, ``typescript`` or ``tsx``. Never raises.

    What could not be read is in ``problems``.
    """
    text, problems = decoded(source)
    root, chosen, broken = parse(text, language)
    problems += broken
    scan = Scan(text, root, chosen)
    try:
        return _read(text, root, scan, chosen, problems, language)
    except RecursionError:
        return _with_a_stack_of_its_own(text, root, scan, chosen, problems, language)


def _with_a_stack_of_its_own(
    text: str, root: Node, scan: Scan, chosen: Grammar, problems: list[tuple[int, str]], language: str
) -> FileFacts:
    """Reads in a new thread, whose stack is empty: how deep it gets does not depend on who calls.

    What is nested too deeply even for that is left out.
    """
    made: list[FileFacts] = []
    scan = Scan(text, root, chosen)
    thread = threading.Thread(target=lambda: made.append(_read(text, root, scan, chosen, problems, language, True)))
    thread.start()
    thread.join()
    return made[0]


def _read(
    text: str,
    root: Node,
    scan: Scan,
    chosen: Grammar,
    problems: list[tuple[int, str]],
    language: str,
    skip_too_deep: bool = False,
) -> FileFacts:
    reader = Reader(text, scan, EXPRESSIONS.of(chosen), STATEMENTS.of(chosen))
    reader.skip_too_deep = skip_too_deep
    for line, message in problems:
        reader.problem(line, message)
    execute(reader, root.children)
    module = reader.module
    builder = module.definition
    lines = text.split("\n")
    builder.span = Span(1, 0, len(lines), len(lines[-1]))
    for name, binding in scan.module.bindings.items():
        builder.variables[name] = reader.lasting(binding)
    builder.parameters = tuple(module.extra)
    builder.exports = () if scan.is_module else None
    record = reader.record
    builder.end_slot = len(record.lines)
    return FileFacts(
        language,
        tuple(each.finished() for each in reader.definitions.builders),
        record.sites(),
        tuple(record.texts),
        tuple(record.lines),
        record.slot_names(),
        tuple(sorted(set(reader.problems), key=lambda problem: (problem.line, problem.message))),
    )
