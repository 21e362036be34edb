"""Checks a reproduction without running it: manifest, links on both sides, coverage of the upstream's chains."""

from __future__ import annotations

import msgspec

from navigator.errors import NavigatorError
from navigator.runs.finding import Reproduction
from navigator.runs.links import ChainCoverage, coverage, resolve_links
from navigator.runs.sides import open_own, open_upstream
from navigator.workspaces import Progress
from navigator.workspaces.progress import silent


class Checked(msgspec.Struct, frozen=True):
    """``upstream`` is the workspace that was asked, ``faults`` the links and requirements that do not hold."""

    id: str
    upstream: str
    links: int
    faults: tuple[str, ...]
    chains: tuple[ChainCoverage, ...]
    notes: tuple[str, ...]

    @property
    def sound(self) -> bool:
        return not self.faults


def check(reproduction: Reproduction, workspace: str | None = None, progress: Progress = silent) -> Checked:
    """Checks one reproduction against ``workspace``, or the one that its manifest names."""
    manifest = reproduction.manifest
    if not manifest.workspace and workspace is None:
        return Checked(manifest.id, "", 0, (), (), ("it mirrors no workspace, so there are no links to check",))
    faults: list[str] = []
    try:
        upstream = open_upstream(reproduction, workspace, progress)
    except NavigatorError as error:
        return Checked(manifest.id, workspace or manifest.workspace, len(manifest.links), (str(error),), (), ())
    with upstream.workspace as other, open_own(reproduction, progress) as own:
        links = resolve_links(manifest, own, other)
        faults += [f"link {fault.message}" for fault in links.faults]
        covered = coverage(manifest, other, links.linked)
        notes = (upstream.note,) if upstream.note else ()
        return Checked(manifest.id, other.name, len(manifest.links), tuple(faults), covered, notes)
