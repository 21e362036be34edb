"""Solving the ECMAScript files of a program, in the solver that the rest of it shares."""

from __future__ import annotations

from navigator.linking.ecmascript import declared, natives, strays
from navigator.linking.ecmascript.blocks import record_blocks
from navigator.linking.ecmascript.calls import call_value
from navigator.linking.ecmascript.globals import NAMES
from navigator.linking.ecmascript.instructions import instantiate
from navigator.linking.ecmascript.members import mixes
from navigator.linking.ecmascript.modules import make_global_object
from navigator.linking.ecmascript.objects import number
from navigator.linking.ecmascript.resolution import Resolution
from navigator.linking.ecmascript.scripts import Scripts
from navigator.linking.frames import FileState
from navigator.linking.program import Program
from navigator.linking.solver import Solver
from navigator.linking.values import TextValue, Value


def prepare(
    solver: Solver,
    files: list[FileState],
    models: list[FileState],
    everywhere: frozenset[str],
    program: Program,
) -> None:
    """Make what all files share. Nothing happens in a program without ECMAScript.

    ``everywhere`` names the models whose names need no import, ``program`` tells what imports lead to.
    """
    if not files:
        return
    scripts = solver.scripts = Scripts(files, models, Resolution(files, models, program.packages, program.projects))
    scripts.global_object = make_global_object(solver, [f for f in models if f.module in everywhere], NAMES)


def start(solver: Solver) -> None:
    """Read the code of every file; that of models only outside of functions."""
    scripts = solver.scripts
    if scripts is None:
        return
    for file in (*scripts.models, *scripts.files):
        instantiate(solver, file.definitions[0].frame)


def complete(solver: Solver, methods: dict[str, str]) -> None:
    """Add, pass by pass, what value flow alone could not know."""
    scripts = solver.scripts
    if scripts is None:
        return
    _keys_that_never_came(solver, scripts)
    solver.run()
    _seed_declared(solver, scripts)
    solver.note_linked_sites()
    if strays.link(solver, methods):
        solver.run()
        _seed_declared(solver, scripts)
    for frame, site, cls, code in scripts.constructed:
        if not solver.values(code) and not cls.definition.file.model:
            solver.record(frame, site.site, cls.definition, "construct", -1, cls)
    _methods_of_every_object(solver, scripts)
    record_blocks(solver)


def _methods_of_every_object(solver: Solver, scripts: Scripts) -> None:
    """What no object in the program defines is the language's own."""
    found = {(caller, site) for caller, site, _ in solver.edges}
    for frame, site, value in scripts.everywhere:
        if frame.site is None and (frame.definition, site.site) not in found:
            solver.record(frame, site.site, f"builtins.Object.{site.name}", site.kind, -1, value)


def _seed_declared(solver: Solver, scripts: Scripts) -> None:
    if declared.seed(solver):
        solver.run()
        _keys_that_never_came(solver, scripts)
        solver.run()


def _keys_that_never_came(solver: Solver, scripts: Scripts) -> None:
    """Under a key of which nothing is known any property may be read or written; and what a table does not hold under a
    name may be what was written under such a key."""
    keyed, scripts.keyed = scripts.keyed, []
    for entry in keyed:
        index, act, value, node = entry
        known = solver.values(index)
        if not known or (not mixes(value) and not any(map(_is_name, known))):
            act(solver, value, node)
        else:
            scripts.keyed.append(entry)
    searched, scripts.searched = scripts.searched, []
    for table, node in searched:
        if not solver.values(node):
            solver.edge(table.star, node)


def _is_name(key: Value) -> bool:
    return isinstance(key, TextValue) or number(key) is not None


__all__ = ["call_value", "complete", "natives", "prepare", "start"]
