"""From solved values to the records of a call graph: symbols, edges with certainty, and what stayed unresolved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from navigator.callgraph import (
    WRAPPER,
    Call,
    CallGraph,
    CallKind,
    Certainty,
    Problem,
    Root,
    Span,
    Step,
    Symbol,
    SymbolKind,
    Unresolved,
)
from navigator.facts import vocabulary as v
from navigator.facts.vocabulary import DefinitionKind
from navigator.linking.certainty import is_exact
from navigator.linking.evidence import steps
from navigator.linking.frames import DefinitionState, FileState
from navigator.linking.reasons import TOO_MANY, reason
from navigator.linking.solver import EdgeRecord, Solver

_KINDS = {
    DefinitionKind.MODULE: SymbolKind.MODULE,
    DefinitionKind.CLASS: SymbolKind.CLASS,
    DefinitionKind.FUNCTION: SymbolKind.FUNCTION,
    DefinitionKind.LAMBDA: SymbolKind.LAMBDA,
}


CANDIDATES = 200
"""Callees in the workspace that one call site may have; above it the site counts as unresolved."""

NAMES = 4
"""Names outside the workspace that one call site may have; above it the site is just external."""


def external_name(name: str) -> str:
    """The symbol name of something outside: built-ins are written ``<builtin>.name``."""
    return f"<builtin>.{name[9:]}" if name.startswith("builtins.") else name


class _Ids:
    """Stable ids: ``root:name``, later definitions of the same name get ``~2``, ``~3``."""

    def __init__(self) -> None:
        self.by_state: dict[DefinitionState, str] = {}
        self._used: dict[str, int] = {}

    def assign(self, state: DefinitionState) -> str:
        file = state.file
        parent = state.parent
        if parent is None:
            local = f"{file.file.root}:{file.module}"
        else:
            outer = self.by_state[parent]
            name = state.facts.name if state.kind is not DefinitionKind.LAMBDA else f"<lambda{state.facts.ordinal}>"
            local = f"{outer}.{name}"
        count = self._used[local] = self._used.get(local, 0) + 1
        made = local if count == 1 else f"{local}~{count}"
        self.by_state[state] = made
        return made


def build(solver: Solver, roots: tuple[Root, ...]) -> CallGraph:
    """The call graph of a solved program."""
    ids = _Ids()
    symbols: list[Symbol] = []
    problems: list[Problem] = []
    files = [f for f in solver.spaces.files if not f.model]
    for file in files:
        for state in file.definitions:
            symbols.append(_symbol(ids, state))
        for problem in file.file.facts.problems:
            problems.append(Problem(file.file.path, problem.line, problem.message))
    by_site: dict[DefinitionState, dict[int, list[tuple[DefinitionState | str, EdgeRecord]]]] = defaultdict(dict)
    for (caller, site, callee), record in solver.edges.items():
        by_site[caller].setdefault(site, []).append((callee, record))
    outside: dict[str, str] = {}
    calls: list[tuple[Call, tuple[Step, ...]]] = []
    unresolved: list[Unresolved] = []
    sites = external_sites = 0
    for file in files:
        expressions = _call_expressions(file)
        for state in file.definitions:
            found = expressions.get(state.index, {})
            numbers = set(found)
            by_number = by_site.get(state, {})
            numbers.update(by_number)
            for site in sorted(numbers):
                edges = by_number.get(site, [])
                instruction = found.get(site)
                if instruction is not None:
                    sites += 1
                inside = [(c, r) for c, r in edges if not isinstance(c, str)]
                crowded = len(inside) > CANDIDATES
                if crowded or len(edges) - len(inside) > NAMES:
                    edges = [] if crowded else [(c, r) for c, r in edges if not isinstance(c, str)]
                    inside = [] if crowded else inside
                    if not crowded:
                        solver.outside.add((state, site))
                for callee, record in edges:
                    if isinstance(callee, str):
                        name = external_name(callee)
                        target = outside.setdefault(name, f"external:{name}")
                    else:
                        target = ids.by_state[callee]
                    calls.append(_call(solver, ids, state, site, instruction, callee, record, target, inside))
                if instruction is None:
                    continue
                if not edges and (state, site) in solver.outside and type(instruction) in (v.Call, v.CallMember):
                    name = _called_outside(solver, file, instruction)
                    if name:
                        target = outside.setdefault(name, f"external:{name}")
                        named = EdgeRecord("call", "", -1, solver.unknown)
                        calls.append(_call(solver, ids, state, site, instruction, name, named, target, []))
                if not inside and (edges or (state, site) in solver.outside):
                    external_sites += 1
                elif not edges:
                    unresolved.append(_unresolved(solver, ids, state, site, instruction, crowded))
    for name, identity in outside.items():
        symbols.append(Symbol(identity, name, SymbolKind.EXTERNAL, "", "", 0, 0))
    symbols.sort(key=lambda s: (s.root, s.file, s.line, s.id))
    calls.sort(
        key=lambda c: (c[0].file, c[0].line, c[0].column, c[0].end_line, c[0].end_column, c[0].caller, c[0].callee)
    )
    unresolved.sort(key=lambda u: (u.file, u.line, u.column, u.end_line, u.end_column, u.caller))
    return CallGraph(
        roots=roots,
        symbols=tuple(symbols),
        calls=tuple(c for c, _ in calls),
        unresolved=tuple(unresolved),
        problems=tuple(sorted(problems, key=lambda p: (p.file, p.line, p.message))),
        evidence=tuple(s for _, s in calls),
        sites=sites,
        external_sites=external_sites,
    )


def _called_outside(solver: Solver, file: FileState, instruction: Any) -> str:
    """The method of an outside class that a call names; empty if that is not plain."""
    receiver, name = -1, ""
    if type(instruction) is v.CallMember:
        receiver, name = instruction.receiver, instruction.name
    else:
        slot = instruction.function
        for _ in range(8):
            writers = file.writers.get(slot, [])
            if len(writers) != 1 or type(writers[0]) not in (v.Move, v.Member):
                return ""
            if type(writers[0]) is v.Member:
                receiver, name = writers[0].receiver, writers[0].name
                break
            slot = writers[0].source
    made = _made_outside(solver, file, receiver)
    return f"{made}.{name}" if made else ""


def _made_outside(solver: Solver, file: FileState, slot: int) -> str:
    """The outside class of which a variable was made by a call in the same file; empty if that is not plain."""
    for _ in range(8):
        writers = file.writers.get(slot, [])
        if len(writers) != 1:
            return ""
        if type(writers[0]) is v.Move:
            slot = writers[0].source
            continue
        if type(writers[0]) is v.Call and not writers[0].decorator:
            made = solver.spaces.outside(file, writers[0].function)
            return made.name if made is not None and made.name.rpartition(".")[2][:1].isupper() else ""
        return ""
    return ""


def _symbol(ids: _Ids, state: DefinitionState) -> Symbol:
    file = state.file.file
    kind = _KINDS[state.kind]
    if kind is SymbolKind.FUNCTION and state.parent is not None and state.parent.kind is DefinitionKind.CLASS:
        kind = SymbolKind.METHOD
    span = state.facts.span
    line = 1 if state.kind is DefinitionKind.MODULE else span.line
    return Symbol(ids.assign(state), state.full_name, kind, file.root, file.path, line, span.end_line, file.role)


def _call_expressions(file: FileState) -> dict[int, dict[int, Any]]:
    """Call instructions by definition and site; for each call expression the one that stands for it."""
    found: dict[int, dict[int, Any]] = {}
    for state in file.definitions:
        sites: dict[int, Any] = {}
        for instruction in state.facts.body:
            kind = type(instruction)
            if (
                (kind is v.Call and not instruction.decorator)  # type: ignore[union-attr]
                or kind is v.CallMember
                or kind is v.Super
            ):
                sites.setdefault(instruction.site, instruction)  # type: ignore[union-attr]
        found[state.index] = sites
    return found


def span_of(file: FileState, site: int) -> Span:
    numbers = file.file.facts.sites
    at = site * 4
    return Span(numbers[at], numbers[at + 1], numbers[at + 2], numbers[at + 3])


def _call(
    solver: Solver,
    ids: _Ids,
    state: DefinitionState,
    site: int,
    instruction: Any,
    callee: DefinitionState | str,
    record: EdgeRecord,
    target: str,
    inside: Sequence[tuple[DefinitionState | str, EdgeRecord]],
) -> tuple[Call, tuple[Step, ...]]:
    file = state.file
    span = span_of(file, site)
    kind = record.kind
    if record.rule == WRAPPER:
        certainty = Certainty.INFERRED
    elif record.rule:
        certainty = Certainty.RULE
    elif is_exact(solver, state, site, instruction, callee, record, len(inside)):
        certainty = Certainty.EXACT
    else:
        certainty = Certainty.INFERRED
    if (
        kind == "call"
        and type(instruction) is v.CallMember
        and not isinstance(callee, str)
        and sum(1 for _, r in inside if r.kind == "call") > 1
    ):
        kind = "dispatch"
    evidence = () if certainty is Certainty.EXACT or isinstance(callee, str) else steps(solver, record, state, span)
    call = Call(
        caller=ids.by_state[state],
        callee=target,
        file=file.file.path,
        line=span.line,
        column=span.column,
        end_line=span.end_line,
        end_column=span.end_column,
        kind=CallKind(kind),
        certainty=certainty,
        rule=record.rule,
    )
    return call, evidence


def _unresolved(
    solver: Solver, ids: _Ids, state: DefinitionState, site: int, instruction: Any, crowded: bool
) -> Unresolved:
    file = state.file
    span = span_of(file, site)
    texts = file.file.facts.texts
    expression = texts[site] if site < len(texts) else ""
    return Unresolved(
        caller=ids.by_state[state],
        file=file.file.path,
        line=span.line,
        column=span.column,
        end_line=span.end_line,
        end_column=span.end_column,
        expression=expression,
        reason=TOO_MANY if crowded else reason(solver, state, instruction),
    )
