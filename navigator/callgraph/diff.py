"""What changed between two call graphs: pure, over symbols with what their texts say, and calls by ends."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from navigator.callgraph.records import Call, Symbol, SymbolKind


class Defined(msgspec.Struct, frozen=True):
    """A symbol, and what its text says.

    ``whole`` stands for all of its text without its own name, and is empty where that is too little to recognise it
    by; ``own`` for what is left without the definitions inside it. ``parameters`` are their names, as written.
    """

    symbol: Symbol
    module: str
    whole: str
    own: str
    parameters: tuple[str, ...] = ()


class Side(msgspec.Struct, frozen=True):
    """One of the two graphs: definitions by id, and one call for each caller and callee."""

    defined: Mapping[str, Defined]
    calls: Mapping[tuple[str, str], Call]


class Renaming(msgspec.Struct, frozen=True):
    """A definition that is the same under another name or in another place."""

    before: Symbol
    after: Symbol


class Change(msgspec.Struct, frozen=True):
    """A definition whose text differs, and what its parameters lost and gained."""

    before: Symbol
    after: Symbol
    parameters_removed: tuple[str, ...]
    parameters_added: tuple[str, ...]


class ModuleDiff(msgspec.Struct, frozen=True):
    """What changed in one module. What moved or was renamed is listed where it is now, a removed call where it was.

    Calls of definitions that moved or were renamed count as the same calls.
    """

    module: str
    added: tuple[Symbol, ...] = ()
    removed: tuple[Symbol, ...] = ()
    moved: tuple[Renaming, ...] = ()
    renamed: tuple[Renaming, ...] = ()
    changed: tuple[Change, ...] = ()
    calls_added: tuple[Call, ...] = ()
    calls_removed: tuple[Call, ...] = ()


def last_name(identity: str) -> str:
    """The last part of a dotted id, without the number of a further definition."""
    return re.split(r"[.:]", re.sub(r"~\d+$", "", identity))[-1]


def diff(before: Side, after: Side) -> tuple[ModuleDiff, ...]:
    """The modules in which anything changed, by name. Both sides name roots alike."""
    pairs = paired(before.defined, after.defined)
    listed: dict[str, _Listed] = defaultdict(_Listed)
    for identity, new in after.defined.items():
        old_identity = pairs.backwards.get(identity)
        if old_identity is None:
            listed[new.module].added.append(new.symbol)
            continue
        old = before.defined[old_identity]
        if old_identity != identity and not _follows(old_identity, identity, pairs):
            module = listed[new.module]
            same_name = last_name(old_identity) == last_name(identity)
            (module.moved if same_name else module.renamed).append(Renaming(old.symbol, new.symbol))
        if old.own != new.own:
            gone = tuple(name for name in old.parameters if name not in new.parameters)
            come = tuple(name for name in new.parameters if name not in old.parameters)
            listed[new.module].changed.append(Change(old.symbol, new.symbol, gone, come))
    for identity, old in before.defined.items():
        if identity not in pairs.forwards:
            listed[old.module].removed.append(old.symbol)
    known = {
        (pairs.forwards.get(caller, caller), pairs.forwards.get(callee, callee)) for caller, callee in before.calls
    }
    for ends, call in after.calls.items():
        if ends not in known:
            listed[after.defined[call.caller].module].calls_added.append(call)
    for (caller, callee), call in before.calls.items():
        if (pairs.now(caller), pairs.now(callee)) not in after.calls:
            listed[before.defined[caller].module].calls_removed.append(call)
    return tuple(found.sorted_as(module) for module, found in sorted(listed.items()))


def _follows(old: str, new: str, pairs: Pairs) -> bool:
    """Whether a definition bears another id only because that around it does, or because it is numbered anew."""
    old_name, new_name = last_name(old), last_name(new)
    if old_name != new_name and not (old_name.startswith("<") and new_name.startswith("<")):
        return False
    return pairs.forwards.get(_owner(old)) == _owner(new)


def _owner(identity: str) -> str:
    """The id of the definition around one."""
    place = max(identity.rfind("."), identity.rfind(":"))
    return identity[:place] if place > 0 else ""


class _Listed(msgspec.Struct):
    added: list[Symbol] = []
    removed: list[Symbol] = []
    moved: list[Renaming] = []
    renamed: list[Renaming] = []
    changed: list[Change] = []
    calls_added: list[Call] = []
    calls_removed: list[Call] = []

    def sorted_as(self, module: str) -> ModuleDiff:
        return ModuleDiff(
            module,
            tuple(sorted(self.added, key=_symbol_place)),
            tuple(sorted(self.removed, key=_symbol_place)),
            tuple(sorted(self.moved, key=_new_place)),
            tuple(sorted(self.renamed, key=_new_place)),
            tuple(sorted(self.changed, key=_new_place)),
            tuple(sorted(self.calls_added, key=_call_place)),
            tuple(sorted(self.calls_removed, key=_call_place)),
        )


def _symbol_place(symbol: Symbol) -> tuple[str, int, str]:
    return symbol.file, symbol.line, symbol.id


def _new_place(each: Renaming | Change) -> tuple[str, int, str]:
    return _symbol_place(each.after)


def _call_place(call: Call) -> tuple[str, int, int, str, str]:
    return call.file, call.line, call.column, call.caller, call.callee


class Pairs(msgspec.Struct, frozen=True):
    """Which definition of one side is which of the other: ids from before to after, and back."""

    forwards: dict[str, str]
    backwards: dict[str, str]

    def now(self, old: str) -> str:
        return self.forwards.get(old, old)

    def join(self, old: str, new: str) -> None:
        self.forwards[old] = new
        self.backwards[new] = old


def paired(before: Mapping[str, Defined], after: Mapping[str, Defined]) -> Pairs:
    """Definitions of the same id are the same, and modules read from the same path. Of the others those with the same
    content are, where only one has it on each side, or only one of the same last name. With two definitions go their
    members of the same name."""
    pairs = Pairs({}, {})
    for identity in before.keys() & after.keys():
        pairs.join(identity, identity)
    ordered = sorted(before)
    here = _by_path(before)
    for place, new in _by_path(after).items():
        if place in here:
            _join_with_members(here[place], new, ordered, after, pairs)
    for by_name in (True, False):
        gone = _by_content((i for i in before if i not in pairs.forwards), before, by_name)
        come = _by_content((i for i in after if i not in pairs.backwards), after, by_name)
        for content in sorted(gone.keys() & come.keys()):
            if len(gone[content]) == len(come[content]) == 1:
                _join_with_members(gone[content][0], come[content][0], ordered, after, pairs)
    return pairs


def _by_path(defined: Mapping[str, Defined]) -> dict[tuple[str, str], str]:
    return {
        (each.symbol.root, each.symbol.file): identity
        for identity, each in defined.items()
        if each.symbol.kind is SymbolKind.MODULE
    }


def _by_content(
    identities: Iterable[str], defined: Mapping[str, Defined], by_name: bool
) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for identity in identities:
        if whole := defined[identity].whole:
            found[f"{defined[identity].symbol.kind} {whole}", last_name(identity) if by_name else ""].append(identity)
    return found


def _join_with_members(old: str, new: str, ordered: Sequence[str], after: Mapping[str, Defined], pairs: Pairs) -> None:
    if old in pairs.forwards or new in pairs.backwards:
        return
    pairs.join(old, new)
    for mark in ".:":
        first = bisect_left(ordered, old + mark)
        for member in ordered[first : bisect_left(ordered, old + chr(ord(mark) + 1))]:
            there = new + member[len(old) :]
            if member not in pairs.forwards and there in after and there not in pairs.backwards:
                pairs.join(member, there)
