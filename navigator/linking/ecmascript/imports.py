"""Following imports and exports without solving: for types, which are no values, and for exact edges."""

from __future__ import annotations

from typing import Any

from navigator.facts import vocabulary as v
from navigator.facts.vocabulary import DeclareType
from navigator.linking.ecmascript.objects import scripts_of
from navigator.linking.frames import DefinitionState, FileState
from navigator.linking.solver import Solver

DEPTH = 12


def writers(file: FileState) -> dict[int, list[Any]]:
    """For each slot the instructions that write it, those included that say what a type is."""
    if not file.writers:
        for state in file.definitions:
            for instruction in state.facts.body:
                target = getattr(instruction, "target", -1)
                if target >= 0 and type(instruction) not in (v.Hint,):
                    file.writers.setdefault(target, []).append(instruction)
                elif type(instruction) is v.Unpack:
                    for slot in instruction.targets:
                        file.writers.setdefault(slot, []).append(instruction)
    return file.writers


def declaration(
    solver: Solver, file: FileState, slot: int, rest: list[str], depth: int = 0
) -> tuple[DefinitionState, DeclareType] | None:
    """The interface or alias that a slot names."""
    for instruction in writers(file).get(slot, ()) if depth < DEPTH else ():
        kind = type(instruction)
        if kind is v.DeclareType:
            return (file.definitions[0], instruction) if not rest else None
        if kind is v.Move:
            found = declaration(solver, file, instruction.source, rest, depth + 1)
            if found is not None:
                return found
        if kind is v.ImportName:
            target = scripts_of(solver).resolution.resolve(file, instruction.module)
            place = exported(solver, target, instruction.name) if target is not None else None
            if place is not None:
                return declaration(solver, *place, rest, depth + 1)
        if kind is v.ImportModule and rest:
            target = scripts_of(solver).resolution.resolve(file, instruction.module)
            place = exported(solver, target, rest[0]) if target is not None else None
            if place is not None:
                return declaration(solver, *place, rest[1:], depth + 1)
    return None


def exported(solver: Solver, file: FileState, name: str, depth: int = 0) -> tuple[FileState, int] | None:
    """The file and slot behind an export; re-exports are followed."""
    if depth > DEPTH:
        return None
    stars: list[FileState] = []
    for instruction in file.definitions[0].facts.body:
        kind = type(instruction)
        if kind is v.Export and instruction.name == name:  # type: ignore[union-attr]
            return file, instruction.source  # type: ignore[union-attr]
        if kind is v.ImportStar:
            target = scripts_of(solver).resolution.resolve(file, instruction.module)  # type: ignore[union-attr]
            if target is not None:
                stars.append(target)
    for target in stars:
        found = exported(solver, target, name, depth + 1)
        if found is not None:
            return found
    return None
