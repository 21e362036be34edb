"""Checks a reproduction without running it: manifest, links on both sides, coverage of the upstream's chains."""

from __future__ import annotations

import msgspec

from navigator.errors import NavigatorError
from navigator.runs.conformance import Conformance, resolve_exceptions
from navigator.runs.finding import Reproduction
from navigator.runs.kept_traces import kept_traces
from navigator.runs.laying import lay
from navigator.runs.links import ChainCoverage, coverage, resolve_links
from navigator.runs.running import digest
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
    judged: Conformance | None = None
    """Of the latest traced run, where that ran the code as it is now."""

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
        faults += resolve_exceptions(manifest, own)[1]
        name = other.name
    judged: Conformance | None = None
    if manifest.links and not faults:
        judged, hindrance = _judged(reproduction, workspace, progress)
        if hindrance:
            notes = (*notes, hindrance)
        elif judged is not None and not upstream.note:
            faults += judged.stale
            faults += (
                f"call {step.ours[0].name} -> {step.ours[-1].name} is not one upstream: {step.why}"
                for step in judged.failing
            )
    return Checked(manifest.id, name, len(manifest.links), tuple(faults), covered, notes, judged)


def _judged(reproduction: Reproduction, workspace: str | None, progress: Progress) -> tuple[Conformance | None, str]:
    """The conformance of the latest traced run, or why there is none to be told."""
    again = f"`navigator run {reproduction.id} --trace` measures its conformance"
    for kept in kept_traces():
        run = kept.run
        if run is None or run.reproduction != reproduction.id or run.folder != str(reproduction.folder):
            continue
        if run.environment.code != digest(reproduction.folder):
            return None, f"its code has changed since {run.id}; {again}"
        try:
            return lay(kept, workspace, progress).judged, ""
        except NavigatorError as error:
            return None, f"the trace of {run.id} cannot be laid over: {error}"
    return None, f"no run of it was traced yet; {again}"
