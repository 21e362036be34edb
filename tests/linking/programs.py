"""Small programs for tests: sources in, call graph out."""

from __future__ import annotations

from navigator.callgraph import Call, CallGraph, Role, Root
from navigator.facts import extract
from navigator.linking import Program, ProgramFile, link


def program(**sources: str) -> Program:
    """A program of modules by name; ``pkg__mod`` is the module ``pkg.mod``."""
    files = []
    for name, source in sources.items():
        module = name.replace("__", ".")
        path = module.replace(".", "/") + ".py"
        files.append(ProgramFile("r", path, module, False, Role.SOURCE, extract(source.encode(), "python")))
    return Program(tuple(files), (Root("r", "here"),))


def graph(**sources: str) -> CallGraph:
    return link(program(**sources))


def edges(found: CallGraph, caller: str) -> dict[str, Call]:
    """The calls of one caller inside the program, by the callee's name."""
    names = {symbol.id: symbol.name for symbol in found.symbols}
    return {
        names[call.callee]: call
        for call in found.calls
        if names[call.caller] == caller and not call.callee.startswith("external:")
    }
