"""Judges a projected run: which calls between linked symbols the upstream makes too, and which the manifest excepts."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from navigator.runs.manifest import Exemption, Manifest
from navigator.runs.projection import Projected, Projection, class_id
from navigator.workspaces import AmbiguousSymbol, UnknownSymbol, Workspace


class Excepted(msgspec.Struct, frozen=True):
    """An exception of the manifest, with the ids of the symbols that it names."""

    exemption: Exemption
    callers: frozenset[str]
    callees: frozenset[str]

    def covers(self, step: Projected) -> bool:
        return class_id(step.ours[0].id) in self.callers and class_id(step.ours[-1].id) in self.callees


class Argued(msgspec.Struct, frozen=True):
    """A call that the upstream does not make, and why the reproduction may."""

    step: Projected
    reason: str


class Conformance(msgspec.Struct, frozen=True):
    """``calls`` of one linked symbol by another were traced; ``conforming`` of them are calls upstream.

    Of the others ``argued`` are excepted in the manifest, ``failing`` are not. ``stale`` tells of exceptions that no
    longer occur.
    """

    calls: int
    conforming: int
    argued: tuple[Argued, ...]
    failing: tuple[Projected, ...]
    stale: tuple[str, ...]

    @property
    def sound(self) -> bool:
        return not self.failing and not self.stale


def resolve_exceptions(manifest: Manifest, ours: Workspace) -> tuple[tuple[Excepted, ...], tuple[str, ...]]:
    """The manifest's exceptions, and what is wrong with those that name a symbol which does not exist."""
    resolved: list[Excepted] = []
    faults: list[str] = []
    for each in manifest.exceptions:
        try:
            ends = [
                frozenset(class_id(symbol.id) for symbol in ours.resolve(text)) for text in (each.caller, each.callee)
            ]
        except (UnknownSymbol, AmbiguousSymbol) as error:
            faults.append(f"exception {each.caller} -> {each.callee}: {error}")
            continue
        resolved.append(Excepted(each, *ends))
    return tuple(resolved), tuple(faults)


def judge(projection: Projection, exceptions: Sequence[Excepted], complete: bool) -> Conformance:
    """``complete`` tells that the run went to its end with the parameters' defaults: an exception whose call was not
    made in it does not occur at all. In any run it is stale once the upstream makes the call."""
    argued: list[Argued] = []
    failing: list[Projected] = []
    used: set[Excepted] = set()
    made: set[Excepted] = set()
    for step in projection.direct:
        covering = next((each for each in exceptions if each.covers(step)), None)
        if covering is not None:
            made.add(covering)
        if step.conforms:
            continue
        if covering is None:
            failing.append(step)
        else:
            used.add(covering)
            argued.append(Argued(step, covering.exemption.reason))
    stale = tuple(
        f"exception {each.exemption.caller} -> {each.exemption.callee} no longer occurs: "
        + ("the upstream makes that call too" if each in made else "the run does not make that call")
        for each in exceptions
        if each not in used and (complete or each in made)
    )
    calls = len(projection.direct)
    return Conformance(calls, calls - len(argued) - len(failing), tuple(argued), tuple(failing), stale)
