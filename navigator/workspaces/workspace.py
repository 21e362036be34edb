"""One open workspace: every question that can be asked of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from navigator.callgraph import Call, Certainty, Role, Root, Symbol
from navigator.callgraph.queries import Direction, GraphReader, distances, simple_paths, tree
from navigator.callgraph.views import Subgraph, View, select
from navigator.index import Store, StoredFile, StoredGraph
from navigator.index.symbol_search import containing
from navigator.workspaces.answers import (
    Edge,
    Edges,
    Found,
    Health,
    Hop,
    Impact,
    Paths,
    Reached,
    Reason,
    ReproductionFolder,
    SourceText,
    Why,
)
from navigator.workspaces.errors import MissingSource, NoSuchCall
from navigator.workspaces.settings import Kept
from navigator.workspaces.staleness import changed_files
from navigator.workspaces.symbols import resolve, with_constructors, with_members

if TYPE_CHECKING:
    from navigator.workspaces.saved_views import SavedViews

DEFAULT_FOUND = 50
DEFAULT_PATHS = 20


class Workspace:
    """Answers from the graph that was current when it was opened. Close it, or use it in a ``with`` block.

    A symbol is named by its id, its dotted name, an unambiguous end of it, or ``file.py:LINE``; the methods raise
    UnknownSymbol and AmbiguousSymbol. Guessed calls count only where ``guesses`` is true.
    """

    def __init__(self, name: str, kept: Kept, indexed: float, store: Store, graph: StoredGraph) -> None:
        self.name = name
        self.settings = kept.settings
        self.indexed = indexed
        """When the graph was made, in seconds since the epoch."""
        self.graph = graph
        self._store = store
        self._folders = {place.root: place.folder for place in kept.places}
        self._files: dict[tuple[str, str], StoredFile] | None = None

    def close(self) -> None:
        self.graph.close()
        self._store.close()

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def roots(self) -> tuple[Root, ...]:
        return self.graph.roots

    def reproduction_folders(self) -> tuple[ReproductionFolder, ...]:
        """Where the workspace file says that reproductions are, in its order. What is in them may only run where the
        user trusts the folder (``navigator trust``)."""
        if not self.settings.reproductions:
            return ()
        from navigator.workspaces.user_settings import Trust

        trust = Trust(self._store.home)
        return tuple(ReproductionFolder(each, trust.holds(Path(each))) for each in self.settings.reproductions)

    def folders(self) -> dict[str, str]:
        """Where the files of the roots that are folders lie, by the root's name."""
        return {root: folder for root, folder in self._folders.items() if folder}

    def gone(self) -> list[str]:
        """Folders that were indexed and are no longer there."""
        return [folder for folder in self._folders.values() if folder and not Path(folder).is_dir()]

    def folder(self, root: str) -> str:
        """Where a root's files lie on disk and may change; empty for anything pinned."""
        return self._folders.get(root, "")

    def further_files(self, root: str, names: Collection[str]) -> dict[str, bytes]:
        """Files of a pinned root that are no code, by path; ``names`` are endings or globs. Empty for a folder, and
        where the source can no longer be read from what is kept of it."""
        from navigator.errors import NavigatorError
        from navigator.sources import open_source
        from navigator.workspaces.specs import pinned_spec, unpinned_spec

        for settings, record in zip(self.settings.roots, self.roots, strict=False):
            if record.name != root or not record.revision:
                continue
            # What was read is kept; asking for the newest would need the network.
            spec = settings.local or pinned_spec(unpinned_spec(settings.source), record.revision)
            cache = self._store.home.downloads
            try:
                with open_source(spec, folder=settings.folder, suffixes=names, cache_dir=cache) as snapshot:
                    return dict(snapshot.read_many(entry.path for entry in snapshot.entries))
            except NavigatorError:
                return {}
        return {}

    def label(self, symbol: Symbol, file: str = "") -> str:
        """A file as people see it: its path, after its root's name where there are several roots."""
        path = file or symbol.file
        return f"{symbol.root}:{path}" if len(self.roots) > 1 else path

    def permalink(self, symbol: Symbol, line: int = 0) -> str:
        """The address under which a symbol, or a line of its file, can be read; empty where none is known."""
        if not symbol.file:
            return ""
        from navigator.workspaces.permalinks import permalink

        number, root = next((each, root) for each, root in enumerate(self.roots) if root.name == symbol.root)
        written = self.settings.roots
        pattern = written[number].permalink if number < len(written) else ""
        return permalink(root, symbol.file, line or symbol.line, pattern)

    # Symbols and source

    def find(self, text: str, *, limit: int = DEFAULT_FOUND) -> Found:
        """Symbols whose name holds ``text``, in any case."""
        numbers, total = containing(self.graph, text, limit)
        return Found(text, tuple(self.graph.symbols(numbers)), total)

    def resolve(self, text: str) -> tuple[Symbol, ...]:
        """The definitions that ``text`` names; several only where one name is defined several times."""
        return tuple(self.graph.symbols(resolve(self.graph, text)))

    def source(self, symbol: Symbol) -> SourceText:
        """The text of a symbol's lines as indexed; none for externals."""
        if not symbol.file:
            return SourceText(symbol, 0, (), ())
        lines = self.text(symbol.root, symbol.file).split("\n")
        if lines and not lines[-1]:
            lines.pop()
        stale = self._stale([(symbol.root, symbol.file)])
        return SourceText(symbol, symbol.line, tuple(lines[symbol.line - 1 : symbol.end_line]), stale)

    def text(self, root: str, path: str) -> str:
        """A whole indexed file, line ends made uniform; raises MissingSource."""
        return decode_source(self.content(root, path))

    def content(self, root: str, path: str) -> bytes:
        """A whole indexed file, byte for byte; raises MissingSource."""
        digest = self.graph.digest(root, path)
        content = self._store.source(digest) if digest else None
        if content is None:
            raise MissingSource(f"the index no longer holds {path}; run `navigator index -w {self.name}`")
        return content

    # Calls

    def callers(self, text: str, *, depth: int = 1, guesses: bool = False) -> Edges:
        """Who calls the symbol; for a class, who calls its constructors too."""
        return self._edges(text, Direction.CALLERS, depth, guesses)

    def callees(self, text: str, *, depth: int = 1, guesses: bool = False) -> Edges:
        """What the symbol calls, in the order of its call sites, and its sites without a known callee."""
        return self._edges(text, Direction.CALLEES, depth, guesses)

    def _edges(self, text: str, direction: Direction, depth: int, guesses: bool) -> Edges:
        numbers = resolve(self.graph, text)
        starts = with_constructors(self.graph, numbers)
        reader = self._reader(guesses)
        edges: list[Edge] = []
        for start in starts:
            for branch in tree(reader, start, direction, depth):
                upwards = direction is Direction.CALLERS
                ends = (branch.symbol, branch.parent) if upwards else (branch.parent, branch.symbol)
                caller, callee = self.graph.symbols(ends)
                for call in self._calls(*ends, guesses):
                    edges.append(Edge(branch.depth, caller, callee, call, branch.repeated))
        if depth == 1:
            edges.sort(key=lambda edge: _position(edge.call, edge.caller))
        unresolved = [
            site for start in starts if direction is Direction.CALLEES for site in self.graph.unresolved_in(start)
        ]
        shown = {(edge.caller.root, edge.call.file) for edge in edges}
        of = tuple(self.graph.symbols(numbers))
        shown.update((symbol.root, site.file) for symbol in of for site in unresolved)
        return Edges(of, direction, tuple(edges), tuple(unresolved), self._stale(shown))

    def _reader(self, guesses: bool) -> GraphReader:
        return self.graph.with_guesses() if guesses else self.graph

    def _calls(self, caller: int, callee: int, guesses: bool) -> list[Call]:
        return [
            self.graph.record(call)
            for call in self.graph.calls_between(caller, callee)
            if guesses or call.certainty is not Certainty.GUESS
        ]

    def paths(self, source: str, target: str, *, maximum: int = 1, guesses: bool = False) -> Paths:
        """Up to ``maximum`` paths of calls, shortest first; from and to a class means its constructors too."""
        ends = resolve(self.graph, source), resolve(self.graph, target)
        starts, goals = (with_constructors(self.graph, numbers) for numbers in ends)
        found = list(simple_paths(self._reader(guesses), starts, goals, maximum + 1))
        paths = tuple(self._hops(path, guesses) for path in found[:maximum])
        shown = {(hop.symbol.root, hop.symbol.file) for path in paths for hop in path}
        return Paths(
            tuple(self.graph.symbols(ends[0])),
            tuple(self.graph.symbols(ends[1])),
            paths,
            len(found) <= maximum,
            self._stale(shown),
        )

    def _hops(self, path: Sequence[int], guesses: bool) -> tuple[Hop, ...]:
        symbols = self.graph.symbols(path)
        hops = [Hop(symbols[0], ())]
        for place in range(1, len(path)):
            hops.append(Hop(symbols[place], tuple(self._calls(path[place - 1], path[place], guesses))))
        return tuple(hops)

    def called_as(self, text: str) -> tuple[str, ...]:
        """The ids of the definitions that ``text`` names, and of a class's constructors: a focus for a View."""
        numbers = with_constructors(self.graph, resolve(self.graph, text))
        return tuple(symbol.id for symbol in self.graph.symbols(numbers))

    def subgraph(self, view: View) -> Subgraph:
        """What a view shows. Guessed calls are followed where its certainties include them, or are empty."""
        guesses = not view.certainties or Certainty.GUESS in view.certainties
        return select(view, self.graph, self._reader(guesses))

    @property
    def saved_views(self) -> SavedViews:
        from navigator.workspaces.saved_views import SavedViews

        return SavedViews(self._store.home, self.name)

    def impact(self, text: str, *, depth: int | None = None, guesses: bool = False) -> Impact:
        """Who calls the symbol directly or indirectly; a class or module counts with all that it defines."""
        numbers = resolve(self.graph, text)
        starts = with_members(self.graph, numbers)
        reached = distances(self._reader(guesses), starts, Direction.CALLERS, depth)
        callers: list[Reached] = []
        tests: list[Reached] = []
        for number, distance in reached.items():
            if distance:
                symbol = self.graph.symbol(number)
                (tests if symbol.role is Role.TEST else callers).append(Reached(symbol, distance))
        shown = {(each.symbol.root, each.symbol.file) for each in (*callers, *tests)}
        return Impact(tuple(self.graph.symbols(numbers)), tuple(callers), tuple(tests), self._stale(shown))

    def why(self, caller: str, callee: str) -> Why:
        """The evidence of every call from one symbol to another; guesses included. Raises NoSuchCall."""
        callers, callees = resolve(self.graph, caller), resolve(self.graph, callee)
        stored = [
            call
            for source in with_constructors(self.graph, callers)
            for target in with_constructors(self.graph, callees)
            for call in self.graph.calls_between(source, target)
        ]
        source, target = self.graph.symbol(callers[0]), self.graph.symbol(callees[0])
        if not stored:
            raise NoSuchCall(f"{source.name} does not call {target.name}; try `navigator path` for calls in between")
        reasons = tuple(Reason(self.graph.record(call), self.graph.evidence(call)) for call in stored)
        return Why(source, target, reasons, self._stale({(source.root, reason.call.file) for reason in reasons}))

    def health(self) -> Health:
        """Totals, problems, and every file that has changed since it was indexed."""
        return Health(
            self.name,
            self.roots,
            self.graph.totals(),
            self.graph.problems,
            self._stale(self._indexed()),
        )

    def export(self, format: str, *, guesses: bool = False, view: View | None = None) -> Iterator[bytes]:
        """The graph as ``json`` (schema ``navigator.callgraph/1``), ``pycg``, ``graphml`` or ``csv``, in pieces,
        stale or not: the whole of it, or the symbols that a view shows."""
        from navigator.workspaces.export import export

        return export(self.graph, self.name, format, guesses=guesses, view=view)

    # Staleness

    def _indexed(self) -> dict[tuple[str, str], StoredFile]:
        if self._files is None:
            self._files = {(file.root, file.path): file for file in self.graph.files()}
        return self._files

    def _stale(self, shown: Collection[tuple[str, str]]) -> tuple[str, ...]:
        if not any(self._folders.values()):
            return ()
        files: Iterable[StoredFile] = (file for place in sorted(shown) if (file := self._indexed().get(place)))
        several = len(self.roots) > 1
        return tuple(
            f"{file.root}:{file.path}" if several else file.path for file in changed_files(files, self._folders)
        )


def _position(call: Call, caller: Symbol) -> tuple[object, ...]:
    return caller.root, call.file, call.line, call.column, call.end_line, call.end_column, call.callee


def decode_source(content: bytes) -> str:
    """Source text for people: UTF-8 with or without a mark, line ends as ``\\n``, undecodable bytes made visible."""
    text = content.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "backslashreplace")
    return text.replace("\r\n", "\n").replace("\r", "\n")
