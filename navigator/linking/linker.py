"""The program's meaning: from all files' facts to one call graph."""

from __future__ import annotations

import gc

from navigator.callgraph import CallGraph
from navigator.facts import vocabulary as v
from navigator.linking import declared_types, patterns, receivers, records, strays
from navigator.linking.calls import forgive
from navigator.linking.containers import settle_keys
from navigator.linking.ecmascript import linker as ecmascript
from navigator.linking.frames import DefinitionState, FileState
from navigator.linking.graph import build
from navigator.linking.instructions import instantiate
from navigator.linking.knowledge import Knowledge, load_knowledge
from navigator.linking.namespaces import Namespaces
from navigator.linking.program import Program
from navigator.linking.properties import record_properties, record_wrapped
from navigator.linking.solver import Solver
from navigator.linking.values import ClassValue


def link(program: Program, knowledge: Knowledge | None = None, *, leftovers: list[object] | None = None) -> CallGraph:
    """Resolve every call of the program. Pure: the same facts give the same graph, whatever the order of files.

    Millions of objects are made on the way, and freeing them takes a tenth of the time. ``leftovers``, if given, takes
    them instead, for a caller whose process ends before it would ever need the memory.
    """
    if knowledge is None:
        knowledge = load_knowledge()
    # Millions of small objects are made and none is dropped before the end: the collector would only walk them.
    collecting = gc.isenabled()
    gc.disable()
    try:
        solver = prepare(program, knowledge)
        solve(solver, knowledge.methods)
        record_properties(solver)
        record_wrapped(solver)
        if leftovers is not None:
            leftovers.append(solver)
        return build(solver, program.roots)
    finally:
        if collecting:
            gc.enable()


def prepare(program: Program, knowledge: Knowledge) -> Solver:
    """A solver with all modules, classes and bodies in place."""
    spaces = Namespaces({}, knowledge.aliases)
    spaces.fallback_bases = dict(knowledge.fallback_bases)
    base = 0
    files = sorted(program.files, key=lambda f: (f.root, f.path))
    spaces.divide(files)
    for file in files:
        spaces.add(file, base, model=False)
        base += len(file.facts.slot_lines)
    for file in knowledge.models:
        spaces.add(file, base, model=True)
        base += len(file.facts.slot_lines)
    spaces.index_writers()
    spaces.resolve_classes()
    records.mark(spaces)
    receivers.decide_kinds(spaces)
    solver = Solver(spaces, frozenset(_names(spaces)))
    solver.rule_kinds = dict(knowledge.kinds)
    solver.reserve(base)
    scripts = [file for file in spaces.scripts if not file.model]
    models = [file for file in spaces.scripts if file.model]
    ecmascript.prepare(solver, scripts, models, knowledge.everywhere, program)
    return solver


def solve(solver: Solver, methods: dict[str, str]) -> None:
    """Solve in passes, each adding what the one before could not know."""
    files = solver.spaces.files
    for file in files:
        for state in file.definitions:
            if not file.model or not state.callable:
                instantiate(solver, state.frame)
    ecmascript.start(solver)
    receivers.seed_own(solver)
    solver.run()
    receivers.seed_heirs(solver)
    solver.run()
    while settle_keys(solver) or patterns.settle(solver):
        solver.run()
    solver.note_linked_sites()
    forgive(solver)
    solver.run()
    if declared_types.seed(solver):
        solver.run()
    if strays.link_methods(solver, methods):
        solver.run()
    if strays.link(solver):
        solver.run()
        if declared_types.seed(solver):
            solver.run()
    while settle_keys(solver):
        solver.run()
    ecmascript.complete(solver, methods)
    while settle_keys(solver):
        solver.run()


def _names(spaces: Namespaces) -> set[str]:
    """Everything that a string could usefully name: definitions, called members, keys of tables of callables."""
    names: set[str] = set()
    called: set[str] = set()
    loaded: set[str] = set()
    spelt: set[str] = set()
    for file in spaces.files:
        reflects = False
        texts: set[str] = set()
        names.add(file.module.rpartition(".")[2])
        for state in file.definitions:
            names.add(state.facts.name)
            if not state.callable:
                names.update(state.facts.variables)
            for instruction in state.facts.body:
                kind = type(instruction)
                if kind is v.CallMember:
                    called.add(instruction.name)  # type: ignore[union-attr]
                elif kind is v.Member or kind is v.SetMember:
                    loaded.add(instruction.name)  # type: ignore[union-attr]
                elif kind is v.Text:
                    texts.add(instruction.value)  # type: ignore[union-attr]
                elif kind is v.Global:
                    reflects = reflects or instruction.name in _REFLECTION  # type: ignore[union-attr]
                elif kind is v.Collection:
                    for key, slot in instruction.elements:  # type: ignore[union-attr]
                        if isinstance(key, str) and _is_definition(spaces, file, slot):
                            names.add(key)
                elif kind is v.SetElement:
                    key = instruction.key  # type: ignore[union-attr]
                    if isinstance(key, str) and _is_definition(spaces, file, instruction.source):  # type: ignore[union-attr]
                        names.add(key)
        if reflects:
            spelt |= texts
    names |= called | (loaded & spelt)
    names.discard("")
    return names


_REFLECTION = frozenset({"getattr", "setattr", "hasattr", "delattr", "vars"})
"""Built-in functions that take the names of members; in files that use them strings may be such names."""


def _is_definition(spaces: Namespaces, file: FileState, slot: int) -> bool:
    """Whether a slot is bound to a function or class of the workspace, or to what a call made."""
    if any(type(i) is v.Call for i in file.writers.get(slot, ())):
        return True
    return any(isinstance(b, DefinitionState | ClassValue) for b in spaces.resolve(file, slot))
