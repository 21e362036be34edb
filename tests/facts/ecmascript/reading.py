"""Reads a piece of TypeScript or JavaScript and shows its facts as short text."""

from __future__ import annotations

import textwrap

from navigator.facts import FileFacts, extract
from navigator.facts.listing import body_lines
from tests.facts.reading import Names, definition_of


def facts_of(source: str, language: str = "typescript") -> FileFacts:
    """The facts of a piece of source, which must have no problems."""
    facts = extract(textwrap.dedent(source).encode(), language)
    assert facts.problems == ()
    return facts


def body(source: str, name: str = "", language: str = "typescript") -> list[str]:
    """The instructions of one definition; globals go by their name."""
    facts = facts_of(source, language)
    names = Names()
    for line in body_lines(facts, facts.definitions[0]):
        slot, mark, rest = line.partition(" = global ")
        if mark and slot.startswith("%"):
            names.known[slot[1:]] = rest
    lines = [names.short(line) for line in body_lines(facts, definition_of(facts, name))]
    return [line for line in lines if " = global " not in line]


def qualified(source: str, language: str = "typescript") -> list[str]:
    """The qualified names of all definitions but the module, by place."""
    facts = facts_of(source, language)
    return [d.qualified for d in sorted(facts.definitions[1:], key=lambda d: d.span)]
