"""One snapshot for each installed distribution, taken only when somebody asks for it."""

from __future__ import annotations

import functools
import os
from collections.abc import Collection, Sequence
from pathlib import Path

from packaging.utils import canonicalize_name

from navigator.sources.drafting import Draft
from navigator.sources.errors import NotFoundError, SpecError
from navigator.sources.folder import open_folder, read_regular
from navigator.sources.installed.environments import package_folders
from navigator.sources.installed.records import (
    editable_project,
    files_below,
    import_names,
    import_names_of_project,
    name_and_version,
    recorded_files,
    top_level_names,
)
from navigator.sources.limits import Limits
from navigator.sources.names import one_line, printable
from navigator.sources.request import Progress, Request
from navigator.sources.roles import is_bundle_mark
from navigator.sources.selection import Selection
from navigator.sources.snapshot import Snapshot

_PREFIX = "installed:"


class Distribution:
    """One installed distribution. ``name`` is normalised (PEP 503), ``folder`` is where its files lie."""

    def __init__(self, environment: Path, metadata: Path) -> None:
        name, self.version = name_and_version(metadata)
        self.name: str = canonicalize_name(name)
        self.folder = metadata.parent
        self._environment, self._metadata = environment, metadata

    def __repr__(self) -> str:
        return f"<Distribution {self.name} {self.version}>"

    @functools.cached_property
    def editable(self) -> Path | None:
        """The project's folder, where the installation only points at it."""
        return editable_project(self._metadata)

    @functools.cached_property
    def import_names(self) -> frozenset[str]:
        """The top-level names it lets a program import."""
        if self.editable is not None:
            return frozenset(top_level_names(self._metadata) or import_names_of_project(self.editable))
        return frozenset(import_names(self._files) or top_level_names(self._metadata))

    @functools.cached_property
    def _files(self) -> list[str]:
        recorded = recorded_files(self._metadata)
        if recorded is not None:
            return recorded
        names = top_level_names(self._metadata) or [self.name.replace("-", "_")]
        return list(files_below(self.folder, [name for name in names if name.isidentifier()]))

    def snapshot(
        self,
        *,
        suffixes: Collection[str],
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
        progress: Progress | None = None,
        limits: Limits | None = None,
    ) -> Snapshot:
        """Its files below the folder of packages; of an editable installation, the project's folder."""
        return self.snapshot_for(Request(Selection(suffixes, include, exclude, limits), Path(), progress))

    def snapshot_for(self, request: Request) -> Snapshot:
        source = f"{_PREFIX}{printable(str(self._environment))}#{self.name}"
        if self.editable is not None:
            return open_folder(self.editable, request, name=self.name, source=source, revision=printable(self.version))
        draft = Draft(request.selection)
        try:
            self._take(draft, request)
        except BaseException:
            draft.discard()
            raise
        return draft.finish(self.name, source, printable(self.version))

    def _take(self, draft: Draft, request: Request) -> None:
        for path in self._files:
            outer, _, inner = path.rpartition("/")[0].rpartition("/")
            if outer and is_bundle_mark(inner):
                draft.bundles.add(outer)
        wanted = sorted({path for path in self._files if request.selection.wants(path)})
        for number, path in enumerate(wanted):
            if number % 128 == 0:
                request.report(f"reading {self.name}", number, len(wanted))
            try:
                # Some installers link every file to their cache.
                place = os.path.realpath(self.folder / path)
                content, size = read_regular(place, request.selection.limits.file_size)
            except (OSError, ValueError) as error:
                draft.problem(path, f"cannot be read: {getattr(error, 'strerror', '') or error}; left out")
                continue
            if content is None:
                draft.too_large(path, size)
            else:
                draft.keep(path, content)
                draft.add(path, path)


class InstalledPackages:
    """The distributions of an environment by name; of two with one name the first found counts, as for imports."""

    def __init__(self, environment: Path) -> None:
        found: dict[str, Distribution] = {}
        for folder in package_folders(environment):
            for metadata in sorted([*folder.glob("*.dist-info"), *folder.glob("*.egg-info")]):
                distribution = Distribution(environment.resolve(), metadata)
                found.setdefault(distribution.name, distribution)
        self.distributions = tuple(found[name] for name in sorted(found))
        self._by_name = found

    def __getitem__(self, name: str) -> Distribution:
        """Raises ``NotFoundError``."""
        try:
            return self._by_name[canonicalize_name(name)]
        except KeyError:
            raise NotFoundError(f"the environment has no distribution {one_line(name, 80)}") from None

    def providing(self, import_name: str) -> tuple[Distribution, ...]:
        """The distributions from which this top-level name can be imported: several for a namespace package."""
        return self._by_import_name.get(import_name, ())

    @functools.cached_property
    def _by_import_name(self) -> dict[str, tuple[Distribution, ...]]:
        providers: dict[str, tuple[Distribution, ...]] = {}
        for distribution in self.distributions:
            for name in sorted(distribution.import_names):
                providers[name] = (*providers.get(name, ()), distribution)
        return providers


def packages_of(environment: Path) -> InstalledPackages:
    """The packages installed in a virtual environment, an interpreter's prefix or a folder of packages.

    Raises ``NotFoundError`` when ``environment`` is none of these.
    """
    return InstalledPackages(environment)


def open_installed(spec: str, request: Request) -> Snapshot:
    """``installed:ENVIRONMENT#NAME``"""
    place, hash_sign, name = spec.removeprefix(_PREFIX).rpartition("#")
    if not hash_sign or not place or not name:
        raise SpecError(f"{one_line(spec, 120)}: write installed:ENVIRONMENT#NAME")
    return InstalledPackages(Path(place).expanduser())[name].snapshot_for(request)
