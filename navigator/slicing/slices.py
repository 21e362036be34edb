"""Puts a slice together: what it holds, file by file, and what must still be true of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from navigator.callgraph import Symbol, SymbolKind
from navigator.slicing.asking import Places, Wish
from navigator.slicing.closure import Closure, Node
from navigator.slicing.companions import manifest, smoke_test
from navigator.slicing.cutting import Cutter
from navigator.slicing.layout import Layout, packages_of
from navigator.slicing.modules import Modules
from navigator.slicing.names import Function
from navigator.slicing.origin import Origin, header, licence_name, origin_of
from navigator.slicing.sources import UnitKind
from navigator.slicing.trimming import Trimmed, attributes_read, lines_setting, trim
from navigator.slicing.widening import Widening
from navigator.workspaces import Workspace

FURTHEST = 5
"""How often more is taken in for calls that were lost."""
INSIDE = Path(__file__).parent / "inside"
MANIFEST = "reproduction.toml"


class LeftOutPlace(msgspec.Struct, frozen=True):
    """An upstream definition that a stub stands for."""

    name: str
    file: str
    line: int


class Part(msgspec.Struct, frozen=True):
    """One file of upstream code: how many functions, classes and methods of it are kept, and how many are stubs.
    ``root`` and ``file`` say which; they are empty for a module that the workspace has no file of."""

    path: str
    root: str
    file: str
    kept: int
    stubs: int


class Slice(msgspec.Struct, frozen=True):
    """Files by path, and what they are to show: ``hops`` are pairs of (module, name in it) that must still be calls."""

    name: str
    title: str
    files: dict[str, bytes]
    starts: dict[str, tuple[tuple[int, Node], ...]]
    """Where upstream's statements begin in them, by path, in order."""
    modules: tuple[str, ...]
    """Names within the slice, packages before what is in them."""
    parts: tuple[Part, ...]
    hops: tuple[tuple[tuple[str, str], tuple[str, str]], ...]
    kept: tuple[Symbol, ...]
    kept_lines: int
    stubs: tuple[LeftOutPlace, ...]
    packages: tuple[str, ...]
    """Third-party packages that it imports."""
    stand_ins: bool
    origins: tuple[Origin, ...]


class Cut:
    """A slice in the making, in memory. ``name`` is its package's; ``limit`` is how many lines of helpers it may
    take."""

    def __init__(
        self, workspace: Workspace, wish: Wish, name: str, *, limit: int, stub_external: bool, only_path: bool = False
    ) -> None:
        self._workspace, self._wish, self._name = workspace, wish, name
        self._limit, self._stub_external = limit, stub_external
        self._modules = Modules(workspace)
        places = Places(workspace, self._modules)
        self._nodes = dict.fromkeys(places.of_wish(wish))
        self._trimmed = dict(self._trims(places)) if only_path else None
        self._asked = frozenset(self._nodes if wish.is_path else places.of_starts(wish))
        self._excluded: dict[Node, None] = {}
        self._thorough = False
        self._run: dict[Node, None] = {}
        self._left_out: dict[str, Node] = {}
        self._widening: Widening | None = None
        self._widened = 0
        self._origins: dict[str, Origin] = {}
        """By root. Reading one may unpack an archive, and a slice is often cut several times."""

    def made(self) -> Slice:
        closure = Closure(self._modules, self._limit, self._trimmed, self._excluded, self._thorough)
        closure.grow(self._nodes, self._run)
        self._left_out = {
            closure.original(stub): Node(stub.module, stub.unit, stub.member)
            for stub in closure.stubs
            if stub.unit >= 0
        }
        return _Assembly(self._workspace, self._wish, self._name, closure, self._stub_external, self._origins).made()

    def _trims(self, places: Places) -> Iterator[tuple[Node, Trimmed]]:
        """The functions of the path without what it does not depend on. What a method reads from its object counts as
        asked for in the other methods of the class."""
        functions: dict[Node, Function] = {}
        lines = places.lines(self._wish)
        for node in lines:
            unit = self._modules.source(node.module).units[node.unit]
            nodes = unit.members[node.member].nodes if node.member else unit.nodes
            if len(nodes) == 1 and isinstance(nodes[0], Function):
                functions[node] = nodes[0]
        more = True
        while more:
            more = False
            trimmed = {node: trim(function, lines[node]) for node, function in functions.items()}
            for node in trimmed:
                beside = [each for each in trimmed if node.member and each[:2] == node[:2]]
                read = {name for each in beside for name in attributes_read(trimmed[each].node)}
                further = lines_setting(functions[node], read) - lines[node]
                lines[node] |= further
                more = more or bool(further)
        yield from trimmed.items()

    def more_thoroughly(self) -> bool:
        """Keeps what functions need that are made while the slice is imported; whether that was not done yet."""
        before, self._thorough = self._thorough, True
        return not before

    def with_left_out(self, name: str) -> bool:
        """Keeps what was left out and is used at import, by its upstream name; whether it can be kept."""
        node = self._left_out.get(name)
        if node is None or node in self._run or node in self._excluded:
            return False
        self._run[node] = None
        return True

    def without(self, made: Slice, path: str, line: int) -> bool:
        """Leaves out the statement on a line of the slice, which fails when it is imported; whether it can be done
        without. Definitions, and what was asked for, cannot: all of a path with what brings its values, of symbols
        only themselves."""
        before = [node for start, node in made.starts.get(path, ()) if start <= line]
        if not before or before[-1] in self._asked or before[-1] in self._excluded:
            return False
        if self._modules.source(before[-1].module).units[before[-1].unit].kind is not UnitKind.PLAIN:
            return False
        self._excluded[before[-1]] = None
        return True

    def failing(self) -> Iterator[tuple[str, int]]:
        """The files and lines of the statements that were left out because they fail when imported."""
        for node in self._excluded:
            root, path = self._modules.place(node.module)
            several = len(self._workspace.roots) > 1
            yield f"{root}:{path}" if several else path, self._modules.source(node.module).units[node.unit].first

    def widen(self, lost: Iterable[int]) -> bool:
        """Takes in more for the hops of the wish that were lost, by number; whether there was more to take."""
        self._widening = self._widening or Widening(self._workspace, self._modules)
        before = len(self._nodes)
        hops = [self._wish.hops[number] for number in lost]
        while len(self._nodes) == before and self._widened < FURTHEST:
            for hop in hops:
                self._nodes.update(dict.fromkeys(self._widening.nodes(*hop, self._widened)))
            self._widened += 1
        return len(self._nodes) > before


class _Assembly:
    def __init__(
        self,
        workspace: Workspace,
        wish: Wish,
        name: str,
        closure: Closure,
        stub_external: bool,
        known: dict[str, Origin],
    ) -> None:
        self.workspace, self.wish, self.name, self.closure = workspace, wish, name, closure
        self.modules = closure.modules
        self.layout = Layout()
        self.stub_external = stub_external
        self.several = len(workspace.roots) > 1
        roots = dict.fromkeys(self.modules.place(each)[0] for each in self._with_file())
        wanted = [root for root in workspace.roots if root.name in roots]
        known.update({root.name: origin_of(workspace, root) for root in wanted if root.name not in known})
        self.origins = {root.name: known[root.name] for root in wanted}

    def _with_file(self) -> list[str]:
        wanted = dict.fromkeys([*self.closure.chosen.modules, *(stub.module for stub in self.closure.stubs)])
        return [each for each in wanted if self.modules.has_file(each)]

    def _all_modules(self) -> list[str]:
        wanted = {*self.closure.chosen.modules, *(stub.module for stub in self.closure.stubs)}
        return sorted({*wanted, *packages_of(wanted)})

    def made(self) -> Slice:
        files: dict[str, bytes] = {}
        packages = packages_of(self._all_modules())
        cutter = Cutter(self.closure, self.layout, self._label)
        names = []
        parts = []
        starts: dict[str, tuple[tuple[int, Node], ...]] = {}
        chosen = self._kept_places()
        for module in self._all_modules():
            has_file = self.modules.has_file(module)
            package = module in packages or not has_file or self.modules.source(module).package
            path = self.layout.path(module, package)
            files[path] = cutter.module(module, self._header(module) if has_file else "")
            begun = [(line, Node(*key)) for key, line in cutter.lines.items() if key[0] == module and key[1] >= 0]
            starts[path] = tuple(sorted(begun))
            names.append(self.layout.module(module))
            here = sum(place == self.modules.place(module) for place in chosen) if has_file else 0
            left = sum(stub.module == module for stub in self.closure.stubs)
            if here or left:
                place = self.modules.place(module) if has_file else ("", "")
                parts.append(Part(path, *place, here, left))
        stubs = self._stubs()
        if stubs or any(b"_left_out import" in content for content in files.values()):
            files["_left_out.py"] = (INSIDE / "_left_out.py").read_bytes()
        external = tuple(sorted(self.closure.chosen.external))
        files["__init__.py"] = self._top(external).encode()
        if self.stub_external and external:
            files["_stand_ins.py"] = (INSIDE / "_stand_ins.py").read_bytes()
        for origin in self.origins.values():
            if origin.text:
                files[licence_name(origin, self.several)] = origin.text
        files["test_smoke.py"] = smoke_test(names, self._symbols()).encode()
        files[MANIFEST] = self._manifest(external).encode()
        lines = sum(self.closure.lines(node) for node in self.closure.chosen.kept)
        return Slice(
            self.name,
            self.wish.title,
            dict(sorted(files.items())),
            starts,
            tuple(names),
            tuple(parts),
            tuple((self._inner(caller), self._inner(callee)) for caller, callee in self.wish.hops),
            self._kept(),
            lines,
            stubs,
            external,
            self.stub_external,
            tuple(self.origins.values()),
        )

    def _label(self, root: str, path: str) -> str:
        return f"{root}:{path}" if self.several else path

    def _header(self, module: str) -> str:
        root, path = self.modules.place(module)
        return header(self.origins[root], path, self.several)

    def _top(self, external: Sequence[str]) -> str:
        lines = [f'"""{_plain(self.wish.title)}, cut out of {_plain(self.workspace.name)}.', ""]
        for origin in self.origins.values():
            revision = f" at {origin.revision}" if origin.revision else ""
            licence = licence_name(origin, self.several) if origin.licence else "no licence file found"
            lines.append(_plain(f"Source: {origin.source}{revision} (licence: {licence})."))
        lines.append('"""')
        if self.stub_external and external:
            listed = ", ".join(f'"{each}"' for each in external)
            lines += ["", "from ._stand_ins import install", "", f"install([{listed}])"]
        return "\n".join(lines) + "\n"

    # Symbols

    def _inner(self, symbol: Symbol) -> tuple[str, str]:
        """The module of a symbol within the slice, and its id within the module."""
        module = self.modules.module_of(symbol)
        plain = symbol.id.removeprefix(f"{symbol.root}:")
        return self.layout.module(module), plain.removeprefix(module).removeprefix(".")

    def _symbols(self) -> list[tuple[str, str]]:
        """What the smoke test looks for: functions, classes and members, not what functions define inside."""
        found: dict[tuple[str, str], None] = {}
        for symbol in self.wish.symbols:
            if symbol.kind is SymbolKind.MODULE:
                continue
            module = self.modules.module_of(symbol)
            place = self.modules.source(module).unit_at(symbol.line)
            if place is None or place[0].kind not in (UnitKind.FUNCTION, UnitKind.CLASS):
                continue
            unit, member = place
            name = next(iter(unit.binds)) + (f".{member.name}" if member else "")
            found[self.layout.module(module), name] = None
        return list(found)

    def _kept_places(self) -> list[tuple[str, str]]:
        return [(symbol.root, symbol.file) for symbol in self._kept()]

    def _kept(self) -> tuple[Symbol, ...]:
        """The functions, classes and methods of the workspace that are kept."""
        wanted: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for node in self.closure.chosen.kept:
            unit = self.closure.unit(node)
            if node.member:
                spans = [(each.lineno, each.lineno) for each in unit.members[node.member].nodes]
            else:
                spans = [(each.lineno, each.lineno) for each in unit.nodes]
            wanted.setdefault(self.modules.place(node.module), []).extend(spans)
        found = []
        for (root, path), spans in wanted.items():
            lines = sorted({line for span in spans for line in span})
            marks = ",".join("?" * len(lines))
            condition = f"symbols.root = ? AND files.path = ? AND symbols.line IN ({marks})"
            numbers = self.workspace.graph.where(condition, (root, path, *lines))
            found += [
                symbol
                for symbol in self.workspace.graph.symbols(numbers)
                if symbol.kind in (SymbolKind.FUNCTION, SymbolKind.METHOD, SymbolKind.CLASS)
            ]
        return tuple(found)

    def _stubs(self) -> tuple[LeftOutPlace, ...]:
        found = []
        for stub in self.closure.stubs:
            if not self.modules.has_file(stub.module):
                found.append(LeftOutPlace(f"{stub.module}.{stub.name}", "", 0))
                continue
            source = self.modules.source(stub.module)
            label = self._label(source.root, source.path)
            if stub.unit < 0:
                found.append(LeftOutPlace(f"{stub.module}.{stub.name}", label, 0))
                continue
            unit = source.units[stub.unit]
            line = unit.members[stub.member].nodes[0].lineno if stub.member else unit.nodes[0].lineno
            name = f"{next(iter(unit.binds))}.{stub.member}" if stub.member else stub.name
            found.append(LeftOutPlace(f"{stub.module}.{name}", label, line))
        return tuple(found)

    def _manifest(self, external: Sequence[str]) -> str:
        links = []
        for symbol in self._kept():
            module, name = self._inner(symbol)
            if "~" not in name:
                links.append((f"{self.name}.{module}.{name}", symbol.id))
        revisions = [origin.revision for origin in self.origins.values()]
        chains = {"path": [(caller.id, callee.id) for caller, callee in self.wish.hops]} if self.wish.is_path else {}
        return manifest(
            _identity(self.name),
            self.wish.title,
            self.workspace.name,
            revisions[0] if len(revisions) == 1 else "",
            list(dict.fromkeys(links)),
            chains,
            [] if self.stub_external else _distributions(external),
        )


def _distributions(packages: Sequence[str]) -> list[str]:
    """What pip calls packages, as far as they are installed here; else their own names."""
    if not packages:
        return []
    from importlib.metadata import packages_distributions

    known = packages_distributions()
    return sorted({next(iter(known.get(each, ())), each) for each in packages})


def _plain(text: str) -> str:
    return text.replace("\\", "/").replace('"', "'")


def _identity(name: str) -> str:
    plain = "".join(each if each.isascii() and each.isalnum() else "-" for each in name.lower())
    return plain.strip("-")[:64] or "slice"
