"""Ways to get the graph of one case: the navigator, or any other tool by its command line."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.accuracy import graphs
from benchmarks.accuracy.suite import Case, Edges
from benchmarks.product import exported


def by_navigator(home: Path) -> Callable[[Case], Edges]:
    """An analyser that indexes the case's folder as the root of its imports, with an index of its own at ``home``."""

    def analyse(case: Case) -> Edges:
        return frozenset(graphs.decode(exported(case.folder, home, format="pycg", import_roots=(".",))))

    return analyse


def by_command(template: str, seconds: float = 60) -> Callable[[Case], Edges]:
    """An analyser that runs ``template``: ``{folder}``, ``{main}`` and ``{output}`` stand for paths.

    The command writes ``{output}``, or prints the graph where the template has none. It works on a copy of the case
    without the truth.
    """

    def analyse(case: Case) -> Edges:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(shutil.copytree(case.folder, Path(scratch) / case.name))
            (folder / "callgraph.json").unlink()
            output = Path(scratch) / "graph.json"
            places = {"folder": str(folder), "main": str(folder / "main.py"), "output": str(output)}
            command = [word.format(**places) for word in shlex.split(template)]
            done = subprocess.run(command, cwd=folder, capture_output=True, timeout=seconds, check=False)
            content = output.read_bytes() if output.exists() else done.stdout
            if not content.strip():
                raise RuntimeError(done.stderr.decode(errors="replace").strip()[-300:] or f"exit {done.returncode}")
            return frozenset(graphs.decode(content))

    return analyse
