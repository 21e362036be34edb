"""Records which Python function really calls which, with ``sys.setprofile``, in any interpreter from 3.11 on.

    python recorder.py REPORT FOLDER [--builtins] -- script.py ARGS      or      -- -m module ARGS

Uses the standard library only and imports nothing of this project, so that it runs inside the environment of the code
under test. ``REPORT`` becomes ``{"exit": STATUS, "error": TEXT, "edges": [EDGE, ...]}``, where an edge is ``[caller
file, caller line, caller name, callee file, callee line, callee name, line of the call, kind, count]``. Both ends lie
in files under ``FOLDER``; files are relative to it. A line is the code object's first line (that of the first
decorator, if there is one), a name its qualified name. Running the body of a module or a class is no call.

Kinds: ``direct``; ``through`` when the standard library made the call, and the caller is the nearest frame of ours (a
call out of anybody else's code, a test say, has no caller here);
``resumed`` for the first step of a generator or coroutine, which is all that the profile hook sees of one, and whose
caller is the consumer, not necessarily what made it; with ``--builtins`` also ``builtin``, whose callee has a name only
(``<builtin>.eval``, ``<builtin>.dict.update``).

So that the call of a generator function or coroutine function is seen too, imported files of ours are rewritten before
they are compiled: in each call expression the function passes through a look-on, which changes nothing else.
"""

from __future__ import annotations

import ast
import builtins
import dis
import json
import os
import runpy
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import BuiltinFunctionType, CodeType, FrameType, FunctionType, MethodType, ModuleType
from typing import Any, Final

_FUNCTION: Final = 0x1  # CO_OPTIMIZED
_SUSPENDS: Final = 0x20 | 0x80 | 0x200  # CO_GENERATOR, CO_COROUTINE, CO_ASYNC_GENERATOR
_STANDARD: Final = os.path.dirname(os.__file__) + os.sep
_LOOK: Final = "__recorder_look__"


class Code:
    """What is known of one code object. ``file`` is relative to the recorded folder, empty for code from elsewhere."""

    __slots__ = ("callable", "code", "file", "standard", "start", "suspends")

    def __init__(self, code: CodeType, folder: str) -> None:
        path = os.path.realpath(code.co_filename)
        inside = path.startswith(folder) and os.path.exists(path)
        self.code = code
        self.file = path.removeprefix(folder) if inside else ""
        self.standard = code.co_filename.startswith("<") or (
            code.co_filename.startswith(_STANDARD) and "site-packages" not in code.co_filename
        )
        self.callable = inside and bool(code.co_flags & _FUNCTION)
        self.suspends = bool(code.co_flags & _SUSPENDS)
        resumes = (step.offset for step in dis.get_instructions(code) if step.opname == "RESUME")
        self.start = next(resumes, 0) if inside and self.suspends else 0


class Recorder:
    """Counts calls between code objects whose files lie under ``folder``."""

    def __init__(self, folder: str, with_builtins: bool = False) -> None:
        self.folder = os.path.realpath(folder) + os.sep
        self.with_builtins = with_builtins
        self.calls: Counter[tuple[int, int | str, int, str]] = Counter()
        """By caller and callee (the ids of their code objects, or a built-in's name), line of the call, and kind."""
        self._codes: dict[int, Code] = {}

    def know(self, code: CodeType) -> Code:
        """By id, because hashing a code object hashes all that it holds; ``Code`` keeps the object, and so its id."""
        known = self._codes.get(id(code))
        if known is None:
            known = self._codes[id(code)] = Code(code, self.folder)
        return known

    def __call__(self, frame: FrameType, event: str, argument: object) -> None:
        if event != "call":
            if self.with_builtins and event == "c_call" and self.know(frame.f_code).file:
                self.call_of_builtin(frame, argument)
            return
        callee = self.know(frame.f_code)
        if not callee.callable or (callee.suspends and frame.f_lasti > callee.start):
            return
        kind = "resumed" if callee.suspends else "direct"
        maker = frame.f_back
        while maker is not None:
            caller = self.know(maker.f_code)
            if caller.file:
                self.calls[id(maker.f_code), id(frame.f_code), maker.f_lineno, kind] += 1
                return
            if not caller.standard:
                return
            maker = maker.f_back
            kind = "resumed" if callee.suspends else "through"

    def look(self, function: Any) -> Any:
        """Stands around the function of a call expression; notes a call that only makes a generator or coroutine."""
        plain = function.__func__ if isinstance(function, MethodType) else function
        if isinstance(plain, FunctionType) and plain.__code__.co_flags & _SUSPENDS and self.know(plain.__code__).file:
            frame = sys._getframe(1)
            self.know(frame.f_code)
            self.calls[id(frame.f_code), id(plain.__code__), frame.f_lineno, "direct"] += 1
        return function

    def call_of_builtin(self, frame: FrameType, function: object) -> None:
        if not isinstance(function, BuiltinFunctionType) or function.__name__ == "__build_class__":
            return
        holder = type(function.__self__)
        if function.__module__ == "builtins":
            name = function.__name__
        elif holder.__module__ == "builtins" and holder is not ModuleType and holder is not type:
            name = f"{holder.__name__}.{function.__name__}"
        else:
            return
        self.calls[id(frame.f_code), f"<builtin>.{name}", frame.f_lineno, "builtin"] += 1

    def edges(self) -> list[list[object]]:
        return sorted(
            ([*self.end(a), *self.end(b), line, kind, n] for (a, b, line, kind), n in self.calls.items()), key=str
        )

    def end(self, called: int | str) -> tuple[str, int, str]:
        if isinstance(called, str):
            return "", 0, called
        known = self._codes[called]
        return known.file, known.code.co_firstlineno, known.code.co_qualname


class LookingOn(ast.NodeTransformer):
    """Puts the look-on around the function of every call expression."""

    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        looking = ast.Call(ast.copy_location(ast.Name(_LOOK, ast.Load()), node.func), [node.func], [])
        node.func = ast.copy_location(looking, node.func)
        return node


class RewritingLoader(SourceFileLoader):
    """Loads a file of ours rewritten, past any cached bytecode."""

    def get_code(self, fullname: str) -> CodeType:
        tree = LookingOn().visit(ast.parse(self.get_data(self.path), self.path))
        code: CodeType = compile(tree, self.path, "exec", dont_inherit=True)
        return code


class OwnFiles(MetaPathFinder):
    """Finds the modules whose files a recorder calls ours."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path, target)
        origin = spec.origin if spec is not None else None
        if spec is None or origin is None or not origin.endswith(".py"):
            return None
        if not os.path.realpath(origin).startswith(self.folder):
            return None
        spec.loader = RewritingLoader(fullname, origin)
        return spec


def run(arguments: list[str]) -> None:
    """Runs a script or ``-m module`` as the interpreter would."""
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        sys.path.insert(0, os.getcwd())
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        sys.path.insert(0, os.path.dirname(os.path.abspath(arguments[0])))
        runpy.run_path(arguments[0], run_name="__main__")


def main(report: str, folder: str, with_builtins: bool, arguments: list[str]) -> int:
    recorder = Recorder(folder, with_builtins)
    setattr(builtins, _LOOK, recorder.look)
    sys.meta_path.insert(0, OwnFiles(recorder.folder))
    status, error = 0, ""
    threading.setprofile(recorder)
    sys.setprofile(recorder)
    try:
        run(arguments)
    except SystemExit as stop:
        status = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except BaseException as failure:
        status, error = 1, f"{type(failure).__name__}: {failure}"
    finally:
        sys.setprofile(None)
    with open(report, "w", encoding="utf-8") as handle:
        json.dump({"exit": status, "error": error, "edges": recorder.edges()}, handle)
    return status


if __name__ == "__main__":
    del sys.path[0]
    separator = sys.argv.index("--")
    sys.exit(main(sys.argv[1], sys.argv[2], "--builtins" in sys.argv[3:separator], sys.argv[separator + 1 :]))
