"""Library knowledge: what code outside the workspace does with the functions and objects it is given.

Each ``*.toml`` file describes one library by models: short Python bodies that stand in for the library's own code as
far as calls and values are concerned. Calling a modelled function runs its model; calls inside a model belong to the
call site that entered it and have certainty ``rule``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

import msgspec

from navigator.callgraph import Role
from navigator.errors import NavigatorError
from navigator.facts.vocabulary import FileFacts
from navigator.linking.program import ProgramFile

PYTHON = "python"
"""The language of models, as ``navigator.facts`` calls it."""


class KnowledgeError(NavigatorError):
    """A knowledge file is not as documented."""


class Model(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Stand-in code for one module of a library."""

    module: str
    source: str
    fallback: str = ""
    """A class of this module from which all its other classes derive, as far as anybody needs to know."""
    everywhere: bool = False
    """JavaScript: every file can use the module's names without importing them."""
    kinds: dict[str, str] = {}
    """The kind of the edges that a function of the module makes, where that is not ``callback``."""


class KnowledgeFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One ``*.toml`` file."""

    library: str
    language: str = PYTHON
    """What the models are written in: ``python`` or ``javascript``."""
    aliases: dict[str, str] = {}
    """Other dotted names of modelled things."""
    methods: dict[str, str] = {}
    """Method names that only this library uses: called on an unknown object, they are the modelled method named."""
    model: list[Model] = []


class Knowledge(msgspec.Struct, frozen=True):
    """Everything known about libraries, ready for linking."""

    models: tuple[ProgramFile, ...]
    aliases: dict[str, str]
    fallback_bases: dict[str, str]
    kinds: dict[str, str]
    methods: dict[str, str]
    everywhere: frozenset[str] = frozenset()
    """Modules of JavaScript models whose names are known in every file."""


Written = list[tuple[Path, KnowledgeFile]]
"""Knowledge files as they are written, before their models are understood."""


def load_knowledge(extra: Iterable[Path] = ()) -> Knowledge:
    """The knowledge that comes with the navigator, and the files named. Raises KnowledgeError."""
    return _load(tuple((path, _stamp(path)) for path in extra))


def _stamp(path: Path) -> int:
    """Changes when a file does: people edit theirs while the program runs."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=4)
def _load(stamped: tuple[tuple[Path, int], ...]) -> Knowledge:
    from navigator.facts import extract

    def facts_of(model: Model, language: str) -> FileFacts:
        return extract(model.source.encode(), language)

    return understand(read_knowledge(path for path, _ in stamped), facts_of)


def read_knowledge(extra: Iterable[Path] = ()) -> Written:
    """The files that come with the navigator, and those named. Raises KnowledgeError."""
    found = []
    for path in (*sorted(Path(__file__).parent.glob("*.toml")), *extra):
        try:
            found.append((path, msgspec.convert(tomllib.loads(path.read_text("utf-8")), KnowledgeFile)))
        except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
            raise KnowledgeError(f"{path}: {error}; see docs/reference/knowledge.md") from error
    return found


def understand(written: Written, facts_of: Callable[[Model, str], FileFacts]) -> Knowledge:
    """Knowledge ready for linking, given what says which facts a model's source holds. Raises KnowledgeError."""
    models: list[ProgramFile] = []
    aliases: dict[str, str] = {}
    fallback: dict[str, str] = {}
    kinds: dict[str, str] = {}
    methods: dict[str, str] = {}
    everywhere: set[str] = set()
    for path, file in written:
        aliases.update(file.aliases)
        methods.update(file.methods)
        for model in file.model:
            facts = facts_of(model, file.language)
            if facts.problems:
                problem = facts.problems[0]
                raise KnowledgeError(f"{path}: model {model.module}, line {problem.line}: {problem.message}")
            models.append(ProgramFile("", f"{path.name}:{model.module}", model.module, True, Role.SOURCE, facts))
            if model.fallback:
                fallback[model.module] = (
                    f"{model.module}.{model.fallback}" if "." not in model.fallback else model.fallback
                )
            if model.everywhere:
                everywhere.add(model.module)
            for name, kind in model.kinds.items():
                kinds[f"{model.module}.{name}"] = kind
    return Knowledge(tuple(models), aliases, fallback, kinds, methods, frozenset(everywhere))
