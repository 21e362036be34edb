"""Opens the sources of a workspace as named roots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from navigator.callgraph import Problem, Root
from navigator.facts import language_of
from navigator.sources import Snapshot, open_source
from navigator.workspaces.bundles import bundled_modules
from navigator.workspaces.packaging_metadata import METADATA_FILES, is_metadata
from navigator.workspaces.program import CodeFile, top_name, without_shadowed_stubs
from navigator.workspaces.progress import Progress
from navigator.workspaces.script_packages import MANIFEST
from navigator.workspaces.script_projects import PROJECT_FILES, is_project_file
from navigator.workspaces.settings import ImportRoot, RootSettings, Settings
from navigator.workspaces.substitution import local_path

PYTHON_SUFFIXES = (".py", ".pyi")
SCRIPT_SUFFIXES = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")


class OpenRoot:
    """One root: an open snapshot under a name that no other root of the workspace has.

    ``source`` says where it comes from, ``import_roots`` where import names begin.
    """

    def __init__(
        self, name: str, snapshot: Snapshot, folder: str, source: str = "", import_roots: Sequence[ImportRoot] = ()
    ) -> None:
        self.name = name
        self.snapshot = snapshot
        self.folder = folder
        """Where the files lie on disk and may change; empty for anything pinned."""
        self.source = source or snapshot.source
        self.import_roots = tuple(import_roots)
        self.top = top_name(snapshot.name, folder)
        """The import name that the top folder has if it is a package."""
        files = without_shadowed_stubs(
            CodeFile(entry.path, entry.digest, entry.size, entry.role, language)
            for entry in snapshot.entries
            if not is_metadata(entry.path) or entry.path.endswith(".py")
            if (language := language_of(entry.path)) is not None
        )
        bundles = bundled_modules(files, self.manifests(), lambda paths: dict(snapshot.read_many(paths)))
        self.files = [file for file in files if file.path not in bundles]
        self.problems: tuple[Problem, ...] = (*snapshot.problems, *map(_note, bundles.items()))

    @property
    def record(self) -> Root:
        return Root(self.name, self.source, self.snapshot.revision)

    def manifests(self) -> dict[str, bytes]:
        """What says which packages of npm the root holds."""
        paths = (entry.path for entry in self.snapshot.entries)
        return dict(self.snapshot.read_many(path for path in paths if path.rpartition("/")[2] == MANIFEST))

    def projects(self) -> dict[str, bytes]:
        """What says where the root's TypeScript projects find modules."""
        return dict(self.snapshot.read_many(e.path for e in self.snapshot.entries if is_project_file(e.path)))

    def metadata(self) -> dict[str, bytes]:
        return dict(self.snapshot.read_many(e.path for e in self.snapshot.entries if is_metadata(e.path)))


def _note(bundle: tuple[str, int]) -> Problem:
    path, modules = bundle
    return Problem(path, 0, f"not read: a bundle that repeats {modules} files of its package, which are read")


@contextmanager
def open_roots(settings: Settings, cache: Path, progress: Progress) -> Iterator[list[OpenRoot]]:
    """All sources of a workspace, in the order given; closed when the block is left."""
    with ExitStack() as stack:
        snapshots = [stack.enter_context(_snapshot(root, settings, cache, progress)) for root in settings.roots]
        names = distinct([root.name or shot.name for root, shot in zip(settings.roots, snapshots, strict=True)])
        yield [
            OpenRoot(name, snapshot, _folder(root, snapshot), _source(root, snapshot), root.import_roots)
            for name, snapshot, root in zip(names, snapshots, settings.roots, strict=True)
        ]


def _snapshot(root: RootSettings, settings: Settings, cache: Path, progress: Progress) -> Snapshot:
    return open_source(
        root.local or root.spec,
        folder=root.folder,
        include=(*settings.include, *root.include),
        exclude=(*settings.exclude, *root.exclude),
        suffixes=(*PYTHON_SUFFIXES, *SCRIPT_SUFFIXES, *METADATA_FILES, MANIFEST, *PROJECT_FILES),
        progress=progress,
        cache_dir=cache,
    )


def _folder(root: RootSettings, snapshot: Snapshot) -> str:
    """Where a root's files may change, which those of a revision or an archive cannot."""
    place = local_path(root.local or root.spec)
    return str(place / root.folder) if not snapshot.revision and place.is_dir() else ""


def _source(root: RootSettings, snapshot: Snapshot) -> str:
    """What the root was read from. A commit is the same in every clone, so that the clone need not be named."""
    if root.local and root.revision and snapshot.revision.startswith(root.revision):
        return f"{root.spec}#subdirectory={root.folder}" if root.folder else root.spec
    return snapshot.source


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
