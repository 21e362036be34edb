"""The files of one program that ECMAScript's rules hold in, and what is made once for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from navigator.facts import vocabulary as v
from navigator.facts.vocabulary import DefinitionKind
from navigator.linking.ecmascript.values import ClassObject, ObjectValue
from navigator.linking.frames import DefinitionState, FileState, Frame

if TYPE_CHECKING:
    from navigator.linking.calls import CallSite
    from navigator.linking.ecmascript.resolution import Resolution
    from navigator.linking.solver import Solver
    from navigator.linking.values import FunctionValue, Value

_DEFINERS = frozenset({"defineProperty", "defineProperties", "__defineGetter__", "__defineSetter__"})


class Scripts:
    """What the rules know of the whole program. The solver's own tables hold everything that is solved."""

    def __init__(self, files: list[FileState], models: list[FileState], resolution: Resolution) -> None:
        self.files = files
        self.models = models
        self.resolution = resolution
        self.accessors: set[str] = set()
        """Names under which accessors have come up."""
        self.possible_accessors = frozenset(_accessor_names([*files, *models]))
        """Names under which some may yet: where keys are put together, any string of the file."""
        self.early_loads: dict[str, list[tuple[int, tuple[Value | int, int, int], Frame]]] = {}
        """Reads of possible accessors: the node found, receiver, target and site."""
        self.early_stores: dict[str, list[tuple[ObjectValue, tuple[Value, int, int, str], Frame]]] = {}
        """Writes to possible accessors: the object, and value, source, site and name."""
        self.modules = {file for file in files if _is_module(file)}
        """Files whose variables are their own; the others share one global scope."""
        self.namespaces: dict[FileState, ObjectValue] = {}
        self.exports: dict[FileState, int] = {}
        """CommonJS: the node of ``module.exports``."""
        self.global_object: ObjectValue
        self.constructed: list[tuple[Frame, Any, ClassObject, int]] = []
        """Constructions, each with the node that holds the constructor if there is one."""
        self.assigned: set[str] | None = None
        """Names of members that some code assigns, once somebody has asked."""
        self.classes: list[ClassObject] = []
        self.searched: list[tuple[ObjectValue, int]] = []
        """Tables in which a name was looked up, each with the node of what was found."""
        self.keyed: list[tuple[int, Callable[[Solver, Value, int], None], Value, int]] = []
        """Reads and writes under keys: the node of the key, and what to do with a value if no key ever comes."""
        self.varied: set[int] = set()
        """Nodes of texts put together of several parts with several values each."""
        self.everywhere: list[tuple[Frame, CallSite, Value]] = []
        """Calls of methods that every object has."""
        self.tested: list[tuple[int, int]] = []
        """What is there only if it is an instance, each with the node of the classes."""
        self.composed: dict[str, int] = {}
        """Texts that were put together, and how many times one after the other."""
        self.called: dict[tuple[CallSite, FunctionValue, Frame], Frame] = {}
        """Frames of calls that have been linked; another receiver changes nothing but ``this``."""
        self.member_hints: list[tuple[Frame, Any]] = []
        self.class_types: dict[DefinitionState, Any] = {}
        self.declared: dict[tuple[FileState, int], tuple[Frame, Any]] = {}
        """Interfaces and aliases, by file and slot."""
        self.builtin_classes: dict[str, DefinitionState] = {
            state.facts.qualified: state
            for file in models
            for state in file.definitions
            if state.kind is DefinitionKind.CLASS and state.facts.parent == 0
        }

    @property
    def nowhere(self) -> Frame:
        """A frame for watchers that belong to no code."""
        return (self.files or self.models)[0].definitions[0].frame


def _accessor_names(files: Iterable[FileState]) -> set[str]:
    names: set[str] = set()
    for file in files:
        defines = False
        texts: set[str] = set()
        objects: set[int] = set()
        created: set[int] = set()
        for state in file.definitions:
            for instruction in state.facts.body:
                kind = type(instruction)
                if kind is v.Define:
                    if instruction.role in ("get", "set"):  # type: ignore[union-attr]
                        names.add(instruction.name)  # type: ignore[union-attr]
                elif kind is v.Text:
                    texts.add(instruction.value)  # type: ignore[union-attr]
                elif kind is v.CallMember or kind is v.Member:
                    if instruction.name in _DEFINERS:  # type: ignore[union-attr]
                        defines = True
                    elif instruction.name == "create":  # type: ignore[union-attr]
                        created.add(instruction.receiver)  # type: ignore[union-attr]
                elif kind is v.Global and instruction.name == "Object":  # type: ignore[union-attr]
                    objects.add(instruction.target)  # type: ignore[union-attr]
                elif kind is v.Collection:
                    texts.update(key for key, _ in instruction.elements if isinstance(key, str))  # type: ignore[union-attr]
        if defines or not objects.isdisjoint(created):
            names |= texts
    names.discard("")
    return names


_MODULE_WORDS = frozenset({"module", "exports", "require"})


def _is_module(file: FileState) -> bool:
    for state in file.definitions:
        for instruction in state.facts.body:
            kind = type(instruction)
            if kind in (v.ImportName, v.ImportModule, v.ImportStar, v.Export):
                return True
            if kind is v.Global and instruction.name in _MODULE_WORDS:  # type: ignore[union-attr]
                return True
    return False
