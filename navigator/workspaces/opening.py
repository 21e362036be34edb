"""Opens the sources of a workspace as named roots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from navigator.callgraph import Problem, Root
from navigator.facts import language_of
from navigator.sources import Snapshot, open_source
from navigator.workspaces.packaging_metadata import METADATA_FILES, is_metadata
from navigator.workspaces.program import CodeFile, top_name, without_shadowed_stubs
from navigator.workspaces.progress import Progress
from navigator.workspaces.settings import Settings

CODE_SUFFIXES = (".py", ".pyi")


class OpenRoot:
    """One root: an open snapshot under a name that no other root of the workspace has."""

    def __init__(self, name: str, snapshot: Snapshot, folder: str) -> None:
        self.name = name
        self.snapshot = snapshot
        self.folder = folder
        """Where the files lie on disk and may change; empty for anything pinned."""
        self.top = top_name(snapshot.name, folder)
        """The import name that the top folder has if it is a package."""
        self.files = without_shadowed_stubs(
            CodeFile(entry.path, entry.digest, entry.size, entry.role, language)
            for entry in snapshot.entries
            if not is_metadata(entry.path) or entry.path.endswith(".py")
            if (language := language_of(entry.path)) is not None
        )
        self.problems: tuple[Problem, ...] = snapshot.problems

    @property
    def record(self) -> Root:
        return Root(self.name, self.snapshot.source, self.snapshot.revision)

    def metadata(self) -> dict[str, bytes]:
        return dict(self.snapshot.read_many(e.path for e in self.snapshot.entries if is_metadata(e.path)))


@contextmanager
def open_roots(settings: Settings, cache: Path, progress: Progress) -> Iterator[list[OpenRoot]]:
    """All sources of a workspace, in the order given; closed when the block is left."""
    with ExitStack() as stack:
        snapshots = []
        for spec in settings.sources:
            snapshot = open_source(
                spec,
                include=settings.include,
                exclude=settings.exclude,
                suffixes=(*CODE_SUFFIXES, *METADATA_FILES),
                progress=progress,
                cache_dir=cache,
            )
            snapshots.append(stack.enter_context(snapshot))
        names = distinct([snapshot.name for snapshot in snapshots])
        yield [
            OpenRoot(name, snapshot, spec if Path(spec).is_dir() and not snapshot.revision else "")
            for name, snapshot, spec in zip(names, snapshots, settings.sources, strict=True)
        ]


def distinct(names: Sequence[str]) -> list[str]:
    """The names, later ones numbered where they repeat; without the colon that ids use."""
    taken: set[str] = set()
    result = []
    for name in names:
        plain = name.replace(":", "-") or "root"
        chosen, number = plain, 1
        while chosen in taken:
            number += 1
            chosen = f"{plain}-{number}"
        taken.add(chosen)
        result.append(chosen)
    return result
