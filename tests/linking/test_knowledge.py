"""Library knowledge: what a file may say, and that the shipped files say what is so."""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import navigator.linking.knowledge as knowledge
from navigator.callgraph import CallKind, Role, Root
from navigator.facts import extract
from navigator.linking import Program, ProgramFile, link
from navigator.linking.calls import NATIVE_FUNCTIONS
from navigator.linking.knowledge import KnowledgeError, load_knowledge

ALL = sorted(Path(knowledge.__file__).parent.glob("*.toml"))
SCRIPTS = [path for path in ALL if tomllib.loads(path.read_text("utf-8")).get("language") == "javascript"]
SHIPPED = [path for path in ALL if path not in SCRIPTS]

SINCE = {
    "asyncio.Runner": (3, 11),
    "asyncio.TaskGroup": (3, 11),
    "copy.replace": (3, 13),
    "itertools.batched": (3, 12),
    "typing.override": (3, 12),
    "warnings.deprecated": (3, 13),
}
"""Modelled names that an older Python lacks."""


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def _models() -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in SHIPPED:
        for model in _read(path).get("model", []):
            yield path, model


def _definitions(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, ast.stmt]]:
    """The functions and classes of a model, nested ones too, by dotted name."""
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield prefix + statement.name, statement
            yield from _definitions(statement.body, f"{prefix}{statement.name}.")
        elif isinstance(statement, ast.If):
            yield from _definitions(statement.body, prefix)


def _imports(tree: ast.Module) -> Iterator[str]:
    """The names that a model imports at its top level."""
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom):
            yield from ((alias.asname or alias.name) for alias in statement.names)


def _modelled() -> dict[str, ast.stmt | None]:
    """Everything that models define, by dotted name."""
    found: dict[str, ast.stmt | None] = {}
    for _, model in _models():
        tree = ast.parse(model["source"])
        found.update(dict.fromkeys(f"{model['module']}.{name}" for name in _imports(tree)))
        found.update({f"{model['module']}.{name}": node for name, node in _definitions(tree.body)})
    return found


def _edges(source: str, extra: Path) -> list[tuple[str, str, str]]:
    """Callee, kind and rule of the calls that a program's own functions get."""
    file = ProgramFile("r", "main.py", "main", False, Role.SOURCE, extract(source.encode(), "python"))
    graph = link(Program((file,), (Root("r", "x"),)), load_knowledge([extra]))
    return [(c.callee, c.kind.value, c.rule) for c in graph.calls if not c.callee.startswith("external:")]


# -- files of a user ----------------------------------------------------------------------------------------------


def test_own_file_adds_a_library(tmp_path: Path) -> None:
    extra = tmp_path / "jobs.toml"
    extra.write_text(
        'library = "jobs"\n'
        "[aliases]\n"
        '"jobs.core.later" = "jobs.later"\n'
        "[methods]\n"
        'enqueue_job = "jobs.Queue.enqueue_job"\n'
        "[[model]]\n"
        'module = "jobs"\n'
        'fallback = "Queue"\n'
        "source = '''\n"
        "def later(function, *args):\n"
        "    function(*args)\n"
        "class Queue:\n"
        "    def enqueue_job(self, function):\n"
        "        function(*..., **...)\n"
        "'''\n"
        'kinds = { later = "spawn" }\n'
    )
    program = """
import jobs
from jobs.core import later

def work(a): pass
def other(a): pass
def third(a): pass

later(work, 1)
jobs.FastQueue().enqueue_job(other)
def use(queue):
    queue.enqueue_job(third)
"""
    assert _edges(program, extra) == [
        ("r:main.work", "spawn", "jobs.later"),
        ("r:main.other", "callback", "jobs.Queue.enqueue_job"),
        ("r:main.third", "callback", "jobs.Queue.enqueue_job"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('library = "x"\nmodels = []\n', "unknown field `models`"),
        ('library = "x"\n[[model]]\nmodule = "x"\nsource = ""\nkind = {}\n', "unknown field `kind`"),
        ('library = "x"\n[[model]]\nmodule = "x"\n', "missing required field `source`"),
        ('library = "x"\n[methods]\nclick = 1\n', "Expected `str`, got `int`"),
        ("aliases = {}\n", "missing required field `library`"),
        ('library = "x\n', "line 1"),
    ],
)
def test_wrong_files_are_named_with_their_fault(tmp_path: Path, text: str, said: str) -> None:
    extra = tmp_path / "own.toml"
    extra.write_text(text)
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge([extra])
    assert str(extra) in str(caught.value)
    assert said in str(caught.value)
    assert "docs/reference/knowledge.md" in str(caught.value)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"none\.toml"):
        load_knowledge([tmp_path / "none.toml"])


def test_model_that_is_no_python(tmp_path: Path) -> None:
    extra = tmp_path / "own.toml"
    extra.write_text("library = \"x\"\n[[model]]\nmodule = \"x.y\"\nsource = '''\ndef f(:\n    pass\n'''\n")
    with pytest.raises(KnowledgeError, match=r"own\.toml: model x\.y, line 1"):
        load_knowledge([extra])


# -- files that come with the navigator ---------------------------------------------------------------------------


def test_shipped_files_load() -> None:
    shipped = sum(len(_read(path).get("model", [])) for path in ALL)
    assert len(load_knowledge().models) == shipped


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_kinds_name_functions(path: Path) -> None:
    kinds = {kind.value for kind in CallKind}
    for model in _read(path).get("model", []):
        defined = dict(_definitions(ast.parse(model["source"]).body))
        for name, kind in model.get("kinds", {}).items():
            assert name in defined, f"{model['module']}: kinds names {name}"
            assert isinstance(defined[name], ast.FunctionDef | ast.AsyncFunctionDef), name
            assert kind in kinds, name


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_targets_exist(path: Path) -> None:
    file, modelled = _read(path), _modelled()
    for name, target in file.get("aliases", {}).items():
        assert target in modelled or target in NATIVE_FUNCTIONS, f"alias {name} = {target}"
        assert name not in modelled, f"alias {name} hides a model"
    for name, target in file.get("methods", {}).items():
        assert isinstance(modelled.get(target), ast.FunctionDef | ast.AsyncFunctionDef), f"method {name} = {target}"
        assert target.rpartition(".")[2] == name
    for model in file.get("model", []):
        fallback = model.get("fallback", "")
        if fallback:
            full = fallback if "." in fallback else f"{model['module']}.{fallback}"
            assert isinstance(modelled.get(full), ast.ClassDef), f"fallback {full}"


def test_each_module_is_modelled_once() -> None:
    modules = [model["module"] for _, model in _models()]
    assert len(modules) == len(set(modules))


def test_no_model_imports_a_name_from_itself() -> None:
    """It would stand for itself."""
    for _, model in _models():
        for node in ast.walk(ast.parse(model["source"])):
            assert not (isinstance(node, ast.ImportFrom) and node.module == model["module"]), model["module"]


def test_models_of_the_standard_library_name_what_it_has() -> None:
    checked = 0
    for _, model in _models():
        module = model["module"]
        if module.partition(".")[0] not in sys.stdlib_module_names:
            continue
        try:
            real = importlib.import_module(module)
        except ImportError:
            continue  # not part of every build of Python: tkinter, readline
        defined = dict(_definitions(ast.parse(model["source"]).body))
        for name, node in defined.items():
            parts = name.split(".")
            if any(part.startswith("_") and not part.startswith("__") for part in parts):
                continue
            if sys.version_info < SINCE.get(f"{module}.{parts[0]}", (3,)):
                continue
            if len(parts) == 1:
                assert hasattr(real, name), f"{module} has no {name}"
                checked += 1
            elif len(parts) == 2 and isinstance(defined[parts[0]], ast.ClassDef) and isinstance(node, ast.FunctionDef):
                if not inspect.isclass(getattr(real, parts[0])):
                    continue  # patch: a function with further functions as attributes
                if parts[1] == "__getattr__":
                    continue  # how a model says that there is more
                assert hasattr(getattr(real, parts[0]), parts[1]), f"{module}.{parts[0]} has no {parts[1]}"
                checked += 1
    assert checked > 400
