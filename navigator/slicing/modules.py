"""The modules of a workspace by import name, and what a name that one of them reads leads to, by name binding alone."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterator

import msgspec

from navigator.callgraph import Symbol
from navigator.slicing.errors import NotCuttable
from navigator.slicing.names import Imported, Read
from navigator.slicing.sources import ModuleSource, Unit, UnitKind
from navigator.workspaces import Workspace

PYTHON = "python"
FOLLOW_LIMIT = 24
BUILTINS = frozenset(dir(builtins))


class Alias(msgspec.Struct, frozen=True):
    """One name of a module-level import statement."""

    module: str
    unit: int
    place: int


class Star(msgspec.Struct, frozen=True):
    """A name that a star import brings."""

    module: str
    unit: int
    name: str


class Trail(msgspec.Struct, frozen=True):
    """Where a read leads: over these imports, touching these modules, to a unit of one of them that binds ``name``
    (``rest`` is what is still read from it), to a name that its module has but does not bind (``unbound``), or outside
    (``external``)."""

    imports: tuple[Alias | Star, ...] = ()
    modules: tuple[str, ...] = ()
    module: str = ""
    unit: int = -1
    name: str = ""
    rest: tuple[str, ...] = ()
    unbound: str = ""
    external: str = ""


class Modules:
    """Reads the sources of a workspace when they are needed."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._files: dict[str, tuple[str, str]] = {}
        self._names: dict[tuple[str, str], str] = {}
        for file in workspace.graph.files():
            if file.language == PYTHON and file.path.endswith(".py"):
                self._names[file.root, file.path] = file.module
                self._files.setdefault(file.module, (file.root, file.path))
        self._prefixes = {
            ".".join(parts[:place])
            for parts in (name.split(".") for name in self._files)
            for place in range(1, len(parts))
        }
        self._sources: dict[str, ModuleSource] = {}

    def __contains__(self, name: str) -> bool:
        """Whether it is a module of the workspace, or a package without a file."""
        return name in self._files or name in self._prefixes

    def has_file(self, name: str) -> bool:
        return name in self._files

    def names(self) -> list[str]:
        """All modules that have a file."""
        return list(self._files)

    def place(self, name: str) -> tuple[str, str]:
        """The root and path of a module."""
        return self._files[name]

    def source(self, name: str) -> ModuleSource:
        known = self._sources.get(name)
        if known is None:
            root, path = self._files[name]
            known = self._sources[name] = ModuleSource(root, path, name, self.workspace.content(root, path))
        return known

    def module_of(self, symbol: Symbol) -> str:
        """The module that a symbol is defined in; raises NotCuttable for what is no Python of the workspace."""
        if not symbol.file:
            raise NotCuttable(f"{symbol.name} lies outside the workspace: there is no source to cut")
        name = self._names.get((symbol.root, symbol.file))
        if name is None:
            raise NotCuttable(f"{symbol.name} is in {symbol.file}: slices are cut from Python (.py) only")
        if self._files[name] != (symbol.root, symbol.file):
            raise NotCuttable(f"{symbol.file} has the import name of {self._files[name][1]}, which hides it")
        return name

    def at(self, path: str) -> Iterator[str]:
        """The modules that lie at a path, whatever their root."""
        for (_, file), name in self._names.items():
            if file == path and self._files[name][1] == path:
                yield name

    # What names lead to

    def absolute(self, module: str, imported: Imported) -> str | None:
        """The module that an import names, seen from ``module``; ``None`` where it climbs out."""
        if not imported.level:
            return imported.module
        parts = module.split(".")
        if self.has_file(module) and not self._files[module][1].endswith("__init__.py"):
            parts.pop()
        climbs = imported.level - 1
        if climbs > len(parts):
            return None
        parts = parts[: len(parts) - climbs]
        return ".".join([*parts, *filter(None, [imported.module])])

    def trails(self, module: str, read: Read) -> list[Trail]:
        """Everywhere that a read in ``module`` may lead; nothing for built-in and unknown names."""
        if read.imported is not None:
            return list(self._imported(module, read.imported, read.chain, Trail(), 0))
        return list(self._name(module, read.name, read.chain, Trail(), 0))

    def imported(self, module: str, imported: Imported) -> list[Trail]:
        """Where an import statement itself leads."""
        return list(self._imported(module, imported, (), Trail(), 0))

    def _name(self, module: str, name: str, rest: tuple[str, ...], so_far: Trail, depth: int) -> Iterator[Trail]:
        if depth > FOLLOW_LIMIT:
            return
        source = self.source(module)
        so_far = _touching(so_far, module)
        units = source.binders.get(name, ())
        for unit in units:
            if unit.kind is UnitKind.IMPORT or unit.kind is UnitKind.STAR:
                for place, imported in enumerate(unit.imports):
                    if imported.bound == name:
                        step = _over(so_far, Alias(module, unit.index, place))
                        yield from self._imported(module, imported, rest, step, depth + 1)
            else:
                yield _ending(so_far, module, unit, name, rest)
        if not units:
            yield from self._star(source, name, rest, so_far, depth)

    def _star(
        self, source: ModuleSource, name: str, rest: tuple[str, ...], so_far: Trail, depth: int
    ) -> Iterator[Trail]:
        for unit in reversed(source.stars):
            for imported in unit.imports:
                target = self.absolute(source.name, imported)
                if imported.name != "*" or target is None:
                    continue
                if not self.has_file(target):
                    if target not in self and name not in BUILTINS:
                        step = _over(so_far, Star(source.name, unit.index, "*"))
                        yield msgspec.structs.replace(step, external=target)
                elif self.exported(target, name):
                    step = _over(so_far, Star(source.name, unit.index, name))
                    yield from self._name(target, name, rest, step, depth + 1)
                    return

    def exported(self, module: str, name: str, depth: int = 0) -> bool:
        """Whether a star import of ``module`` brings ``name``."""
        if depth > FOLLOW_LIMIT:
            return False
        source = self.source(module)
        exports = source.exports
        if exports is not None and name not in exports:
            return False
        if exports is None and name.startswith("_"):
            return False
        return name in source.binders or any(
            imported.name == "*"
            and (target := self.absolute(module, imported)) is not None
            and self.has_file(target)
            and self.exported(target, name, depth + 1)
            for unit in source.stars
            for imported in unit.imports
        )

    def binds(self, module: str, name: str) -> bool:
        """Whether a module itself has a name, bound or brought by a star import."""
        if not self.has_file(module):
            return False
        source = self.source(module)
        return name in source.binders or any(
            imported.name == "*"
            and (target := self.absolute(module, imported)) is not None
            and self.has_file(target)
            and self.exported(target, name)
            for unit in source.stars
            for imported in unit.imports
        )

    def _imported(
        self, module: str, imported: Imported, rest: tuple[str, ...], so_far: Trail, depth: int
    ) -> Iterator[Trail]:
        target = self.absolute(module, imported)
        if target is None:
            return
        if target not in self:
            if imported.level or target.partition(".")[0] in self:
                # Made by a build, or left out of the workspace.
                yield msgspec.structs.replace(_touching(so_far, target), module=target, unbound=imported.name)
            else:
                yield msgspec.structs.replace(so_far, external=target)
            return
        if imported.name == "*":
            yield _touching(so_far, target)
        elif imported.name:
            if target == module and f"{target}.{imported.name}" in self:
                # A package that imports its own module by name: the statement binds what it looks for.
                yield from self._module(f"{target}.{imported.name}", rest, _touching(so_far, target), depth)
                return
            yield from self._member(target, imported.name, rest, so_far, depth, named=True)
        elif imported.whole:
            yield from self._module(target, rest, so_far, depth)
        else:
            top = target.partition(".")[0]
            yield from self._module(top, rest, _touching(so_far, target), depth)

    def _module(self, module: str, rest: tuple[str, ...], so_far: Trail, depth: int) -> Iterator[Trail]:
        if rest:
            yield from self._member(module, rest[0], rest[1:], so_far, depth, named=False)
        else:
            yield _touching(so_far, module)

    def _member(
        self, module: str, name: str, rest: tuple[str, ...], so_far: Trail, depth: int, *, named: bool
    ) -> Iterator[Trail]:
        """A module's attribute; ``named`` where an import statement asks for it, which must not fail."""
        so_far = _touching(so_far, module)
        if self.binds(module, name):
            yield from self._name(module, name, rest, so_far, depth + 1)
        elif f"{module}.{name}" in self:
            yield from self._module(f"{module}.{name}", rest, so_far, depth + 1)
        elif named and self.has_file(module):
            yield msgspec.structs.replace(so_far, module=module, unbound=name)
        else:
            yield so_far


def is_external(package: str) -> bool:
    """Whether a package comes from elsewhere than Python's own library."""
    return package.partition(".")[0] not in sys.stdlib_module_names


def _touching(trail: Trail, module: str) -> Trail:
    if module in trail.modules:
        return trail
    return msgspec.structs.replace(trail, modules=(*trail.modules, module))


def _over(trail: Trail, step: Alias | Star) -> Trail:
    return msgspec.structs.replace(trail, imports=(*trail.imports, step))


def _ending(trail: Trail, module: str, unit: Unit, name: str, rest: tuple[str, ...]) -> Trail:
    return msgspec.structs.replace(trail, module=module, unit=unit.index, name=name, rest=rest)
