"""What ``navigator`` alone does: it shows a first path through a small program that ships with the product."""

from __future__ import annotations

from navigator import bundled
from navigator.cli import output
from navigator.cli.exits import FOUND, say
from navigator.cli.paths import print_path
from navigator.cli.progress import progress_bar

FIXTURE = "torchvision"
WORKSPACE = "demo-torchvision"
START = "torchvision.models.resnet.resnet50"
END = "torchvision.models.resnet.conv1x1"

NEXT = (
    ("callers conv1x1", "who calls it"),
    ("callees resnet50", "what it calls, site by site"),
    ("show Bottleneck.forward", "its source"),
    ("impact conv1x1", "what a change may touch"),
    ("index PATH", "your own code"),
    ("--help", "everything else"),
)


def welcome() -> int:
    """Indexes the miniature (the second time there is nothing to do), and prints a path and what to try next."""
    from navigator.workspaces import index, open_workspace

    folder = bundled.fixture(FIXTURE)
    with progress_bar() as progress:
        index([str(folder)], name=WORKSPACE, progress=progress)
    say(f"How {START} comes to call {END.rpartition('.')[2]}, in a miniature of torchvision:")
    with open_workspace(WORKSPACE) as workspace:
        found = workspace.paths(START, END)
        for path in found.paths:
            print_path(workspace, path, found.stale)
    output.line()
    output.line("Try next:")
    output.rows([["  navigator " + command, output.remark(meaning)] for command, meaning in NEXT])
    return FOUND
