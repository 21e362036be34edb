"""Reads the packages of an environment where imports lead, and no further."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from navigator.workspaces.import_roots import ModuleName, names_by_path
from navigator.workspaces.imports import Import, Summary
from navigator.workspaces.opening import PYTHON_SUFFIXES, OpenRoot
from navigator.workspaces.program import PYTHON, CodeFile
from navigator.workspaces.progress import Progress

if TYPE_CHECKING:
    from navigator.sources.installed import Distribution

Obtain = Callable[[Sequence[tuple[OpenRoot, CodeFile]]], Mapping[tuple[str, str], Summary]]
"""Extracts files and gives all summaries known so far, by content."""


class Dependency:
    """One distribution as a root of which only the reached files count."""

    def __init__(self, root: OpenRoot) -> None:
        self.root = root
        self.names: dict[str, ModuleName] = names_by_path(file.path for file in root.files if file.language == PYTHON)
        self._by_module = {self.names[file.path].name: file for file in root.files if file.path in self.names}
        self.reached: dict[str, CodeFile] = {}

    def reach(self, module: str) -> list[CodeFile]:
        """The files that importing ``module`` runs and that were not reached before: its packages' and its own."""
        new = []
        parts = module.split(".")
        for end in range(1, len(parts) + 1):
            file = self._by_module.get(".".join(parts[:end]))
            if file is not None and file.path not in self.reached:
                self.reached[file.path] = file
                new.append(file)
        return new


class Dependencies:
    """The packages of one environment; a distribution is read when something asks for it."""

    def __init__(self, environment: str, taken: Iterable[str], progress: Progress, stack: ExitStack) -> None:
        from navigator.sources.installed import packages_of

        self._packages = packages_of(Path(environment))
        self._taken = set(taken)
        self._progress = progress
        self._stack = stack
        self._open: dict[str, Dependency] = {}

    @property
    def installed(self) -> list[tuple[str, str]]:
        """Name and version of every distribution."""
        return [(each.name, each.version) for each in self._packages.distributions]

    def content(self, names: Iterable[str]) -> list[OpenRoot]:
        """The named distributions that are still there, opened."""
        wanted = set(names)
        return [self._dependency(each).root for each in self._packages.distributions if each.name in wanted]

    def _dependency(self, distribution: Distribution) -> Dependency:
        known = self._open.get(distribution.name)
        if known is None:
            distributed = distribution.snapshot(suffixes=PYTHON_SUFFIXES, progress=self._progress)
            snapshot = self._stack.enter_context(distributed)
            name = distribution.name
            while name in self._taken:
                name += "-installed"
            known = self._open[distribution.name] = Dependency(OpenRoot(name, snapshot, ""))
        return known

    def follow(
        self, own: Iterable[tuple[str, bool, Summary]], own_names: Iterable[str], obtain: Obtain
    ) -> list[Dependency]:
        """The distributions that the program's imports lead to, in order of name, with the files reached in each.

        ``own`` gives for each of the program's files its module name, whether it is a package, and its imports;
        ``own_names`` are top-level names that the program has itself.
        """
        asked: set[str] = set(own_names)
        wanted = {name for module in own for name in imported_modules(*module)}
        seen: set[str] = set()
        while wanted:
            new: list[tuple[Dependency, CodeFile]] = []
            for name in sorted(wanted - seen):
                top = name.partition(".")[0]
                if top not in asked:
                    for distribution in self._packages.providing(top):
                        dependency = self._dependency(distribution)
                        new.extend((dependency, file) for file in dependency.reach(name))
            seen |= wanted
            wanted = set()
            if new:
                summaries = obtain([(dependency.root, file) for dependency, file in new])
                for dependency, file in new:
                    module = dependency.names[file.path]
                    wanted.update(imported_modules(module.name, module.package, summaries.get(file.content, ())))
        return [self._open[name] for name in sorted(self._open) if self._open[name].reached]


def imported_modules(module: str, package: bool, imports: Iterable[Import]) -> Iterator[str]:
    """The full names that a module's imports may mean: each module, and each imported name as a submodule."""
    parts = module.split(".")
    for line in imports:
        base = line.module
        if line.level:
            inside = parts[: max(0, len(parts) + package - line.level)]
            base = ".".join([*inside, *filter(None, [line.module])])
        if base:
            yield f"{base}.{line.name}" if line.name else base


@contextmanager
def dependencies_of(environment: str, taken: Iterable[str], progress: Progress) -> Iterator[Dependencies | None]:
    """The packages of an environment, or ``None`` where none is named; closed when the block is left."""
    if not environment:
        yield None
        return
    with ExitStack() as stack:
        yield Dependencies(environment, taken, progress, stack)
