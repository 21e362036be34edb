"""Versions of variables: slots, and versions that get a slot only when somebody reads them.

Joins and narrowings are recorded at every branch but read at few places, so they become instructions on first use.
The scheme is that of Braun et al., "Simple and Efficient Construction of Static Single Assignment Form" (CC 2013), with
the names assigned in a loop known beforehand instead of incomplete operands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from navigator.facts.building.record import Record
from navigator.facts.vocabulary import Instruction, Move, Narrow

NARROWING_DEPTH = 12
"""Tests applied on top of each other to one version; further ones are ignored."""
CANCELLED = 64
"""Where more versions meet, tests and their failures are not looked for among them."""
FLATTENED = 16
"""A join of joins takes over up to this many versions of an inner one instead of reading it."""


class Test:
    """A condition about a variable or an access path (``self.x``); see ``Narrow`` for its meaning."""

    __slots__ = ("against", "failed", "held", "key", "test")

    def __init__(self, key: str, test: str, against: int) -> None:
        self.key = key
        self.test = test
        self.against = against
        self.held: Narrowed | None = None
        """The version made last where the test has held; ``failed`` likewise. The same place asks several times."""
        self.failed: Narrowed | None = None


class Pending:
    """A version without a slot so far. ``slot`` is -1 until somebody reads it."""

    __slots__ = ("name", "slot")

    def __init__(self, name: str) -> None:
        self.name = name
        self.slot = -1


Version = int | Pending


class Narrowed(Pending):
    """A version about which a test is known to have held, or failed."""

    __slots__ = ("depth", "positive", "source", "test")

    def __init__(self, name: str, source: Version, test: Test, positive: bool) -> None:
        super().__init__(name)
        self.source = source
        self.test = test
        self.positive = positive
        self.depth: int = source.depth + 1 if isinstance(source, Narrowed) else 1


class Joined(Pending):
    """The versions that meet after a branch."""

    __slots__ = ("versions",)

    def __init__(self, name: str, versions: tuple[Version, ...]) -> None:
        super().__init__(name)
        self.versions = versions


class LoopHead(Pending):
    """The versions that meet at the head of a loop; those of the back edges are known once it has been read."""

    __slots__ = ("closed", "versions")

    def __init__(self, name: str, before: Version | None) -> None:
        super().__init__(name)
        self.versions: tuple[Version, ...] = () if before is None else (before,)
        self.closed = False


Emit = Callable[[Instruction], None]


def slot_of(version: Version, record: Record, emit: Emit) -> int:
    """The version's slot; makes it, with the instructions that fill it, when there is none."""
    if isinstance(version, int):
        return version
    if version.slot < 0:
        unfilled: list[Pending] = []
        _reserve(version, record, unfilled)
        _fill(unfilled, record, emit)
    return version.slot


def _reserve(version: Version, record: Record, unfilled: list[Pending]) -> int:
    """The version's slot, new or not; one that is new and has yet to be filled is added to ``unfilled``."""
    if isinstance(version, int):
        return version
    if version.slot < 0:
        if isinstance(version, LoopHead):
            if version.closed and len(version.versions) == 1 and isinstance(version.versions[0], int):
                version.slot = version.versions[0]
                return version.slot
            if version.closed:
                unfilled.append(version)
        else:
            unfilled.append(version)
        version.slot = record.named(version.name)
    return version.slot


def _fill(unfilled: list[Pending], record: Record, emit: Emit) -> None:
    """Adds the instructions that fill the versions' slots and those they depend on, the latter first."""
    groups: list[list[Instruction]] = []
    while unfilled:
        version = unfilled.pop()
        group: list[Instruction] = []
        if isinstance(version, Narrowed):
            test = version.test
            source = _reserve(version.source, record, unfilled)
            group.append(Narrow(version.slot, source, test.test, test.against, version.positive))
        elif isinstance(version, Joined | LoopHead):
            for joined in version.versions:
                source = _reserve(joined, record, unfilled)
                if source != version.slot:
                    group.append(Move(version.slot, source))
        groups.append(group)
    for group in reversed(groups):
        for instruction in group:
            emit(instruction)


def close_loop_head(head: LoopHead, back_edges: Iterable[Version], record: Record, emit: Emit) -> None:
    """Tells a loop head which versions come back to it; fills its slot if the loop has read it."""
    versions = dict.fromkeys((*head.versions, *back_edges))
    head.versions = tuple(version for version in versions if version is not head and head not in _sources(version))
    head.closed = True
    if head.slot >= 0:
        _fill([head], record, emit)


def join(name: str, versions: Iterable[Version]) -> Version:
    """The version that holds whatever one of the given ones holds.

    A version narrowed by a test meets the one narrowed by its failure as the version before the test.
    """
    distinct: dict[Version, None] = dict.fromkeys(versions)
    if len(distinct) > 1:
        _cancel_tests(distinct)
    if len(distinct) == 1:
        return next(iter(distinct))
    flat: dict[Version, None] = {}
    for version in distinct:
        if isinstance(version, Joined) and version.slot < 0 and len(version.versions) <= FLATTENED:
            flat.update(dict.fromkeys(version.versions))
        else:
            flat[version] = None
    return Joined(name, tuple(flat))


def _cancel_tests(versions: dict[Version, None]) -> None:
    changed = len(versions) <= CANCELLED
    while changed:
        changed = False
        for version in list(versions):
            if not isinstance(version, Narrowed) or version not in versions:
                continue
            if any(source in versions for source in _sources(version)):
                del versions[version]
                changed = True
                continue
            for other in list(versions):
                if (
                    isinstance(other, Narrowed)
                    and other.test is version.test
                    and other.positive is not version.positive
                    and other.source == version.source
                ):
                    del versions[version], versions[other]
                    versions[version.source] = None
                    changed = True
                    break


def _sources(version: Version) -> list[Version]:
    sources: list[Version] = []
    source = version
    while isinstance(source, Narrowed):
        source = source.source
        sources.append(source)
    return sources


def narrow(name: str, version: Version, test: Test, positive: bool) -> Version:
    """The version where the test has held or failed."""
    known = test.held if positive else test.failed
    if known is not None and known.source == version:
        return known
    if isinstance(version, Narrowed) and version.depth >= NARROWING_DEPTH:
        return version
    narrowed = Narrowed(name, version, test, positive)
    if positive:
        test.held = narrowed
    else:
        test.failed = narrowed
    return narrowed
