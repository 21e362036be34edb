"""Reproductions: minimal programs linked to the upstream symbols that they mirror, run, kept and compared.

    from navigator.runs import find_reproduction, start, values

    reproduction = find_reproduction("resnet")
    with start(reproduction, values(reproduction.manifest, ["depths=8,20"])) as running:
        for event in running:
            print(event)
    print(running.record.status)

Importing this package starts nothing and loads nothing heavy.
"""

from navigator.runs.errors import (
    BadLink,
    BadManifest,
    BadParameter,
    BadTrace,
    CannotKeepRun,
    CannotStart,
    MissingRequirement,
    UnknownReproduction,
    UnknownRun,
)
from navigator.runs.finding import (
    Broken,
    Reproduction,
    Reproductions,
    find_reproduction,
    reproductions,
    workspace_folders,
)
from navigator.runs.kept_traces import KeptTrace, find_trace, keep_trace, kept_traces
from navigator.runs.laying import Laid, lay
from navigator.runs.manifest import Claim, Link, Manifest, Output, Parameter, Requires, read_manifest
from navigator.runs.marking import mark, traced_pairs
from navigator.runs.overlay import Overlay, TracedEdge, Verdict
from navigator.runs.parameters import values
from navigator.runs.projection import Projected, Projection, project
from navigator.runs.protocol import Claimed, Event, Noted, Printed, Progressed, Written
from navigator.runs.record import Environment, Result, RunRecord, Status, find_record, records
from navigator.runs.replay import Frame, Replay, frames
from navigator.runs.running import Running, may_run, start
from navigator.runs.trace import Trace, read_trace, write_trace
from navigator.runs.traced_command import trace_command
from navigator.runs.tracing import collect, traced

__all__ = [
    "BadLink",
    "BadManifest",
    "BadParameter",
    "BadTrace",
    "Broken",
    "CannotKeepRun",
    "CannotStart",
    "Claim",
    "Claimed",
    "Environment",
    "Event",
    "Frame",
    "KeptTrace",
    "Laid",
    "Link",
    "Manifest",
    "MissingRequirement",
    "Noted",
    "Output",
    "Overlay",
    "Parameter",
    "Printed",
    "Progressed",
    "Projected",
    "Projection",
    "Replay",
    "Reproduction",
    "Reproductions",
    "Requires",
    "Result",
    "RunRecord",
    "Running",
    "Status",
    "Trace",
    "TracedEdge",
    "UnknownReproduction",
    "UnknownRun",
    "Verdict",
    "Written",
    "collect",
    "find_record",
    "find_reproduction",
    "find_trace",
    "frames",
    "keep_trace",
    "kept_traces",
    "lay",
    "mark",
    "may_run",
    "project",
    "read_manifest",
    "read_trace",
    "records",
    "reproductions",
    "start",
    "trace_command",
    "traced",
    "traced_pairs",
    "values",
    "workspace_folders",
    "write_trace",
]
