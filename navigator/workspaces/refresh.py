"""Brings a workspace's index up to date: sources → facts → program → graph → index."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from pathlib import Path

import msgspec

from navigator import facts, linking
from navigator.callgraph import Problem
from navigator.index import DamagedIndex, Home, Store, StoredFile, StoredGraph
from navigator.index.graph_writer import write_graph
from navigator.index.locks import exclusive, lock_file, shared
from navigator.index.pruning import prune, prune_lock
from navigator.sources import DamagedError
from navigator.workspaces.assembly import Assembly
from navigator.workspaces.dependencies import Dependencies, dependencies_of
from navigator.workspaces.errors import NothingToIndex
from navigator.workspaces.extraction import collector_paused
from navigator.workspaces.fan_out import expect
from navigator.workspaces.opening import OpenRoot, open_roots
from navigator.workspaces.program import CodeFile
from navigator.workspaces.progress import Progress, silent
from navigator.workspaces.settings import Kept, Place, Settings, decode_kept, encode_kept
from navigator.workspaces.snapshot_key import RootContent, facts_version, graph_key

WAIT_SECONDS = 600.0


class Refreshed(msgspec.Struct, frozen=True):
    """What a refresh did. ``parsed`` and ``reused`` count contents; ``linked`` tells whether a graph was computed."""

    workspace: str
    graph: str
    files: int
    parsed: int
    reused: int
    linked: bool
    changed: bool
    """Whether the workspace's graph is another one than before."""
    problems: tuple[Problem, ...]
    message: str
    """What the user should know about the index itself; mostly empty."""


def refresh(
    home: Home,
    name: str,
    settings: Settings,
    *,
    jobs: int | None = None,
    executor: Executor | None = None,
    progress: Progress = silent,
    waiting: Callable[[], None] = lambda: None,
    leftovers: list[object] | None = None,
    make_current: bool = True,
) -> Refreshed:
    """Indexes a workspace, doing only what its sources' changes ask for, and makes it the current one unless told
    otherwise.

    Until the very end the workspace answers from its previous graph, whatever happens. ``jobs`` bounds the worker
    processes; an ``executor`` takes their place. ``waiting`` is called when another process has the workspace.
    ``leftovers`` is as for ``navigator.linking.link``.
    Raises the errors of ``navigator.sources`` and ``navigator.index``, and those of this package about what to index.
    """
    with exclusive(lock_file(home.locks, name), seconds=WAIT_SECONDS, waiting=waiting), Store.open(home) as store:
        work = _Refresh(home, store, name, settings, jobs, executor, progress, leftovers, make_current)
        with shared(prune_lock(home)):
            try:
                done = work.run()
            except DamagedError:
                # A file was saved between being listed and being read: take the folder anew, once.
                done = work.run()
        if done.changed:
            prune(home, store)
        return done


class _Made(msgspec.Struct, frozen=True):
    """A graph that is on disk, and what is told of it."""

    key: str
    files: Sequence[StoredFile]
    problems: tuple[Problem, ...]
    dependencies: tuple[str, ...]
    models: tuple[str, ...] = ()
    parsed: int = 0
    reused: int = 0
    linked: bool = False


class _Refresh(msgspec.Struct):
    home: Home
    store: Store
    name: str
    settings: Settings
    jobs: int | None
    executor: Executor | None
    progress: Progress
    leftovers: list[object] | None
    make_current: bool

    def run(self) -> Refreshed:
        before = self.store.workspace(self.name)
        with open_roots(self.settings, self.home.downloads, self.progress) as roots:
            if not any(root.files for root in roots):
                wanted = ", ".join(self.settings.sources)
                raise NothingToIndex(f"no code in {wanted}; check the path and the --include and --exclude globs")
            if self.executor is None:
                self._expect([file for root in roots for file in root.files])
            taken = [root.name for root in roots]
            with dependencies_of(self.settings.with_deps, taken, self.progress) as dependencies:
                led_to = _dependencies_of(before.settings) if before is not None else ()
                made = self._found(roots, dependencies, led_to) or self._make(roots, dependencies)
            kept = Kept(self.settings, tuple(Place(root.name, root.folder) for root in roots), made.dependencies)
            digests = sorted({*made.models, *(file.digest for file in made.files)})
            self.store.register(self.name, encode_kept(kept), made.key, digests)
            if self.make_current:
                self.store.make_current(self.name)
        return Refreshed(
            self.name,
            made.key,
            len(made.files),
            made.parsed,
            made.reused,
            made.linked,
            before is None or before.graph != made.key,
            made.problems,
            self.store.message,
        )

    def _expect(self, files: Sequence[CodeFile]) -> None:
        """Has processes get ready if there is code enough for them that was never read before."""
        read = self.store.known((file.content for file in files), facts_version(facts.VERSION))
        new = [file for file in files if file.content not in read]
        expect(sum(file.size for file in new), self.jobs, {file.language for file in new})

    def _key(self, roots: Iterable[OpenRoot], dependencies: Dependencies | None, led_to: Sequence[str]) -> str:
        """The graph's key if imports lead to the distributions ``led_to``."""
        contents = [_content(root) for root in roots]
        installed: list[tuple[str, str]] = []
        if dependencies is not None:
            installed = dependencies.installed
            contents.extend(_content(root) for root in dependencies.content(led_to))
        return graph_key(contents, self.settings, installed, facts.VERSION, linking.VERSION)

    def _found(
        self, roots: Sequence[OpenRoot], dependencies: Dependencies | None, led_to: tuple[str, ...]
    ) -> _Made | None:
        """A graph of just these sources that is already there and whole."""
        key = self._key(roots, dependencies, led_to)
        if not self.home.graph(key).exists():
            return None
        try:
            graph = StoredGraph.open(self.home.graph(key))
        except DamagedIndex:
            return None
        try:
            whole = graph.key == key and graph.sound()
            return _Made(key, graph.files(), graph.problems, led_to) if whole else None
        finally:
            graph.close()

    def _make(self, roots: Sequence[OpenRoot], dependencies: Dependencies | None) -> _Made:
        assembly = Assembly(
            self.store, jobs=self.jobs, executor=self.executor, progress=self.progress, leftovers=self.leftovers
        )
        if self.leftovers is not None:
            self.leftovers.append(assembly)
        with collector_paused():
            made = assembly.run(
                roots, self.settings.import_roots, dependencies, [Path(file) for file in self.settings.knowledge]
            )
            if self.leftovers is not None:
                gc.freeze()
        key = self._key(roots, dependencies, made.dependencies)
        self.progress("writing the index", 0, None)
        write_graph(self.home.graph(key), key, made.graph, made.files)
        if self.leftovers is not None:
            self.leftovers.append(made)
        return _Made(
            key,
            made.files,
            made.graph.problems,
            made.dependencies,
            made.models,
            made.parsed,
            made.reused,
            linked=True,
        )


def _dependencies_of(settings: bytes) -> tuple[str, ...]:
    try:
        return decode_kept(settings).dependencies
    except msgspec.MsgspecError:
        return ()


def _content(root: OpenRoot) -> RootContent:
    return RootContent(
        root.name,
        root.source,
        root.snapshot.revision,
        root.top,
        root.import_roots,
        [(entry.path, entry.digest, entry.role) for entry in root.snapshot.entries],
        root.problems,
    )
