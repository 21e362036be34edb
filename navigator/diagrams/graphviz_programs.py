"""Runs Graphviz: the one that pygraphviz's wheel bundles, or ``dot`` on the PATH.

Always in a process of its own, so that what goes wrong in it, or what it prints, stays there.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib.util import find_spec

from navigator.diagrams.errors import NoRenderer, RenderingFailed

SECONDS = 120
_CREATED = re.compile(rb"(/CreationDate \()D:\d{14}(Z|[+-])")
PLACED = "nop2"
"""Graphviz's layout program that keeps coordinates and curves as they are given, known as ``neato -n2``, too."""
# Reads DOT from standard input.
_BUNDLED = """
import sys, pygraphviz
program, format = sys.argv[1:]
drawing = pygraphviz.AGraph(string=sys.stdin.buffer.read().decode())
data = drawing.draw(format=format, prog=program)
sys.stdout.buffer.write(data if isinstance(data, bytes) else data.encode())
"""
INSTALL = "install the extra `images` (pip install 'navigator-callgraph[images]'), or Graphviz's `dot`"


def draw_placed(dot: bytes, format: str) -> bytes:
    """Draws DOT in which every coordinate is given; raises NoRenderer and RenderingFailed."""
    return _run(dot, format, PLACED)


def lay_out(dot: bytes, format: str) -> bytes:
    """Lets Graphviz's own ``dot`` lay out and draw; raises NoRenderer and RenderingFailed."""
    return _run(dot, format, "dot")


def _run(dot: bytes, format: str, program: str) -> bytes:
    command = _command(format, program)
    try:
        done = subprocess.run(command, input=dot, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise RenderingFailed(f"Graphviz did not draw the {format} in {SECONDS} s; narrow the view") from error
    except OSError as error:
        raise RenderingFailed(f"Graphviz could not be started: {error.strerror}") from error
    if done.returncode or not done.stdout:
        lines = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
        reason = lines[-1] if lines else f"exit status {done.returncode}"
        raise RenderingFailed(f"Graphviz could not draw the {format}: {reason}")
    # The same picture is the same bytes, whenever it was drawn.
    return _CREATED.sub(rb"\1D:19700101000000\2", done.stdout) if format == "pdf" else done.stdout


def _command(format: str, program: str) -> list[str]:
    if find_spec("pygraphviz") is not None:
        return [sys.executable, "-I", "-c", _BUNDLED, program, format]
    found = shutil.which("dot")
    if found is not None:
        return [found, f"-K{program}", f"-T{format}"]
    raise NoRenderer(f"nothing here can draw {format}: {INSTALL}; svg and html need neither")
