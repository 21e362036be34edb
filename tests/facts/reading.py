"""Reads a piece of source and shows the facts with slots numbered from 1 for each variable, to keep tests short."""

from __future__ import annotations

import re
import textwrap

from navigator.facts import Definition, FileFacts, extract
from navigator.facts.listing import body_lines, slot_text

SLOT = re.compile(r"(?<![\w'\"])(?:([^\W\d]\w*)\.(\d+)|%(\d+))(?![\w'\"])")


def facts_of(source: str) -> FileFacts:
    """The facts of a piece of source, which must have no problems."""
    facts = extract(textwrap.dedent(source).encode(), "python")
    assert facts.problems == ()
    return facts


def definition_of(facts: FileFacts, name: str) -> Definition:
    """The definition of a qualified name."""
    (definition,) = [definition for definition in facts.definitions if definition.qualified == name]
    return definition


class Names:
    """Short names for slots: ``x``, ``x'2`` for the versions of x in order of appearance, ``%1`` for temporaries."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}
        self.counts: dict[str, int] = {}

    def short(self, text: str) -> str:
        """The text with short names for slots."""
        return SLOT.sub(self._one, text)

    def _one(self, found: re.Match[str]) -> str:
        slot = found[2] or found[3]
        if slot not in self.known:
            name = found[1] or "%"
            count = self.counts[name] = self.counts.get(name, 0) + 1
            self.known[slot] = f"%{count}" if name == "%" else name if count == 1 else f"{name}'{count}"
        return self.known[slot]


def body(source: str, name: str = "") -> list[str]:
    """The instructions of one definition of a piece of source."""
    facts = facts_of(source)
    names = Names()
    return [names.short(line) for line in body_lines(facts, definition_of(facts, name))]


def inside(source: str, name: str = "f") -> list[str]:
    """The instructions of a function of that name around the source, without the globals that it reads."""
    facts = facts_of(f"def {name}(a, b, c):\n" + textwrap.indent(textwrap.dedent(source), "    "))
    names = Names()
    for instruction in body_lines(facts, facts.definitions[0]):
        found = re.fullmatch(r"%(\d+) = global (\w+)", instruction)
        if found:
            names.known[found[1]] = found[2]
    for parameter in definition_of(facts, name).parameters:
        names.short(slot_text(facts, parameter.slot))
    return [names.short(line) for line in body_lines(facts, definition_of(facts, name))]
