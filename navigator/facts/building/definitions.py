"""Definitions while their bodies are being read."""

from __future__ import annotations

import re
from collections import Counter
from typing import cast

from navigator.callgraph import Span
from navigator.facts.vocabulary import (
    NONE,
    Body,
    Definition,
    DefinitionKind,
    Instruction,
    Parameter,
)

_ANONYMOUS = re.compile(r"(?:\.?<(?:arrow|function):\d+>)+$")
"""Functions without a name at the end of a dotted name: what is nameless inside them belongs to the owner in front."""


class DefinitionBuilder:
    """One definition in the making; the fields are those of ``Definition``."""

    def __init__(
        self, kind: DefinitionKind, name: str, qualified: str, ordinal: int, index: int, parent: int, first_slot: int
    ) -> None:
        self.kind = kind
        self.name = name
        self.qualified = qualified
        self.ordinal = ordinal
        self.index = index
        self.parent = parent
        self.first_slot = first_slot
        self.end_slot = NONE
        """``NONE`` until the body has been read."""
        self.span = Span(1, 0, 1, 0)
        self.parameters: tuple[Parameter, ...] = ()
        self.result = NONE
        self.elements = NONE
        self.received = NONE
        self.asynchronous = False
        self.variables: dict[str, int] = {}
        self.everything: dict[str, int] = {}
        self.exports: tuple[str, ...] | None = None
        self.body: list[Instruction] = []

    def finished(self) -> Definition:
        """The frozen definition."""
        return Definition(
            self.kind,
            self.name,
            self.qualified,
            self.ordinal,
            self.parent,
            self.span,
            (self.first_slot, self.end_slot),
            self.parameters,
            self.result,
            self.elements,
            self.received,
            self.asynchronous,
            self.variables,
            self.everything,
            self.exports,
            cast(Body, tuple(self.body)),
        )


class Definitions:
    """The definitions of one file, numbered in the order in which their code starts."""

    def __init__(self) -> None:
        self.builders: list[DefinitionBuilder] = []
        self._named: Counter[str] = Counter()
        self._anonymous: Counter[int] = Counter()

    def open(
        self,
        kind: DefinitionKind,
        name: str,
        parent: DefinitionBuilder | None,
        first_slot: int,
        anonymous: str = "",
        holder: str = "",
    ) -> DefinitionBuilder:
        """A new definition inside ``parent``; ``anonymous`` is what the qualified name of a nameless one ends in.

        ``holder`` is the dotted name of something in ``parent``, no definition itself, that the definition belongs to.
        """
        owner = parent.qualified if parent else ""
        if anonymous and parent is not None:
            owner = _ANONYMOUS.sub("", owner)
        if holder:
            owner = f"{owner}.{holder}" if owner else holder
        last = name or anonymous
        qualified = f"{owner}.{last}" if owner and last else last
        parent_index = parent.index if parent else NONE
        if anonymous:
            self._anonymous[parent_index] += 1
            ordinal = self._anonymous[parent_index]
        else:
            self._named[qualified] += 1
            ordinal = self._named[qualified]
        builder = DefinitionBuilder(kind, name, qualified, ordinal, len(self.builders), parent_index, first_slot)
        self.builders.append(builder)
        return builder
