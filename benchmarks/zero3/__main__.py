"""Time of a training step on 2 processes: ours and FSDP2's, on the same model, alternating in the same processes.

``python -m benchmarks.zero3 [PROCESSES]``; needs torch (extra: reproductions).
"""

from __future__ import annotations

import statistics
import sys

import torch

from benchmarks.zero3.measure import measure
from reproductions.zero3.launch import run_ranks

SIZES = ((48, 3), (256, 4))
"""Width and depth of the transformers."""


def main() -> int:
    processes = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    print(f"median seconds a step on {processes} processes, torch {torch.__version__}, gloo, one thread each")
    for width, depth in SIZES:
        parameters, ours, theirs = run_ranks(measure, processes, width, depth, seconds=120)[0]
        mine, other = statistics.median(ours), statistics.median(theirs)
        print(f"{parameters:>10} parameters: ours {mine:.4f}, FSDP2 {other:.4f}, ratio {mine / other:.2f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
