"""The recorder on small programs whose calls are plain to see."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from benchmarks import recorded

PACKAGE = {
    "__init__.py": "",
    "shapes.py": """
        import functools
        import random
        import threading


        def logged(function):
            @functools.wraps(function)
            def wrapper(*args):
                return function(*args)

            return wrapper


        class Shape:
            def __init__(self, side):
                self.side = side

            @logged
            def area(self):
                return self.square(self.side)

            square = staticmethod(lambda side: side * side)

            @property
            def twice(self):
                return self.area() * 2

            def sides(self):
                for _ in range(4):
                    yield self.length()

            def length(self):
                return self.side


        def consume(lengths):
            return sum(lengths)


        def build():
            made = Shape(3)
            consume(made.sides())
            return [made.area() for _ in range(2)], made.twice


        def by_sorting():
            return sorted([2, 1], key=negative)


        def negative(number):
            return -number


        async def answer():
            return await fetch()


        async def fetch():
            return 42


        def in_thread():
            thread = threading.Thread(target=negative, args=(1,))
            thread.start()
            thread.join()
    """,
    "__main__.py": """
        import asyncio

        from recorded_package import shapes

        shapes.build()
        shapes.by_sorting()
        asyncio.run(shapes.answer())
        shapes.in_thread()
        eval("1 + 1")
        raise SystemExit(5)
    """,
}


@pytest.fixture
def recording(tmp_path: Path) -> recorded.Recording:
    folder = tmp_path / "recorded_package"
    folder.mkdir()
    for name, text in PACKAGE.items():
        (folder / name).write_text(textwrap.dedent(text).lstrip())
    return recorded.record(["-m", "recorded_package"], folder, cwd=tmp_path, builtins=True, seconds=60)


def test_calls_with_their_kinds(recording: recorded.Recording) -> None:
    seen = {(edge.caller.name, edge.callee.name, edge.kind) for edge in recording.edges}
    assert recording.exit == 5
    assert seen == {
        ("Shape", "logged", "direct"),
        ("", "build", "direct"),
        ("build", "Shape.__init__", "direct"),
        ("build", "Shape.sides", "direct"),
        ("build", "consume", "direct"),
        ("Shape.sides", "Shape.length", "direct"),
        ("build", "logged.wrapper", "direct"),
        ("logged.wrapper", "Shape.area", "direct"),
        ("Shape.area", "Shape.<lambda>", "direct"),
        ("build", "Shape.twice", "direct"),
        ("Shape.twice", "logged.wrapper", "direct"),
        ("", "by_sorting", "direct"),
        ("by_sorting", "negative", "direct"),
        ("by_sorting", "<builtin>.sorted", "builtin"),
        ("consume", "<builtin>.sum", "builtin"),
        ("", "answer", "direct"),
        ("answer", "fetch", "direct"),
        ("", "in_thread", "direct"),
        ("", "<builtin>.eval", "builtin"),
    }


def test_counts_files_and_lines(recording: recorded.Recording) -> None:
    edge = next(edge for edge in recording.edges if edge.callee.name == "consume")
    repeated = next(edge for edge in recording.edges if edge.callee.name == "Shape.length")
    assert (edge.count, repeated.count) == (1, 4)
    assert (edge.callee.file, edge.caller.file) == ("shapes.py", "shapes.py")
    lines = textwrap.dedent(PACKAGE["shapes.py"]).lstrip().splitlines()
    assert lines[edge.callee.line - 1] == "def consume(lengths):"
    assert lines[edge.caller.line - 1] == "def build():"
    assert lines[edge.line - 1].strip() == "consume(made.sides())"


def test_a_program_that_does_not_end_is_told(tmp_path: Path) -> None:
    (tmp_path / "endless.py").write_text("while True: pass\n")
    with pytest.raises(recorded.RecordingError, match="still running"):
        recorded.record(["endless.py"], tmp_path, cwd=tmp_path, seconds=1)


def test_a_program_that_kills_its_interpreter_is_told(tmp_path: Path) -> None:
    (tmp_path / "sudden.py").write_text("import os\nprint('so long', flush=True)\nos._exit(4)\n")
    with pytest.raises(recorded.RecordingError, match="ended with 4 and no recording: so long"):
        recorded.record(["sudden.py"], tmp_path, cwd=tmp_path)


@pytest.mark.parametrize(
    ("qualified", "definition"),
    [
        ("<module>", ""),
        ("f", "f"),
        ("C.m.<locals>.inner", "C.m.inner"),
        ("f.<locals>.<listcomp>.<locals>.<genexpr>", "f"),
        ("<genexpr>", ""),
        ("C.<dictcomp>", "C"),
        ("f.<locals>.<lambda>", "f.<lambda>"),
    ],
)
def test_the_definition_that_code_belongs_to(qualified: str, definition: str) -> None:
    assert recorded.owner(qualified) == definition
