"""Resolves a manifest's links on both sides, and counts how much of the upstream's call chains they cover."""

from __future__ import annotations

import msgspec

from navigator.callgraph import Symbol, SymbolKind
from navigator.runs.errors import BadLink
from navigator.runs.manifest import Link, Manifest
from navigator.workspaces import AmbiguousSymbol, UnknownSymbol, Workspace


class Linked(msgspec.Struct, frozen=True):
    """One link with its symbols; a name that is defined several times stands for all its definitions."""

    link: Link
    ours: tuple[Symbol, ...]
    upstream: tuple[Symbol, ...]


class LinkFault(msgspec.Struct, frozen=True):
    """A link with a symbol that is missing or ambiguous on one side."""

    link: Link
    message: str


class Links(msgspec.Struct, frozen=True):
    """A class stands for itself and its constructor, on both sides."""

    linked: tuple[Linked, ...]
    faults: tuple[LinkFault, ...]


class ChainHop(msgspec.Struct, frozen=True):
    """One hop of an upstream chain; ``missing`` are the ends that no link leads to."""

    caller: str
    callee: str
    missing: tuple[str, ...]


class ChainCoverage(msgspec.Struct, frozen=True):
    id: str
    hops: tuple[ChainHop, ...]

    @property
    def covered(self) -> int:
        return sum(not hop.missing for hop in self.hops)


def resolve_links(manifest: Manifest, ours: Workspace, upstream: Workspace) -> Links:
    """Every link of the manifest, resolved, or with what is wrong about it."""
    linked: list[Linked] = []
    faults: list[LinkFault] = []
    for link in manifest.links:
        problems = []
        ends = []
        for side, text, workspace in (("ours", link.ours, ours), ("upstream", link.upstream, upstream)):
            try:
                symbols = workspace.resolve(text)
            except (UnknownSymbol, AmbiguousSymbol) as error:
                problems.append(f"{side}: {error}")
                continue
            defined = tuple(symbol for symbol in symbols if symbol.kind is not SymbolKind.EXTERNAL)
            if not defined:
                problems.append(f"{side}: {text!r} lies outside the workspace {workspace.name}")
            ends.append(defined)
        if problems:
            faults.append(LinkFault(link, f"{link.ours} -> {link.upstream}: {'; '.join(problems)}"))
        else:
            linked.append(Linked(link, *ends))
    return Links(tuple(linked), tuple(faults))


def sound_links(manifest: Manifest, ours: Workspace, upstream: Workspace) -> tuple[Linked, ...]:
    """The links, all of them; raises BadLink naming both symbols of the first that does not resolve."""
    links = resolve_links(manifest, ours, upstream)
    if links.faults:
        more = f" (and {len(links.faults) - 1} more; `navigator repro check {manifest.id}`)" if links.faults[1:] else ""
        raise BadLink(f"{manifest.id}: link {links.faults[0].message}{more}")
    return links.linked


def coverage(manifest: Manifest, upstream: Workspace, linked: tuple[Linked, ...]) -> tuple[ChainCoverage, ...]:
    """How many hops of the chains that the manifest names have both ends linked."""
    covered = {symbol.id for each in linked for symbol in each.upstream}

    def is_linked(name: str) -> bool:
        try:
            symbols = upstream.resolve(name)
        except (UnknownSymbol, AmbiguousSymbol):
            return False
        return any(
            symbol.id in covered or (_is_constructor(symbol) and symbol.id.rpartition(".")[0] in covered)
            for symbol in symbols
        )

    return tuple(
        ChainCoverage(
            id, tuple(ChainHop(*hop, missing=tuple(end for end in hop if not is_linked(end))) for hop in hops)
        )
        for id, hops in manifest.chains.items()
    )


def _is_constructor(symbol: Symbol) -> bool:
    return symbol.id.rpartition(".")[2] in ("__init__", "__new__", "constructor")
