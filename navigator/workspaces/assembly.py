"""From open roots to a linked program: obtains facts, names modules, follows dependencies, links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path

import msgspec

from navigator import linking
from navigator.callgraph import CallGraph, Problem
from navigator.index import Store, StoredFile
from navigator.linking import Program, ProgramFile
from navigator.linking.knowledge import read_knowledge
from navigator.workspaces.contents import Content, Contents, Wanted
from navigator.workspaces.dependencies import Dependencies
from navigator.workspaces.errors import BadImportRoot
from navigator.workspaces.import_roots import ModuleName
from navigator.workspaces.imports import Summary
from navigator.workspaces.models import MODELS, Models
from navigator.workspaces.opening import OpenRoot
from navigator.workspaces.program import PYTHON, CodeFile, chosen_roots, folders_of, module_names
from navigator.workspaces.progress import Progress
from navigator.workspaces.script_packages import read_packages
from navigator.workspaces.script_projects import read_projects


class Assembled(msgspec.Struct, frozen=True):
    """A linked program, and what went into it."""

    graph: CallGraph
    files: tuple[StoredFile, ...]
    parsed: int
    reused: int
    dependencies: tuple[str, ...]
    """Distributions that imports led to."""
    models: tuple[str, ...]
    """Digests of the library models that went into it."""


class Assembly:
    """One run of the way from files to a graph."""

    def __init__(
        self,
        store: Store,
        *,
        jobs: int | None,
        executor: Executor | None,
        progress: Progress,
        leftovers: list[object] | None = None,
    ) -> None:
        self._leftovers = leftovers
        self._jobs, self._executor, self._progress = jobs, executor, progress
        self._contents = Contents(store, self._read)
        self._snapshots: dict[str, OpenRoot] = {}
        self._models: Mapping[str, bytes] = {}
        self._parts: list[tuple[OpenRoot, CodeFile, ModuleName]] = []

    def run(
        self,
        roots: Sequence[OpenRoot],
        import_roots: Sequence[str],
        dependencies: Dependencies | None,
        knowledge: Sequence[Path] = (),
    ) -> Assembled:
        """Links all files of ``roots``, and of ``dependencies`` those that imports lead to.

        ``knowledge`` are files of it besides the navigator's own. Raises BadImportRoot and KnowledgeError.
        """
        models = Models(read_knowledge(knowledge))
        self._models = models.sources
        self._obtain([(root, file) for root in roots for file in root.files], models.wanted())
        known = models.understood(self._contents.facts, self._contents.failures)
        self._name(roots, import_roots)
        followed = self._follow(dependencies) if dependencies is not None else []
        self._progress("linking", 0, None)
        several = len(roots) + len(followed) > 1
        problems = [_labelled(problem, root, several) for root in roots for problem in root.problems]
        files = []
        for root, file, module in self._parts:
            found = self._contents.facts.get(file.content)
            if found is not None:
                files.append(ProgramFile(root.name, file.path, module.name, module.package, file.role, found))
                continue
            reason = self._contents.failures.get(file.content, "")
            problem = Problem(file.path, 0, f"could not be read and was left out: {reason}")
            problems.append(_labelled(problem, root, several))
        packages = tuple(each for root in roots for each in read_packages(root.name, root.manifests()))
        projects = tuple(each for root in roots for each in read_projects(root.name, root.projects()))
        graph = linking.link(
            Program(tuple(files), tuple(root.record for root in (*roots, *followed)), packages, projects),
            known,
            leftovers=self._leftovers,
        )
        told = sorted({*problems, *graph.problems}, key=lambda problem: (problem.file, problem.line, problem.message))
        return Assembled(
            msgspec.structs.replace(graph, problems=tuple(told)),
            tuple(
                StoredFile(root.name, file.path, file.digest, file.size, file.role, module.name, file.language)
                for root, file, module in self._parts
            ),
            len(self._contents.parsed - models.contents),
            len(self._contents.reused - models.contents),
            tuple(root.snapshot.name for root in followed),
            tuple(models.sources),
        )

    def _obtain(
        self, wanted: Sequence[tuple[OpenRoot, CodeFile]], models: Iterable[Wanted] = ()
    ) -> Mapping[Content, Summary]:
        for root, _ in wanted:
            self._snapshots[root.name] = root
        files = (Wanted(file.digest, file.language, file.size, root.name, file.path) for root, file in wanted)
        self._contents.obtain(
            (*files, *models),
            jobs=self._jobs,
            executor=self._executor,
            progress=self._progress,
        )
        return self._contents.summaries

    def _read(self, wanted: Iterable[Wanted]) -> Iterator[tuple[Wanted, bytes]]:
        """The bytes of contents, root by root."""
        by_root: dict[str, list[Wanted]] = {}
        for each in wanted:
            by_root.setdefault(each.root, []).append(each)
        for each in by_root.pop(MODELS, ()):
            yield each, self._models[each.digest]
        for name, needed in by_root.items():
            found = self._snapshots[name].snapshot.read_many(each.path for each in needed)
            yield from zip(needed, (content for _, content in found), strict=True)

    def _name(self, roots: Sequence[OpenRoot], import_roots: Sequence[str]) -> None:
        met: set[str] = set()
        for root in roots:
            wishes = chosen_roots(import_roots, root.files, root.folder)
            met.update(wishes)
            chosen = {**dict(wishes.values()), **own_roots(root)}
            summaries = self._contents.summaries
            names = module_names(root.files, summaries, root.top, root.metadata(), chosen)
            self._parts.extend((root, file, names[file.path]) for file in root.files)
        for wish in import_roots:
            if wish not in met:
                raise BadImportRoot(f"no code under the import root {wish}; give a folder relative to the source's top")

    def _follow(self, dependencies: Dependencies) -> list[OpenRoot]:
        python = [(file, module) for _, file, module in self._parts if file.language == PYTHON]
        summaries = self._contents.summaries
        reached = dependencies.follow(
            [(module.name, module.package, summaries.get(file.content, ())) for file, module in python],
            {module.name.partition(".")[0] for _, module in python},
            self._obtain,
        )
        for dependency in reached:
            for path in sorted(dependency.reached):
                self._parts.append((dependency.root, dependency.reached[path], dependency.names[path]))
        return [dependency.root for dependency in reached]


def own_roots(root: OpenRoot) -> dict[str, str]:
    """The folders that a root itself calls import roots, each with the prefix of its names. Raises BadImportRoot."""
    folders = folders_of(root.files)
    for each in root.import_roots:
        if each.folder not in folders:
            raise BadImportRoot(f"root {root.name!r} has no code in {each.folder}, which import-roots names")
    return {each.folder: each.name for each in root.import_roots}


def _labelled(problem: Problem, root: OpenRoot, several: bool) -> Problem:
    return msgspec.structs.replace(problem, file=f"{root.name}:{problem.file}") if several else problem
