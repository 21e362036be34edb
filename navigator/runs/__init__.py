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
from navigator.runs.manifest import Claim, Link, Manifest, Output, Parameter, Requires, read_manifest
from navigator.runs.parameters import values
from navigator.runs.protocol import Claimed, Event, Noted, Printed, Progressed, Written
from navigator.runs.record import Environment, Result, RunRecord, Status, find_record, records
from navigator.runs.running import Running, may_run, start

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
    "Link",
    "Manifest",
    "MissingRequirement",
    "Noted",
    "Output",
    "Parameter",
    "Printed",
    "Progressed",
    "Reproduction",
    "Reproductions",
    "Requires",
    "Result",
    "RunRecord",
    "Running",
    "Status",
    "UnknownReproduction",
    "UnknownRun",
    "Written",
    "find_record",
    "find_reproduction",
    "may_run",
    "read_manifest",
    "records",
    "reproductions",
    "start",
    "values",
    "workspace_folders",
]
