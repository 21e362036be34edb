"""Checks a slice that lies on disk: every file parses, every module imports, and the calls are still there.

Importing runs upstream's module-level code, in a process of its own with a time limit.
"""

from __future__ import annotations

import ast
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from navigator.callgraph import Certainty
from navigator.slicing.slices import INSIDE, Slice

IMPORTING = """
import importlib, importlib.util, json, sys, traceback, warnings
parent, name, modules, packages, stand_ins, instead = json.loads(sys.stdin.read())
warnings.simplefilter("ignore")
sys.path.insert(0, parent)
missing = [each for each in packages if instead or importlib.util.find_spec(each) is None]
if missing:
    spec = importlib.util.spec_from_file_location(name + "._stand_ins", stand_ins)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.install(missing, instead=instead)
fault, top, left_out = "", None, ""
for each in ["", *modules]:
    full = name + ("." + each if each else "")
    try:
        importlib.import_module(full)
    except BaseException as error:
        told = traceback.extract_tb(error.__traceback__)
        place = next((f for f in reversed(told) if f.filename.startswith(parent)), None)
        where = f"{place.filename[len(parent) + 1:]}:{place.lineno}: " if place else ""
        left_out = getattr(error, "left_out", "")
        fault = f"{where}{type(error).__name__}: {error}"
        top = next((f for f in reversed(told) if f.filename.startswith(parent) and f.name == "<module>"), None)
        top = [top.filename[len(parent) + len(name) + 2:], top.lineno] if top else None
        break
with open(REPORT, "w") as stream:
    json.dump([fault, missing, top or ["", 0], left_out], stream)
"""


class Imported(msgspec.Struct, frozen=True):
    """How the import went: ``fault`` is empty where it worked; ``stood_in`` are packages that it had to do without.
    ``left_out`` names what was used and is a stub; ``path`` and ``line`` tell which statement of the slice failed,
    where that is known."""

    fault: str
    stood_in: tuple[str, ...] = ()
    path: str = ""
    line: int = 0
    left_out: str = ""


def unparsable(made: Slice) -> str:
    """What is wrong with the first file that is no Python; empty where all are."""
    return next(_unparsable(made), "")


def _unparsable(made: Slice) -> Iterator[str]:
    for path, content in made.files.items():
        if path.endswith(".py"):
            try:
                ast.parse(content)
            except (SyntaxError, ValueError) as error:
                line = f":{error.lineno}" if isinstance(error, SyntaxError) else ""
                yield f"{path}{line}: does not parse: {error}"


def import_all(made: Slice, folder: Path, limit: float = 60) -> Imported:
    """Imports every module of the slice in ``folder``, within ``limit`` seconds."""
    report = folder.parent / "report.json"
    code = IMPORTING.replace("REPORT", repr(str(report)))
    question = json.dumps(
        [
            str(folder.parent),
            folder.name,
            list(made.modules),
            list(made.packages),
            str(INSIDE / "_stand_ins.py"),
            made.stand_ins,
        ]
    )
    process = subprocess.Popen(
        [sys.executable, "-P", "-B", "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder.parent,
        start_new_session=True,
    )
    try:
        process.communicate(question.encode(), timeout=limit)
    except subprocess.TimeoutExpired:
        return Imported(f"importing it took more than {limit:g} seconds")
    finally:
        _end(process)
    try:
        fault, missing, (path, line), name = json.loads(report.read_text("utf-8"))
    except (OSError, ValueError):
        return Imported(f"importing it ended the interpreter (exit status {process.returncode})")
    finally:
        report.unlink(missing_ok=True)
    return Imported(f"cannot be imported: {fault}" if fault else "", tuple(missing), path, line, name)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the process and whatever it has started."""
    if os.name == "posix":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    elif process.poll() is None:
        process.kill()
    process.wait()


def lost_hops(made: Slice, folder: Path, knowledge: Sequence[str]) -> list[int]:
    """The numbers of the hops that the slice's own call graph does not have."""
    if not made.hops:
        return []
    from navigator.workspaces.folder_graph import graph_of_folder

    graph = graph_of_folder(folder, knowledge=tuple(knowledge))
    (root,) = graph.roots
    calls = {(call.caller, call.callee) for call in graph.calls if call.certainty is not Certainty.GUESS}

    def key(end: tuple[str, str]) -> str:
        return f"{root.name}:" + ".".join(filter(None, [folder.name, *end]))

    return [number for number, (caller, callee) in enumerate(made.hops) if (key(caller), key(callee)) not in calls]
