"""Scores a call graph against the call chains of four upstream systems, hop by hop.

``chains.json`` beside this file holds the hops, each checked against the upstream source; its ``meta`` object tells the
conventions. A hop counts as found when the graph has a call from its caller to its callee. Names are compared as dotted
names; a class stands for its constructor and a module for its body, an anonymous function compares by its owner
and line, and one name may lack leading parts of the other.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import msgspec

DATA = Path(__file__).with_name("chains.json")

_SCRIPT_SUFFIX = re.compile(r"\.(?:d\.)?[tj]sx?(?=[:.]|$)")
_ANONYMOUS = re.compile(r"<(?:lambda|arrow|function)[:_ ]?(?:L)?(\d+)?>|\(?anonymous\)?[:@]?(\d+)?")
_STARTS_OUTSIDE = re.compile(r"(browser|user|DOM|fastapi):|(torch|gradio)\b")
_CONSTRUCTORS = ("__init__", "__new__", "constructor")
_BODIES = ("<module>", "main()")

Name = tuple[str, ...]


class Hop(msgspec.Struct, frozen=True):
    """One call that really happens. ``how`` is its kind; a hard one cannot be resolved from syntax alone."""

    caller: str
    callee: str
    file: str
    line: int
    how: str
    callee_def: str
    hard: bool = False
    hard_reason: str = ""

    @property
    def attainable(self) -> bool:
        """Both ends lie in the code that is analysed, at its present revision."""
        outside = self.callee_def.startswith(("external", "history")) or _STARTS_OUTSIDE.match(self.caller)
        return not outside

    @property
    def of_build(self) -> bool:
        """It stands in a published build, not in the sources."""
        return "npm" in self.file.split("/")[0]


class Chain(msgspec.Struct, frozen=True):
    id: str
    hops: tuple[Hop, ...]


class Upstream(msgspec.Struct, frozen=True):
    title: str
    chains: tuple[Chain, ...]


class Score(msgspec.Struct, frozen=True):
    """``by_kind`` holds found and all hops of a kind; ``missed`` the chain, index and hop of each one not found."""

    hops: int
    found: int
    hard: int
    hard_found: int
    by_kind: dict[str, tuple[int, int]]
    missed: tuple[tuple[str, int, Hop], ...]


def load(file: Path = DATA) -> dict[str, Upstream]:
    """The chains of each upstream, by its short name."""
    raw = msgspec.json.decode(file.read_bytes(), type=dict[str, msgspec.Raw])
    return {name: msgspec.json.decode(value, type=Upstream) for name, value in raw.items() if name != "meta"}


def canonical(name: str) -> Name:
    """The parts by which two tools' names of one symbol are compared."""
    name = name.replace("<locals>.", "").replace("#", ".")
    name = _SCRIPT_SUFFIX.sub("", name).replace("/", ".").replace(":", ".")
    name = _ANONYMOUS.sub(lambda match: f"<anon{match[1] or match[2] or ''}>", name)
    parts = [part for part in name.split(".") if part and part not in _BODIES]
    while parts and parts[-1] in _CONSTRUCTORS:
        parts.pop()
    return tuple(parts)


def same(one: Name, other: Name) -> bool:
    """Whether the names agree up to missing leading parts; a single part agrees with nothing longer."""
    short, long = sorted((one, other), key=len)
    return bool(short) and long[-len(short) :] == short and (len(short) > 1 or len(long) == 1)


def score(upstream: Upstream, calls: Iterable[tuple[str, str]], *, builds: bool = False) -> Score:
    """Scores the attainable hops, each pair of caller and callee once; of published builds instead with ``builds``."""
    by_tail: dict[str, list[tuple[Name, Name]]] = defaultdict(list)
    for caller, callee in calls:
        start, end = canonical(caller), canonical(callee)
        if end:
            by_tail[end[-1]].append((start, end))

    def found(hop: Hop) -> bool:
        start, end = canonical(hop.caller), canonical(hop.callee)
        return any(same(start, caller) and same(end, callee) for caller, callee in by_tail.get(end[-1], ()))

    open_hops: dict[tuple[str, str], tuple[str, int, Hop]] = {}
    for chain in upstream.chains:
        for index, hop in enumerate(chain.hops):
            if hop.attainable and hop.of_build == builds:
                open_hops.setdefault((hop.caller, hop.callee), (chain.id, index, hop))
    hit = {pair: found(hop) for pair, (_, _, hop) in open_hops.items()}
    kinds = Counter(hop.how for _, _, hop in open_hops.values())
    kinds_found = Counter(hop.how for pair, (_, _, hop) in open_hops.items() if hit[pair])
    hard = [hit[pair] for pair, (_, _, hop) in open_hops.items() if hop.hard]
    return Score(
        hops=len(open_hops),
        found=sum(hit.values()),
        hard=len(hard),
        hard_found=sum(hard),
        by_kind={kind: (kinds_found[kind], count) for kind, count in sorted(kinds.items())},
        missed=tuple(place for pair, place in open_hops.items() if not hit[pair]),
    )
