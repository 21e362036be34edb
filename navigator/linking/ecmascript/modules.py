"""Modules: imports, exports, CommonJS, and the global scope that scripts share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.facts import vocabulary as v
from navigator.linking.calls import CallSite
from navigator.linking.ecmascript.calls import promise_of
from navigator.linking.ecmascript.objects import lookup, make_object, outside, own, scripts_of
from navigator.linking.ecmascript.values import ObjectValue
from navigator.linking.frames import FileState, Frame
from navigator.linking.solver import Solver
from navigator.linking.values import TextValue, Value

if TYPE_CHECKING:
    from collections.abc import Iterable

_GLOBAL_OBJECT = frozenset({"globalThis", "window", "self", "global"})
_LOADERS = frozenset({"require", "import"})


def make_global_object(solver: Solver, models: Iterable[FileState], names: Iterable[str]) -> ObjectValue:
    """The global object; behind it are built-in names: those of ``models``, and ``names`` of which no more is known."""
    built_in = make_object(solver, "object", "built-in")
    for file in models:
        for name, slot in file.definitions[0].facts.variables.items():
            solver.edge(file.base + slot, own(solver, built_in, name))
    for name in names:
        if name not in built_in.own:
            solver.add(own(solver, built_in, name), outside(solver, f"builtins.{name}"))
    made = make_object(solver, "object", "global")
    solver.add(made.prototypes, built_in)
    for name in _GLOBAL_OBJECT:
        solver.add(own(solver, built_in, name), made)
    return made


def start(solver: Solver, frame: Frame) -> None:
    """What holds before a file's code runs: a script's variables are global."""
    file = frame.file
    scripts = scripts_of(solver)
    this = frame.definition.this_slot
    if file in scripts.modules or file.model:
        if this >= 0:
            solver.edge(exports_of(solver, file), frame.node(this))
        return
    if this >= 0:
        solver.add(frame.node(this), scripts.global_object)
    facts = frame.definition.facts
    for variables in (facts.variables, facts.everything):
        for name, slot in variables.items():
            solver.edge(frame.node(slot), own(solver, scripts.global_object, name))


def load_global(solver: Solver, frame: Frame, i: v.Global) -> None:
    """A name that its file does not bind."""
    target = frame.node(i.target)
    file = frame.file
    scripts = scripts_of(solver)
    common = file in scripts.modules or file.model
    if common and i.name == "exports":
        solver.edge(exports_of(solver, file), target)
    elif common and i.name == "module":
        solver.add(target, _module_object(solver, file))
    elif i.name not in _LOADERS:
        solver.edge(lookup(solver, scripts.global_object, i.name), target)


# -- CommonJS --------------------------------------------------------------------------------------------------------


def _module_object(solver: Solver, file: FileState) -> ObjectValue:
    made = make_object(solver, "object", "module", file)
    if "exports" not in made.own:
        solver.add(own(solver, made, "exports"), make_object(solver, "object", "exports", file))
    return made


def exports_of(solver: Solver, file: FileState) -> int:
    """The node of ``module.exports``."""
    return own(solver, _module_object(solver, file), "exports")


def is_require(frame: Frame, function: int) -> bool:
    """Whether what is called is ``require`` or ``import``."""
    return _loader(frame.file, function) != ""


def _loader(file: FileState, function: int) -> str:
    loaders = file.records.get(-1)
    if loaders is None:
        found = [
            f"{i.target} {i.name}"
            for state in file.definitions[:1]
            for i in state.facts.body
            if type(i) is v.Global and i.name in _LOADERS
        ]
        loaders = file.records[-1] = tuple(found)
    for each in loaders:
        slot, _, name = each.partition(" ")
        if int(slot) == function:
            return name
    return ""


def require(solver: Solver, frame: Frame, site: CallSite) -> None:
    """``require(name)`` and ``import(name)``"""
    positional = site.arguments.positional
    if frame.site is None and site.site >= 0:
        solver.record_outside(frame, site.site)
    if positional and positional[0] >= 0:
        solver.watch(positional[0], _on_specifier, site, frame)


def _on_specifier(solver: Solver, site: CallSite, frame: Frame, value: Value, _node: int) -> None:
    if not isinstance(value, TextValue):
        solver.add(site.target, solver.unknown)
        return
    scripts = scripts_of(solver)
    found = scripts.resolution.resolve(frame.file, value.text)
    asynchronous = _called_import(frame, site)
    if found is None:
        solver.add(site.target, outside(solver, value.text))
    elif asynchronous:
        held = solver.node()
        solver.add(held, namespace(solver, found))
        solver.add(site.target, promise_of(solver, held, frame, site, value))
    elif _has_exports(found):
        solver.add(site.target, namespace(solver, found))
    else:
        solver.edge(exports_of(solver, found), site.target)


def _called_import(frame: Frame, site: CallSite) -> bool:
    texts = frame.file.file.facts.texts
    return 0 <= site.site < len(texts) and texts[site.site] == "import"


def _has_exports(file: FileState) -> bool:
    return any(type(i) in (v.Export, v.ImportStar) for i in file.definitions[0].facts.body)


# -- ES modules ------------------------------------------------------------------------------------------------------


def namespace(solver: Solver, file: FileState) -> ObjectValue:
    """The object of everything that a file exports."""
    scripts = scripts_of(solver)
    made = scripts.namespaces.get(file)
    if made is None:
        made = scripts.namespaces[file] = make_object(solver, "module", file)
        if file.model:
            for name, slot in file.definitions[0].facts.variables.items():
                solver.edge(file.base + slot, own(solver, made, name))
        if not _has_exports(file):
            exported = exports_of(solver, file)
            solver.edge(exported, made.prototypes)
            solver.edge(exported, own(solver, made, "default"))
    return made


def import_namespace(solver: Solver, frame: Frame, module: str, target: int) -> None:
    """``import * as target from module``"""
    found = scripts_of(solver).resolution.resolve(frame.file, module)
    solver.add(target, namespace(solver, found) if found is not None else outside(solver, module))


def import_name(solver: Solver, frame: Frame, module: str, name: str, target: int, site: int) -> None:
    """``import {name} from module``"""
    found = scripts_of(solver).resolution.resolve(frame.file, module)
    if found is None:
        solver.add(target, outside(solver, module if name == "default" else f"{module}.{name}"))
    else:
        solver.edge(lookup(solver, namespace(solver, found), name), target)


def export(solver: Solver, frame: Frame, name: str, source: int) -> None:
    """``export {source as name}``"""
    made = namespace(solver, frame.file)
    made.definite.add(name)
    solver.edge(source, own(solver, made, name))


def export_star(solver: Solver, frame: Frame, module: str) -> None:
    """``export * from module``"""
    found = scripts_of(solver).resolution.resolve(frame.file, module)
    made = namespace(solver, frame.file)
    solver.add(made.prototypes, namespace(solver, found) if found is not None else outside(solver, module))
