"""The fixtures of pytest: a parameter of a test, or of a fixture, gets what the fixture of that name gives.

Which one that is, is decided by names alone, as pytest decides it: the test's class, its module, the ``conftest.py``
files from its folder upwards, the modules in ``pytest_plugins``, and last what pytest itself brings (pytest, "Fixture
availability").
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from navigator.facts import vocabulary as v
from navigator.facts.vocabulary import DefinitionKind
from navigator.linking.calls import Arguments, CallSite, call_function
from navigator.linking.frames import DefinitionState, FileState, Frame
from navigator.linking.namespaces import Binding
from navigator.linking.solver import Solver
from navigator.linking.values import ClassValue

RULE = "pytest.fixture"
BUILT_IN = "_pytest.fixtures"
"""The library model whose functions are the fixtures that pytest brings."""

_MAKERS = frozenset({"pytest.fixture", "pytest.yield_fixture"})
_SETTINGS = "conftest.py"
_PLUGINS = "pytest_plugins"

Named = dict[str, DefinitionState]


class Fixtures:
    """All fixtures of a program, found file by file when they are asked for."""

    def __init__(self, solver: Solver) -> None:
        self._solver = solver
        self._scopes: dict[DefinitionState, Named] = {}
        self._settings: dict[tuple[str, str], FileState] = {}
        for file in solver.spaces.files:
            path = PurePosixPath(file.file.path)
            if path.name == _SETTINGS and not file.model:
                self._settings[file.file.root, str(path.parent)] = file

    def find(self, state: DefinitionState, name: str) -> DefinitionState | None:
        """The fixture that a parameter of ``state`` asks for. A fixture of the parameter's own name is passed over in
        its own scope: it asks for the one that it overrides."""
        for found in self._candidates(state, name):
            if found is not state:
                return found
        return None

    def _candidates(self, state: DefinitionState, name: str) -> Iterator[DefinitionState]:
        owner = state.owner
        for cls in owner.mro if owner is not None else ():
            if isinstance(cls, ClassValue) and name in (named := self._in(cls.definition)):
                yield named[name]
        file = state.file
        yield from self._of_module(file, name)
        for folder in PurePosixPath(file.file.path).parents:
            settings = self._settings.get((file.file.root, str(folder)))
            if settings is not None and settings is not file:
                yield from self._of_module(settings, name)
        model = self._solver.spaces.models.get(BUILT_IN)
        if model is not None:
            yield from self._bound(model, name)

    def _of_module(self, file: FileState, name: str) -> Iterator[DefinitionState]:
        named = self._in(file.definitions[0])
        if name in named:
            yield named[name]
        for found in self._bound(file, name):
            if found.parent is not None and self._in(found.parent).get(name) is found:
                yield found
        for module in _plugins(file):
            plugin = self._solver.spaces.modules.get(self._solver.spaces.key(file.file.root, module))
            if plugin is not None and plugin is not file:
                yield from self._of_module(plugin, name)

    def _bound(self, file: FileState, name: str) -> Iterator[DefinitionState]:
        """Functions that a module's name is bound to, here or where it was imported from."""
        for binding in self._solver.spaces.member(file, name):
            if isinstance(binding, DefinitionState) and binding.callable:
                yield binding

    def _in(self, scope: DefinitionState) -> Named:
        """The fixtures defined in a module or class, by the names that tests use."""
        known = self._scopes.get(scope)
        if known is None:
            known = self._scopes[scope] = {}
            if scope.kind is DefinitionKind.MODULE or scope.kind is DefinitionKind.CLASS:
                known.update(self._defined(scope))
        return known

    def _defined(self, scope: DefinitionState) -> Iterator[tuple[str, DefinitionState]]:
        file, spaces = scope.file, self._solver.spaces
        made: dict[int, DefinitionState] = {}
        texts: dict[int, str] = {}
        calls: dict[int, v.Call | v.CallMember] = {}
        for instruction in scope.facts.body:
            if isinstance(instruction, v.Call | v.CallMember):
                calls[instruction.target] = instruction
            if isinstance(instruction, v.Closure):
                made[instruction.target] = file.definitions[instruction.definition]
            elif isinstance(instruction, v.Text):
                texts[instruction.target] = instruction.value
            elif isinstance(instruction, v.Call) and instruction.decorator and instruction.arguments[0] in made:
                state = made[instruction.target] = made[instruction.arguments[0]]
                name = state.facts.name
                call = calls.get(instruction.function)
                if call is not None:
                    name = next((texts.get(slot, name) for key, slot in call.keywords if key == "name"), name)
                makers = spaces.resolve(file, instruction.function) if call is None else self._called(file, call)
                if any(isinstance(each, DefinitionState) and each.full_name in _MAKERS for each in makers):
                    yield name, state

    def _called(self, file: FileState, call: v.Call | v.CallMember) -> list[Binding]:
        spaces = self._solver.spaces
        if isinstance(call, v.Call):
            return spaces.resolve(file, call.function)
        receivers = spaces.resolve(file, call.receiver)
        return [found for receiver in receivers for found in spaces.static_member(receiver, call.name)]


def _plugins(file: FileState) -> Iterator[str]:
    """The modules that a module's ``pytest_plugins`` names as constants."""
    slot = file.definitions[0].facts.variables.get(_PLUGINS)
    if slot is None:
        return
    texts: dict[int, str] = {}
    listed: list[int] = [slot]
    for instruction in file.definitions[0].facts.body:
        if isinstance(instruction, v.Text):
            texts[instruction.target] = instruction.value
        elif isinstance(instruction, v.Move) and instruction.target in listed:
            listed.append(instruction.source)
        elif isinstance(instruction, v.Collection) and instruction.target in listed:
            listed.extend(element for _, element in instruction.elements)
    yield from (texts[each] for each in listed if each in texts)


def request(solver: Solver, frame: Frame, i: v.Request) -> None:
    """Fill a parameter with what its fixture returns or yields."""
    if solver.fixtures is None:
        solver.fixtures = Fixtures(solver)
    state = solver.fixtures.find(frame.definition, i.name)
    if state is None:
        return
    target = frame.node(i.target)
    function = solver.function(state, state.frame)
    if state.file.model:
        call_function(solver, CallSite(v.NONE, Arguments(()), target), frame, function, None, v.NONE)
        return
    defined = state.parent.facts.variables.get(state.facts.name, v.NONE) if state.parent is not None else v.NONE
    origin = state.file.base + defined if defined >= 0 else v.NONE
    solver.record(frame, i.site, state, "callback", origin, function, RULE)
    given = state.facts.elements if state.facts.elements >= 0 else state.facts.result
    if given >= 0:
        solver.edge(state.frame.node(given), target)
