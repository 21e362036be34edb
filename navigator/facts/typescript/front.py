"""One TypeScript or JavaScript file's bytes to its facts."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from navigator.callgraph import Span
from navigator.facts.building.record import shortened
from navigator.facts.building.text import one_byte_per_character
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
from navigator.facts.typescript.grammars import JAVASCRIPT, TSX, Grammar, grammar
from navigator.facts.typescript.reader import Reader
from navigator.facts.typescript.scanning import Scan
from navigator.facts.typescript.source import decoded
from navigator.facts.vocabulary import FileFacts

if TYPE_CHECKING:
    from tree_sitter import Node

PROBLEMS = 50
"""Syntax errors of one file that are told one by one."""
ERRORS_SEEN = 100_000
"""Nodes looked at for errors."""


def extract(source: bytes, language: str) -> FileFacts:
    """The facts of one file in ``javascript``, ``typescript`` or ``tsx``. Never raises.

    What could not be read is in ``problems``. A JavaScript file that only parses with types in it is read so.
    """
    text, problems = decoded(source)
    shown = one_byte_per_character(text)
    chosen = grammar(language)
    root = chosen.parse(shown)
    if root.has_error and language == JAVASCRIPT:
        other = grammar(TSX)
        typed = other.parse(shown)
        if not typed.has_error:
            chosen, root = other, typed
    if root.has_error:
        problems += _errors(root, text)
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


def _errors(root: Node, text: str) -> list[tuple[int, str]]:
    """Line and message of the errors in a tree, the outermost of each place."""
    found: dict[tuple[int, str], None] = {}
    pending = [root]
    seen = 0
    while pending and len(found) < PROBLEMS and seen < ERRORS_SEEN:
        node = pending.pop()
        seen += 1
        line = node.start_point[0] + 1
        if node.is_missing:
            found[line, f"syntax error: expected {node.type!r}"] = None
        elif node.is_error:
            excerpt = shortened(text[node.start_byte : node.end_byte][:400].strip())
            found[line, f"syntax error near {excerpt!r}" if excerpt else "syntax error"] = None
        elif node.has_error:
            pending.extend(reversed(node.children))
    return list(found) or [(1, "syntax error")]
