"""Lays a kept trace over the graphs that it belongs to: a reproduction's own and its upstream's, or one workspace's."""

from __future__ import annotations

from pathlib import Path

import msgspec

from navigator.runs.conformance import Conformance, judge, resolve_exceptions
from navigator.runs.errors import BadLink, BadManifest, BadTrace
from navigator.runs.finding import Reproduction
from navigator.runs.kept_traces import KeptTrace
from navigator.runs.links import sound_links
from navigator.runs.manifest import read_manifest
from navigator.runs.overlay import Overlay, overlay
from navigator.runs.projection import Projection, project
from navigator.runs.record import RunRecord, Status
from navigator.runs.sides import open_own, open_upstream
from navigator.workspaces import Progress, open_workspace
from navigator.workspaces.progress import silent


class Laid(msgspec.Struct, frozen=True):
    """``overlay`` is on the graph of the traced code itself, ``projection`` on the upstream of a reproduction, and
    ``judged`` says how far it conforms."""

    trace: str
    overlay: Overlay
    projection: Projection | None
    notes: tuple[str, ...]
    judged: Conformance | None = None


def lay(kept: KeptTrace, workspace: str | None = None, progress: Progress = silent) -> Laid:
    """``workspace`` is what a reproduction is projected on instead of what its manifest names; any other trace is laid
    over it, or over the current one.

    Raises BadTrace, BadLink, and what opening a workspace does.
    """
    trace = kept.read()
    if kept.run is None:
        with open_workspace(workspace, make_current=False) as opened:
            laid = overlay(trace, opened)
            return Laid(kept.name, laid, None, laid.notes)
    reproduction = _reproduction(kept)
    with open_own(reproduction, progress) as own:
        laid = overlay(trace, own)
        if not reproduction.manifest.workspace and workspace is None:
            return Laid(kept.name, laid, None, laid.notes)
        upstream = open_upstream(reproduction, workspace, progress)
        with upstream.workspace as other:
            try:
                links = sound_links(reproduction.manifest, own, other)
            except BadLink as error:
                raise BadLink(f"{error}; {upstream.note}" if upstream.note else str(error)) from error
            projection = project(reproduction, laid, links, other)
        exceptions, faults = resolve_exceptions(reproduction.manifest, own)
        if faults:
            raise BadLink(f"{reproduction.id}: {faults[0]}")
    judged = judge(projection, exceptions, _complete(kept.run, reproduction))
    notes = (*laid.notes, *((upstream.note,) if upstream.note else ()))
    return Laid(kept.name, laid, projection, notes, judged)


def _complete(run: RunRecord, reproduction: Reproduction) -> bool:
    """Whether the run did all that a run by default does: where a program is missing some claims are not told."""
    from navigator.runs.parameters import values

    manifest = reproduction.manifest
    told = {claim.id for claim in run.claims} >= {claim.id for claim in manifest.claims}
    return told and run.status is Status.DONE and run.parameters == msgspec.to_builtins(values(manifest, []))


def _reproduction(kept: KeptTrace) -> Reproduction:
    assert kept.run is not None
    folder = Path(kept.run.folder)
    try:
        return Reproduction(read_manifest(folder), folder, "folder")
    except BadManifest as error:
        raise BadTrace(f"the reproduction of {kept.name} is no longer as it was: {error}") from error
