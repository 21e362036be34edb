"""What names mean before anything is solved: modules, imports, bases and method resolution orders."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Iterator

from navigator.facts.languages import SCRIPTS
from navigator.facts.vocabulary import (
    Call,
    Closure,
    DefinitionKind,
    Element,
    Global,
    ImportModule,
    ImportName,
    ImportStar,
    MakeClass,
    Member,
    Move,
    Narrow,
    Text,
    TypeRef,
)
from navigator.linking.frames import DefinitionState, FileState
from navigator.linking.program import ProgramFile
from navigator.linking.values import ClassValue, ExternalValue, ModuleValue

Binding = DefinitionState | ClassValue | ModuleValue | ExternalValue

BUILTIN_NAMES = frozenset(dir(builtins)) | {
    "__file__",
    "__name__",
    "__doc__",
    "__package__",
    "__spec__",
    "__loader__",
    "__path__",
    "__builtins__",
    "unicode",
    "basestring",
    "xrange",
    "long",
    "raw_input",
    "reduce",
    "unichr",
    "WindowsError",
    "get_ipython",
    "ExceptionGroup",
    "BaseExceptionGroup",
    "PythonFinalizationError",
    "EncodingWarning",
    "aiter",
    "anext",
}
"""Built-in names of any Python: fixed spelling differences between interpreter versions must not change a graph."""

_BINDERS = (Move, Closure, MakeClass, Member, Global, ImportModule, ImportName, Narrow, Text)
_FOLLOW_LIMIT = 24
_BINDING = frozenset({"builtins.staticmethod", "builtins.classmethod"})


class Namespaces:
    """All modules of a program, and static name resolution over them."""

    def __init__(self, externals: dict[str, ExternalValue], aliases: dict[str, str]) -> None:
        self.modules: dict[str, FileState] = {}
        self.module_values: dict[str, ModuleValue] = {}
        self.own: dict[str, dict[str, str]] = {}
        """For roots that have modules or packages of the same name as an earlier root, by that name: what these are
        called here, for the imports of the root's own files to find them first."""
        self.prefixes: set[str] = set()
        """Every package name that has a module below it, with an ``__init__`` or without."""
        self.files: list[FileState] = []
        self.scripts: list[FileState] = []
        """Files in which ECMAScript's rules hold; nothing here is about them."""
        self.models: dict[str, FileState] = {}
        self.fallback_bases: dict[str, str] = {}
        """Library modules whose other classes all derive from one model."""
        self._active: set[tuple[FileState, int]] = set()
        """Slots being resolved right now: loops bind a variable to itself."""
        self.settled = False
        """Classes are resolved: what a slot is bound to changes no more."""
        self._known: dict[str, Binding] = {}
        self._externals = externals
        self._aliases = aliases

    # -- building ---------------------------------------------------------------------------------------------------

    def divide(self, files: Iterable[ProgramFile]) -> None:
        """Notes which roots share names of modules; before any of the files, in this order, is added."""
        first: dict[str, str] = {}
        for file in files:
            if file.facts.language in SCRIPTS:
                continue
            top = file.module.partition(".")[0]
            if top and first.setdefault(top, file.root) != file.root:
                self.own.setdefault(file.root, {})[top] = f"{top}@{file.root.replace('.', '_')}"

    def add(self, file: ProgramFile, base: int, model: bool) -> FileState:
        key = self.key(file.root, file.module) if not model else file.module
        value = self.module_values.get(key) if not model else None
        if value is None:
            value = ModuleValue(key)
        state = FileState(file, base, value, model)
        if state.script:
            self.scripts.append(state)
            return state
        self.files.append(state)
        if model:
            self.models[file.module] = state
        else:
            for name in dict.fromkeys((key, file.module)):
                self.modules.setdefault(name, state)
                self.module_values.setdefault(name, value)
                parts = name.split(".")
                for end in range(1, len(parts)):
                    self.prefixes.add(".".join(parts[:end]))
                if file.package:
                    self.prefixes.add(name)
        return state

    def key(self, root: str, module: str) -> str:
        """The name by which a root's module is known here."""
        own = self.own.get(root)
        if own is None:
            return module
        top, dot, rest = module.partition(".")
        return own[top] + dot + rest if top in own else module

    def index_writers(self) -> None:
        """Note which instructions bind which slots, make class values, and collect star imports."""
        for file in self.files:
            writers = file.writers
            for state in file.definitions:
                if state.kind is DefinitionKind.CLASS:
                    state.cls = ClassValue(state)
                for instruction in state.facts.body:
                    kind = type(instruction)
                    if kind in _BINDERS or kind is Call:
                        target = instruction.target  # type: ignore[union-attr]
                        if target in writers:
                            writers[target].append(instruction)
                        else:
                            writers[target] = [instruction]
                    elif kind is ImportStar:
                        assert isinstance(instruction, ImportStar)
                        name = self.absolute(file, instruction.module, instruction.level)
                        if name is not None:
                            file.stars.append(name)

    # -- modules ----------------------------------------------------------------------------------------------------

    def absolute(self, file: FileState, module: str, level: int) -> str | None:
        """The absolute name of an imported module; ``None`` when the dots lead out of the tree.

        A module of the importing file's own root comes before one of that name elsewhere.
        """
        name = self._written(file, module, level)
        if name is None or not self.own:
            return name
        own = self.key(file.file.root, name)
        return own if self.is_module(own) else name

    def _written(self, file: FileState, module: str, level: int) -> str | None:
        if level == 0:
            return module
        parts = file.module.split(".") if file.module else []
        if not file.file.package:
            parts = parts[:-1]
        up = level - 1
        if up > len(parts):
            return None
        parts = parts[: len(parts) - up]
        if module:
            parts.append(module)
        return ".".join(parts) or None

    def is_module(self, name: str) -> bool:
        return name in self.modules or name in self.prefixes

    def module_value(self, name: str) -> ModuleValue:
        value = self.module_values.get(name)
        if value is None:
            value = self.module_values[name] = ModuleValue(name)
        return value

    def star_names(self, module: str) -> Iterable[str]:
        """The names that ``from module import *`` brings."""
        state = self.modules.get(module)
        if state is None:
            return ()
        facts = state.definitions[0].facts
        if facts.exports is not None:
            return facts.exports
        return [name for name in facts.variables if not name.startswith("_")]

    def star_sources(self, file: FileState, name: str, seen: set[str] | None = None) -> Iterator[tuple[FileState, str]]:
        """The modules whose star import brings ``name`` into ``file``, last import first (it wins)."""
        seen = {file.value.name} if seen is None else seen
        for module in reversed(file.stars):
            if module in seen:
                continue
            seen.add(module)
            state = self.modules.get(module)
            if state is None:
                continue
            facts = state.definitions[0].facts
            if facts.exports is not None:
                if name not in facts.exports:
                    continue
            elif name.startswith("_"):
                continue
            if name in facts.variables or self.is_module(f"{module}.{name}"):
                yield state, name
                return
            found = list(self.star_sources(state, name, seen))
            if found:
                yield from found
                return

    def external_stars(self, file: FileState, seen: set[str] | None = None) -> Iterator[str]:
        """Modules outside the workspace from which a star import, direct or not, brings names."""
        seen = {file.value.name} if seen is None else seen
        for module in reversed(file.stars):
            if module in seen:
                continue
            seen.add(module)
            state = self.modules.get(module)
            if state is None:
                yield module
            else:
                yield from self.external_stars(state, seen)

    # -- names outside ----------------------------------------------------------------------------------------------

    def external(self, name: str) -> Binding:
        """What a dotted name outside the workspace stands for: a library model, or just its name."""
        known = self._known.get(name)
        if known is None:
            known = self._external(name)
            if self.settled:
                self._known[name] = known
        return known

    def _external(self, name: str) -> Binding:
        for _ in range(4):
            alias = self._aliases.get(name)
            if alias is None:
                break
            name = alias
        module, _, member = name.rpartition(".")
        state = self.models.get(module)
        if state is not None:
            found = self.member(state, member)
            if found:
                return found[0]
        else:
            outer, _, cls = module.rpartition(".")
            if outer in self.models:
                for owner in self.member(self.models[outer], cls):
                    if isinstance(owner, ClassValue) and member in owner.definition.facts.variables:
                        return self.static_member(owner, member)[0]
        value = self._externals.get(name)
        if value is None:
            value = self._externals[name] = ExternalValue(name)
        return value

    def base_of_external(self, value: ExternalValue) -> ClassValue | None:
        """The model from which an unmodelled library class derives, where knowledge says so."""
        module, _, member = value.name.rpartition(".")
        if not member[:1].isupper():
            return None
        while module:
            base = self.fallback_bases.get(module)
            if base is not None:
                found = self.external(base)
                return found if isinstance(found, ClassValue) else None
            module = module.rpartition(".")[0]
        return None

    # -- static resolution ------------------------------------------------------------------------------------------

    def member(self, file: FileState, name: str, depth: int = 0) -> list[Binding]:
        """What a module's member is, by name binding alone; several where branches bind it differently."""
        facts = file.definitions[0].facts
        slot = facts.variables.get(name)
        if slot is not None:
            return self.resolve(file, slot, depth + 1)
        module = f"{file.value.name}.{name}"
        if not file.model and self.is_module(module):
            return [self.module_value(module)]
        if depth < _FOLLOW_LIMIT:
            for source, found in self.star_sources(file, name):
                return self.member(source, found, depth + 1)
        return []

    def module_member(self, module: str, name: str, depth: int = 0) -> list[Binding]:
        state = self.modules.get(module)
        if state is not None:
            return self.member(state, name, depth)
        if self.is_module(f"{module}.{name}"):
            return [self.module_value(f"{module}.{name}")]
        if module in self.prefixes:
            return []
        return [self.external(f"{module}.{name}")]

    def imported(self, file: FileState, instruction: ImportModule | ImportName, depth: int = 0) -> list[Binding]:
        """What an import statement binds."""
        name = self.absolute(file, instruction.module, instruction.level)
        if name is None:
            return []
        if isinstance(instruction, ImportName):
            if name == file.value.name and not file.model:
                state: FileState | None = file
                assert state is not None
                if instruction.name in state.definitions[0].facts.variables and self.is_module(
                    f"{name}.{instruction.name}"
                ):
                    return [self.module_value(f"{name}.{instruction.name}")]
            return self.module_member(name, instruction.name, depth + 1)
        if instruction.top:
            name = name.split(".")[0]
        if self.is_module(name):
            return [self.module_value(name)]
        return [self.external(name)]

    def resolve(self, file: FileState, slot: int, depth: int = 0, decorated: bool = True) -> list[Binding]:
        """Everything a slot can be by name binding alone; empty when value flow would be needed.

        With ``decorated``, a decorated definition counts as itself, whatever the decorator returns.
        """
        if depth > _FOLLOW_LIMIT or slot not in file.writers or (file, slot) in self._active:
            return []
        known = file.resolved if depth == 0 and self.settled else None
        key = slot if decorated else ~slot
        if known is not None and key in known:
            return known[key]
        found: list[Binding] = []
        self._active.add((file, slot))
        for instruction in file.writers.get(slot, ()):
            kind = type(instruction)
            bindings: list[Binding] = []
            if kind is Move or kind is Narrow:
                assert isinstance(instruction, Move | Narrow)
                bindings = self.resolve(file, instruction.source, depth + 1, decorated)
            elif kind is Closure:
                assert isinstance(instruction, Closure)
                bindings = [file.definitions[instruction.definition]]
            elif kind is MakeClass:
                assert isinstance(instruction, MakeClass)
                cls = file.definitions[instruction.definition].cls
                bindings = [cls] if cls is not None else []
            elif kind is ImportName or kind is ImportModule:
                assert isinstance(instruction, ImportName | ImportModule)
                bindings = self.imported(file, instruction, depth)
            elif kind is Global:
                assert isinstance(instruction, Global)
                bindings = self.global_name(file, instruction.name, depth)
            elif kind is Member:
                assert isinstance(instruction, Member)
                for receiver in self.resolve(file, instruction.receiver, depth + 1, decorated):
                    bindings.extend(self.static_member(receiver, instruction.name, depth + 1))
            elif kind is Call and instruction.decorator and (decorated or self.rebinds(file, instruction)):
                assert isinstance(instruction, Call)
                bindings = self.resolve(file, instruction.arguments[0], depth + 1, decorated)
            found.extend(b for b in bindings if b not in found)
        self._active.discard((file, slot))
        if known is not None:
            known[key] = found
        return found

    def rebinds(self, file: FileState, decorator: Call) -> bool:
        """Whether a decorator only changes how the function is bound to an object."""
        outside = self.outside(file, decorator.function)
        return outside is not None and outside.name in _BINDING

    def named(self, file: FileState, instruction: Member) -> Binding | None:
        """What a dotted name leads to outside the workspace; ``None`` if it is not spelt out or leads elsewhere."""
        outside = self._outside(file, instruction.receiver, 0)
        if outside is None:
            return None
        found = self.static_member(outside, instruction.name)
        return found[0] if found else None

    def outside(self, file: FileState, slot: int) -> ExternalValue | None:
        """The one name outside the workspace that a slot is bound to, if that is all it is."""
        return self._outside(file, slot, 0)

    def _outside(self, file: FileState, slot: int, depth: int) -> ExternalValue | None:
        """The one outside name that a slot is bound to."""
        known = file.outside
        if slot in known:
            return known[slot]
        found: ExternalValue | None = None
        writers = file.writers.get(slot, ())
        if len(writers) == 1 and depth < _FOLLOW_LIMIT:
            instruction = writers[0]
            kind = type(instruction)
            bindings: list[Binding] = []
            if kind is Move:
                found = self._outside(file, instruction.source, depth + 1)
            elif kind is Member:
                receiver = self._outside(file, instruction.receiver, depth + 1)
                if receiver is not None:
                    bindings = self.static_member(receiver, instruction.name)
            elif kind is ImportModule or kind is ImportName:
                bindings = self.imported(file, instruction)
            elif kind is Global:
                bindings = self.global_name(file, instruction.name)
            if len(bindings) == 1 and isinstance(bindings[0], ExternalValue):
                found = bindings[0]
        known[slot] = found
        return found

    def static_member(self, receiver: Binding, name: str, depth: int = 0) -> list[Binding]:
        """A member of a module, class or outside name, by name binding alone."""
        if isinstance(receiver, ModuleValue):
            return self.module_member(receiver.name, name, depth)
        if isinstance(receiver, ExternalValue):
            return [self.external(f"{receiver.name}.{name}")] if receiver.name.count(".") < 8 else []
        if isinstance(receiver, ClassValue):
            for cls in receiver.mro:
                if isinstance(cls, ClassValue):
                    slot = cls.definition.facts.variables.get(name)
                    if slot is not None:
                        return self.resolve(cls.definition.file, slot, depth + 1)
                else:
                    return [self.external(f"{cls.name}.{name}")]
        return []

    def global_name(self, file: FileState, name: str, depth: int = 0) -> list[Binding]:
        """A name that its module does not bind: from a star import, or built in."""
        for source, found in self.star_sources(file, name):
            return self.member(source, found, depth + 1)
        if name in BUILTIN_NAMES:
            return [self.external(f"builtins.{name}")]
        for module in self.external_stars(file):
            return [self.external(f"{module}.{name}")]
        return []

    def type_bindings(self, state: DefinitionState, name: str) -> list[Binding]:
        """What the dotted name of an annotation written inside ``state`` stands for."""
        head, *rest = name.split(".")
        found: list[Binding] = []
        scope: DefinitionState | None = state
        first = True
        while scope is not None:
            if scope.kind is DefinitionKind.CLASS and not first and scope is not state.parent:
                scope = scope.parent
                continue
            slot = scope.facts.variables.get(head)
            if slot is not None:
                found = self.resolve(scope.file, slot)
                break
            first = False
            scope = scope.parent
        else:
            found = self.global_name(state.file, head)
        for part in rest:
            found = [b for receiver in found for b in self.static_member(receiver, part)]
        return found

    def type_names(self, reference: TypeRef) -> Iterator[str]:
        """The class names of an annotation at its first level: members of unions, without containers' arguments."""
        if reference.name == "|" or reference.name.rpartition(".")[2] in ("Optional", "Union"):
            for argument in reference.arguments:
                yield from self.type_names(argument)
        elif reference.name not in ("?", "None", "Any"):
            yield reference.name

    # -- classes ----------------------------------------------------------------------------------------------------

    def resolve_classes(self) -> None:
        """Find every class's bases and method resolution order."""
        classes: list[ClassValue] = []
        for file in self.files:
            for state in file.definitions:
                for instruction in state.facts.body:
                    if type(instruction) is MakeClass:
                        self._bases(file, state, instruction)
                        cls = file.definitions[instruction.definition].cls
                        assert cls is not None
                        classes.append(cls)
        done: dict[ClassValue, int] = {}
        for cls in classes:
            self._linearise(cls, done)
        self.settled = True

    def _bases(self, file: FileState, state: DefinitionState, instruction: MakeClass) -> None:
        cls = file.definitions[instruction.definition].cls
        assert cls is not None
        for slot in instruction.bases:
            bindings = self.resolve(file, ~slot if slot < 0 else slot)
            if not bindings and slot >= 0:
                bindings = self._subscripted(file, state, slot)
            usable = [b for b in bindings if isinstance(b, ClassValue | ExternalValue) and b is not cls]
            if usable:
                cls.bases.append(usable[0])
            else:
                cls.open_bases = True
        for base in cls.bases:
            if isinstance(base, ClassValue):
                base.subclasses.append(cls)

    def _subscripted(self, file: FileState, state: DefinitionState, slot: int) -> list[Binding]:
        """The generic class behind a base such as ``Registry[int]``."""
        for instruction in state.facts.body:
            if type(instruction) is Element and instruction.target == slot:
                return self.resolve(file, instruction.receiver)
        return []

    def _linearise(self, cls: ClassValue, done: dict[ClassValue, int]) -> None:
        """C3 (Barrett et al. 1996, as Python uses it); an inconsistent hierarchy falls back to depth first order."""
        if done.get(cls):
            return
        done[cls] = 1
        sequences: list[list[ClassValue | ExternalValue]] = []
        for base in cls.bases:
            if isinstance(base, ClassValue):
                if done.get(base) != 1:
                    self._linearise(base, done)
                sequences.append(list(base.mro))
            else:
                model = self.base_of_external(base)
                sequences.append([base, *model.mro] if model is not None else [base])
        if cls.bases:
            sequences.append(list(cls.bases))
        merged: list[ClassValue | ExternalValue] = [cls]
        while sequences := [s for s in sequences if s]:
            for sequence in sequences:
                head = sequence[0]
                if not any(head in other[1:] for other in sequences):
                    break
            else:
                head = sequences[0][0]
            if head not in merged:
                merged.append(head)
            sequences = [[c for c in s if c is not head] for s in sequences]
        cls.mro = merged
        done[cls] = 2
