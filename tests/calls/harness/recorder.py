"""Runs programs and writes down which of their functions called which, and from where.

A child process of its own, with the standard library alone: programs come in as JSON on stdin, ``[{"name", "files":
{path: text}, "run": [module, ...]}, ...]``, and calls go out as JSON on stdout, ``{name: {"calls": [[path, line,
callee], ...], "error": text}}``. ``path`` is empty and ``line`` 0 where no function of the program is on the stack.

``sys.setprofile`` tells of functions that are entered. Before a file is compiled three things are rewritten, none of
which changes what it does: a generator function or coroutine function gets an innermost decorator, because the call is
what matters and not that the body starts or resumes; the function of each call expression and each raised value pass
through a look-on, because a class without ``__init__`` and ``__new__`` is constructed without entering any function.
"""

from __future__ import annotations

import ast
import atexit
import builtins
import contextlib
import functools
import importlib
import inspect
import io
import json
import os
import shutil
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator
from importlib.machinery import FileFinder, SourceFileLoader
from types import CodeType, FrameType
from typing import Any

_TRANSPARENT = {"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", "__annotate__"}
_SUSPENDS = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
_LOOK = "__recorder_look__"
_CREATE = "__recorder_create__"


class Recorder:
    """The calls of one program, and the names of its functions and classes."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.calls: set[tuple[str, int, str]] = set()
        self._names: dict[int, tuple[str, str, bool]] = {}
        """For each code object its file, its symbol's name, and whether entering it is a call."""
        self._kept: list[CodeType] = []
        self._classes: set[str] = set()

    def know(self, path: str, code: CodeType) -> None:
        """Names every function of a compiled file, as the call graph does."""
        relative = os.path.relpath(path, self.folder).replace(os.sep, "/")
        module = relative.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        self._keep(code, relative, module, False)
        seen: dict[str, set[int]] = {}
        for name, nested in sorted(_nested(code, module), key=lambda pair: pair[1].co_firstlineno):
            lines = seen.setdefault(name, set())
            if not _transparent(nested) and nested.co_name != "<lambda>":
                lines.add(nested.co_firstlineno)
            symbol = name if len(lines) < 2 else f"{name}~{len(lines)}"
            function = bool(nested.co_flags & inspect.CO_OPTIMIZED)
            self._keep(nested, relative, symbol, function and not _transparent(nested))
            if not function:
                self._classes.add(symbol)

    def enter(self, frame: FrameType, event: str, argument: object) -> None:
        """The profile function."""
        if event == "call":
            _, callee, function = self._names.get(id(frame.f_code), ("", "", False))
            if function and not frame.f_code.co_flags & _SUSPENDS:
                self.record(frame.f_back, callee)

    def record(self, frame: FrameType | None, callee: str) -> None:
        """Notes a call from the innermost function of the program that is on the stack."""
        while frame is not None:
            path, _, _ = self._names.get(id(frame.f_code), ("", "", False))
            if path:
                self.calls.add((path, frame.f_lineno or 0, callee))
                return
            frame = frame.f_back
        self.calls.add(("", 0, callee))

    def look(self, value: Any) -> Any:
        """Notes the construction of a class that has neither ``__init__`` nor ``__new__`` in the program."""
        origin = getattr(value, "__origin__", value)
        if isinstance(origin, type) and not self._defines(type(origin), "__call__"):
            symbol = f"{origin.__module__}.{origin.__qualname__}".replace(".<locals>", "")
            if symbol in self._classes and not (self._defines(origin, "__init__") or self._defines(origin, "__new__")):
                self.record(sys._getframe(1), symbol)
        return value

    def create(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Decorates a generator or coroutine function: notes that it is called."""
        _, callee, _ = self._names[id(function.__code__)]

        @functools.wraps(function)
        def created(*arguments: Any, **keywords: Any) -> Any:
            self.record(sys._getframe(1), callee)
            return function(*arguments, **keywords)

        mark = getattr(inspect, "markcoroutinefunction", None)
        if mark is not None and inspect.iscoroutinefunction(function):
            mark(created)
        return created

    def _keep(self, code: CodeType, path: str, symbol: str, function: bool) -> None:
        self._kept.append(code)
        self._names[id(code)] = (path, symbol, function)

    def _defines(self, cls: type, name: str) -> bool:
        for base in cls.__mro__:
            member = getattr(base.__dict__.get(name), "__func__", base.__dict__.get(name))
            if member is not None and id(getattr(inspect.unwrap(member), "__code__", None)) in self._names:
                return True
        return False


def _transparent(code: CodeType) -> bool:
    """Whether what a code object calls is called by the definition around it: comprehensions, type parameters."""
    return code.co_name in _TRANSPARENT or code.co_name.startswith("<generic parameters")


def _nested(code: CodeType, owner: str) -> Iterator[tuple[str, CodeType]]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            name = owner
            if constant.co_name == "<lambda>":
                name = f"{owner}.<lambda:{constant.co_firstlineno}>"
            elif not _transparent(constant):
                name = f"{owner}.{constant.co_name}"
            yield name, constant
            yield from _nested(constant, name)


class _Rewriter(ast.NodeTransformer):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        suspends = _yields(node.body)
        self.generic_visit(node)
        return self._created(node) if suspends else node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        self.generic_visit(node)
        return self._created(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        node.func = self._looked(node.func)
        return node

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        self.generic_visit(node)
        if node.exc is not None and not isinstance(node.exc, ast.Call):
            node.exc = self._looked(node.exc)
        return node

    def _created(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        node.decorator_list.append(ast.copy_location(ast.Name(_CREATE, ast.Load()), node))
        return node

    def _looked(self, value: ast.expr) -> ast.expr:
        look = ast.copy_location(ast.Name(_LOOK, ast.Load()), value)
        return ast.copy_location(ast.Call(look, [value], []), value)


def _yields(body: list[ast.stmt]) -> bool:
    """Whether a function of this body is a generator function."""
    open_nodes: list[ast.AST] = list(body)
    while open_nodes:
        node = open_nodes.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            open_nodes.extend(ast.iter_child_nodes(node))
    return False


class _Loader(SourceFileLoader):
    recorder: Recorder

    def source_to_code(self, data: Any, path: Any, *, _optimize: int = -1) -> CodeType:  # type: ignore[override]
        tree = ast.fix_missing_locations(_Rewriter().visit(ast.parse(data, path)))
        code: CodeType = compile(tree, path, "exec", dont_inherit=True)
        self.recorder.know(path, code)
        return code


def run(folder: str, modules: list[str]) -> dict[str, Any]:
    """Imports the modules of the program in ``folder`` and tells the calls that this made, or how it failed."""
    recorder = Recorder(folder)
    loader = type("Loader", (_Loader,), {"recorder": recorder})
    hook = FileFinder.path_hook((loader, [".py"]))

    def only_here(path: str) -> Any:
        if not path.startswith(folder):
            raise ImportError(path)
        return hook(path)

    setattr(builtins, _LOOK, recorder.look)
    setattr(builtins, _CREATE, recorder.create)
    before = set(sys.modules)
    sys.path_hooks.insert(0, only_here)
    sys.path.insert(0, folder)
    importlib.invalidate_caches()
    error = ""
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            threading.setprofile(recorder.enter)
            sys.setprofile(recorder.enter)
            try:
                for module in modules:
                    importlib.import_module(module)
                atexit._run_exitfuncs()
            finally:
                sys.setprofile(None)
                threading.setprofile(None)
    except BaseException as problem:
        error = "".join(traceback.format_exception(problem)).replace(folder + os.sep, "")
    sys.path.remove(folder)
    sys.path_hooks.remove(only_here)
    for path in [path for path in sys.path_importer_cache if path.startswith(folder)]:
        del sys.path_importer_cache[path]
    for name in set(sys.modules) - before:
        origins = [getattr(sys.modules[name], "__file__", None), *getattr(sys.modules[name], "__path__", ())]
        if any(origin and origin.startswith(folder) for origin in origins):
            del sys.modules[name]
    return {"calls": sorted(recorder.calls), "error": error}


def main() -> None:
    sys.dont_write_bytecode = True
    answers = {}
    # Not a TemporaryDirectory, which would be removed by the first program's exit functions.
    temporary = os.path.realpath(tempfile.mkdtemp(prefix="calls-"))
    try:
        for number, program in enumerate(json.load(sys.stdin)):
            folder = os.path.join(temporary, str(number))
            for path, text in program["files"].items():
                target = os.path.join(folder, path)
                os.makedirs(os.path.dirname(target), exist_ok=True)
                with open(target, "w", encoding="utf-8") as file:
                    file.write(text)
            answers[program["name"]] = run(folder, program["run"])
    finally:
        shutil.rmtree(temporary)
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
