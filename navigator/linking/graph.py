"""From solved values to the records of a call graph: symbols, edges with certainty, and what stayed unresolved."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from navigator.callgraph import (
    DERIVED,
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
from navigator.linking.certainty import decorators_of, is_exact
from navigator.linking.evidence import Evidence
from navigator.linking.frames import DefinitionState, FileState
from navigator.linking.reasons import TOO_MANY, reason
from navigator.linking.solver import EdgeRecord, Solver

_KINDS = {
    DefinitionKind.MODULE: SymbolKind.MODULE,
    DefinitionKind.CLASS: SymbolKind.CLASS,
    DefinitionKind.FUNCTION: SymbolKind.FUNCTION,
    DefinitionKind.LAMBDA: SymbolKind.LAMBDA,
    DefinitionKind.NAMESPACE: SymbolKind.FUNCTION,
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
            mark = ":" if file.script and parent.parent is None else "."
            local = f"{outer}{mark}{_local_name(state, parent)}"
        count = self._used[local] = self._used.get(local, 0) + 1
        made = local if count == 1 else f"{local}~{count}"
        self.by_state[state] = made
        return made


_LINE = re.compile(r":\d+>$")


def _local_name(state: DefinitionState, parent: DefinitionState) -> str:
    """The name within the definition around, where those without a name are numbered."""
    facts = state.facts
    if not state.file.script:
        return facts.name if state.kind is not DefinitionKind.LAMBDA else f"<lambda{facts.ordinal}>"
    inner = facts.qualified.removeprefix(parent.facts.qualified).lstrip(".")
    return inner if facts.name else _LINE.sub(f"{facts.ordinal}>", inner)


def build(solver: Solver, roots: tuple[Root, ...]) -> CallGraph:
    """The call graph of a solved program."""
    return _Graph(solver).build(roots)


Edges = list[tuple[DefinitionState | str, EdgeRecord]]
"""The callees of one call site, names for those outside the workspace."""


class _Graph:
    """The records of a graph while they are put together."""

    def __init__(self, solver: Solver) -> None:
        self.solver = solver
        self.evidence = Evidence(solver)
        self.ids = _Ids()
        self.symbols: list[Symbol] = []
        self.outside: dict[str, str] = {}
        """Ids of external symbols, by name."""
        self.calls: list[tuple[Call, tuple[Step, ...]]] = []
        self.unresolved: list[Unresolved] = []
        self.sites = 0
        self.external_sites = 0

    def build(self, roots: tuple[Root, ...]) -> CallGraph:
        spaces = self.solver.spaces
        files = [file for file in (*spaces.files, *spaces.scripts) if not file.model]
        files.sort(key=lambda file: (file.file.root, file.file.path))
        problems = [
            Problem(f.file.path, problem.line, problem.message) for f in files for problem in f.file.facts.problems
        ]
        for file in files:
            for state in file.definitions:
                self.symbols.append(_symbol(self.ids, state))
        by_site: dict[DefinitionState, dict[int, Edges]] = defaultdict(dict)
        for (caller, site, callee), record in self.solver.edges.items():
            by_site[caller].setdefault(site, []).append((callee, record))
        for file in files:
            for state in file.definitions:
                expressions = _call_expressions(state)
                edges = by_site.get(state, {})
                for site in sorted(expressions.keys() | edges.keys()):
                    self._site(state, site, expressions.get(site), edges.get(site, []))
        for name, identity in self.outside.items():
            self.symbols.append(Symbol(identity, name, SymbolKind.EXTERNAL, "", "", 0, 0))
        self.symbols.sort(key=lambda s: (s.root, s.file, s.line, s.id))
        self.calls.sort(key=lambda c: (*_position(c[0]), c[0].callee))
        self.unresolved.sort(key=_position)
        return CallGraph(
            roots=roots,
            symbols=tuple(self.symbols),
            calls=tuple(call for call, _ in self.calls),
            unresolved=tuple(self.unresolved),
            problems=tuple(sorted(problems, key=lambda p: (p.file, p.line, p.message))),
            evidence=tuple(steps for _, steps in self.calls),
            sites=self.sites,
            external_sites=self.external_sites,
        )

    def _site(self, state: DefinitionState, site: int, instruction: Any, edges: Edges) -> None:
        """Everything about one place: ``instruction`` is the call expression that stands there, if any."""
        solver = self.solver
        inside = [edge for edge in edges if not isinstance(edge[0], str)]
        crowded = len(inside) > CANDIDATES
        if crowded:
            edges = inside = []
        elif len(edges) - len(inside) > NAMES:
            edges = inside
            solver.outside.add((state, site))
        if edges:
            self._calls(state, site, instruction, edges, inside)
        if instruction is None:
            return
        self.sites += 1
        outside = (state, site) in solver.outside
        if not edges and outside and not state.file.script and type(instruction) in (v.Call, v.CallMember):
            name = _called_outside(solver, state.file, instruction)
            if name:
                self._calls(state, site, instruction, [(name, EdgeRecord("call", "", -1, solver.unknown))], [])
        if not inside and (edges or outside):
            self.external_sites += 1
        elif not edges:
            self.unresolved.append(_unresolved(solver, self.ids, state, site, instruction, crowded))

    def _calls(self, state: DefinitionState, site: int, instruction: Any, edges: Edges, inside: Edges) -> None:
        span = span_of(state.file, site)
        caller, path = self.ids.by_state[state], state.file.file.path
        several = type(instruction) in _MEMBER_CALLS and sum(1 for _, r in inside if r.kind == "call") > 1
        for callee, record in edges:
            kind = _CALL_KINDS[record.kind]
            if isinstance(callee, str):
                name = external_name(callee)
                target = self.outside.setdefault(name, f"external:{name}")
            else:
                target = self.ids.by_state[callee]
                if several and kind is CallKind.CALL:
                    kind = CallKind.DISPATCH
            if record.rule and kind is CallKind.CALL and (state.index, site) in decorators_of(state.file):
                kind = CallKind.DECORATE
            if record.rule:
                certainty = Certainty.INFERRED if record.rule in DERIVED else Certainty.RULE
            elif is_exact(self.solver, state, site, instruction, callee, record, len(inside)):
                certainty = Certainty.EXACT
            else:
                certainty = Certainty.INFERRED
            plain = certainty is Certainty.EXACT or isinstance(callee, str)
            call = Call(
                caller,
                target,
                path,
                span.line,
                span.column,
                span.end_line,
                span.end_column,
                kind,
                certainty,
                record.rule,
            )
            self.calls.append((call, () if plain else self.evidence.steps(record, state, span)))


_MEMBER_CALLS = (v.CallMember, v.CallElement)
_CALL_KINDS = {kind.value: kind for kind in CallKind}


def _position(record: Call | Unresolved) -> tuple[str, int, int, int, int, str]:
    return record.file, record.line, record.column, record.end_line, record.end_column, record.caller


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


_SCRIPT_CALLS = (v.New, v.CallElement, v.Render)


def _call_expressions(state: DefinitionState) -> dict[int, Any]:
    """The instructions that stand for call expressions, by site."""
    found: dict[int, Any] = {}
    for instruction in state.facts.body:
        kind = type(instruction)
        if (
            kind is v.CallMember
            or (kind is v.Call and not instruction.decorator)  # type: ignore[union-attr]
            or kind is v.Super
            or kind in _SCRIPT_CALLS
        ) and instruction.site >= 0:  # type: ignore[union-attr]
            found.setdefault(instruction.site, instruction)  # type: ignore[union-attr]
    return found


def span_of(file: FileState, site: int) -> Span:
    numbers = file.file.facts.sites
    at = site * 4
    return Span(numbers[at], numbers[at + 1], numbers[at + 2], numbers[at + 3])


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
