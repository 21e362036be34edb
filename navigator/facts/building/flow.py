"""Which version of each variable holds at the point being read: branches, loops, exceptions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from navigator.facts.building.record import Record
from navigator.facts.building.versions import (
    Emit,
    LoopHead,
    Test,
    Version,
    close_loop_head,
    join,
    narrow,
    slot_of,
)

Held = tuple[Test, bool]
"""A test, and whether it has held (or failed)."""
Assignments = dict[str, list[Version]]
"""Every version that a stretch of code gave to each name."""


Outside = Callable[[str], Version | None]


class State:
    """What holds at one point: versions by name, tests that hold for access paths, whether the point is reachable."""

    __slots__ = ("alive", "paths", "versions")

    def __init__(self, versions: dict[str, Version], paths: dict[str, tuple[Held, ...]], alive: bool) -> None:
        self.versions = versions
        self.paths = paths
        self.alive = alive


class Loop:
    """A loop being read: the versions at its head, and the states that leave or repeat it early."""

    __slots__ = ("breaks", "continues", "heads")

    def __init__(self, heads: dict[str, LoopHead]) -> None:
        self.heads = heads
        self.breaks: list[State] = []
        self.continues: list[State] = []


class Guarded:
    """Code that a ``finally`` belongs to: the ways out of it."""

    __slots__ = ("before", "entered", "jumps", "normal", "outside")

    def __init__(self, before: State, outside: list[tuple[list[State], int]]) -> None:
        self.before = before
        self.outside = outside
        """The states that leave or repeat the loops around it, and how many there were before."""
        self.jumps: list[State] = []
        """Those of them that leave or repeat a loop from inside the code."""
        self.normal = before
        """The way out at its end."""
        self.entered = before.versions
        """The versions where the clause begins."""


class Flow:
    """The current state of one scope, moved forward as its code is read.

    ``variables`` are the names that the scope binds. ``versions`` may hold others for a while: names of outer scopes
    about which a test is known to hold.
    """

    __slots__ = ("alive", "emit", "loops", "outside", "paths", "record", "recorders", "variables", "versions")

    def __init__(self, variables: Collection[str], record: Record, emit: Emit, outside: Outside | None = None) -> None:
        self.variables = variables
        self.outside = outside
        """What a variable means on paths that have not bound it, in scopes where it means something there."""
        self.record = record
        self.emit = emit
        self.versions: dict[str, Version] = {}
        self.paths: dict[str, tuple[Held, ...]] = {}
        self.alive = True
        self.loops: list[Loop] = []
        self.recorders: list[Assignments] = []

    def read(self, name: str) -> int:
        """The slot of the name's current version, or -1 when no path to this point has bound it."""
        version = self.versions.get(name)
        if version is None:
            return -1
        return version if isinstance(version, int) else slot_of(version, self.record, self.emit)

    def assign(self, name: str, version: Version) -> None:
        """The name gets a new version."""
        self.versions[name] = version
        if self.recorders and self.alive:
            self.recorders[-1].setdefault(name, []).append(version)
        if self.paths:
            self.forget(name)

    def forget(self, path: str) -> None:
        """An assignment to the path ends what was known about it and about the paths that start with it."""
        prefix = path + "."
        self.paths = {
            known: held for known, held in self.paths.items() if known != path and not known.startswith(prefix)
        }

    def fork(self) -> State:
        """A copy of the current state."""
        return State(self.versions.copy(), self.paths, self.alive)

    def resume(self, state: State) -> None:
        """Goes on from a state, which must not be used again."""
        self.versions = state.versions
        self.paths = state.paths
        self.alive = state.alive

    def end(self) -> None:
        """What follows cannot be reached from here."""
        self.alive = False

    def suppose(self, held: Iterable[Held], outer: dict[str, int]) -> None:
        """Goes on where the tests have held or failed. ``outer`` gives slots for names that are no variables here."""
        for test, positive in held:
            key = test.key
            if "." in key:
                self.paths = {**self.paths, key: (*self.paths.get(key, ()), (test, positive))}
                continue
            version = self.versions.get(key)
            if version is None:
                version = outer.get(key)
            if version is not None:
                self.versions[key] = narrow(key, version, test, positive)

    def meet(self, states: Sequence[State]) -> None:
        """Goes on where several states meet; those that cannot be reached do not count."""
        alive = [state for state in states if state.alive]
        if len(alive) < 2:
            self.resume(alive[0] if alive else states[-1])
            return
        first, *others = alive
        versions = first.versions
        for other in others:
            if other.versions != versions:
                versions = self._met([state.versions for state in alive])
                break
        paths = first.paths
        for other in others:
            if other.paths is not paths:
                paths = {path: held for path, held in paths.items() if other.paths.get(path) == held}
        self.versions = versions
        self.paths = paths
        self.alive = True

    def _met(self, states: list[dict[str, Version]]) -> dict[str, Version]:
        met: dict[str, Version] = {}
        first, *others = states
        for name, version in first.items():
            for other in others:
                if other.get(name) != version:
                    self._meet_name(name, states, met)
                    break
            else:
                met[name] = version
        for other in others:
            for name in other:
                if name not in first and name not in met:
                    self._meet_name(name, states, met)
        return met

    def _meet_name(self, name: str, states: list[dict[str, Version]], met: dict[str, Version]) -> None:
        versions = [state[name] for state in states if name in state]
        if len(versions) == len(states) or name in self.variables:
            met[name] = join(name, versions if len(versions) == len(states) else self._with_outside(name, versions))

    def _with_outside(self, name: str, versions: list[Version]) -> list[Version]:
        version = self.outside(name) if self.outside is not None else None
        return versions if version is None else [version, *versions]

    def start_recording(self) -> None:
        """Begins to collect the versions assigned from here on: code that an exception may leave at any point."""
        self.recorders.append({})

    def stop_recording(self) -> Assignments:
        """Ends the innermost collection and returns it; an outer collection gets it too."""
        assignments = self.recorders.pop()
        if self.recorders:
            outer = self.recorders[-1]
            for name, versions in assignments.items():
                outer.setdefault(name, []).extend(versions)
        return assignments

    def interrupted(self, before: State, assignments: Assignments) -> State:
        """The state where an exception has left code that started at ``before`` and made these assignments."""
        versions = before.versions.copy()
        for name, assigned in assignments.items():
            earlier = versions.get(name)
            versions[name] = join(name, self._with_outside(name, assigned) if earlier is None else [earlier, *assigned])
        return State(versions, {} if assignments else before.paths, before.alive)

    def guard(self, loops: Iterable[Loop]) -> Guarded:
        """Enters code that a ``finally`` belongs to, inside these loops."""
        outside = [(states, len(states)) for loop in loops for states in (loop.breaks, loop.continues)]
        self.start_recording()
        return Guarded(self.fork(), outside)

    def enter_finally(self, guarded: Guarded) -> None:
        """Goes on where every way out of the guarded code meets: its end, an exception at any point, a jump."""
        guarded.normal = self.fork()
        guarded.jumps = [state for states, earlier in guarded.outside for state in states[earlier:]]
        self.resume(self.interrupted(guarded.before, self.stop_recording()))
        self.meet([self.fork(), guarded.normal])
        guarded.entered = self.versions.copy()

    def leave_finally(self, guarded: Guarded) -> None:
        """Each way out goes on with what the clause has assigned, or ends with it; else it is as it was."""
        entered = guarded.entered
        changed = {name: version for name, version in self.versions.items() if entered.get(name) != version}
        for jump in guarded.jumps:
            jump.versions.update(changed)
            jump.paths = {}
            jump.alive = jump.alive and self.alive
        normal = guarded.normal
        self.resume(State({**normal.versions, **changed}, {}, normal.alive and self.alive))

    def start_loop(self, assigned: Iterable[str]) -> Loop:
        """Enters a loop, in which these variables are assigned. Every one gets a version at the loop's head."""
        heads: dict[str, LoopHead] = {}
        for name in assigned:
            before = self.versions.get(name)
            if before is None and self.outside is not None:
                before = self.outside(name)
            heads[name] = LoopHead(name, before)
        self.versions = {**self.versions, **heads}
        self.paths = {}
        loop = Loop(heads)
        self.loops.append(loop)
        return loop

    def close_loop(self) -> Loop:
        """Ends the body of the innermost loop: what holds here flows back to its head."""
        loop = self.loops.pop()
        states = [*loop.continues, self.fork()]
        alive = [state.versions for state in states if state.alive]
        for name, head in loop.heads.items():
            close_loop_head(head, [versions[name] for versions in alive if name in versions], self.record, self.emit)
        return loop

    def leave_loop(self) -> None:
        """``break``"""
        if self.loops:
            self.loops[-1].breaks.append(self.fork())
        self.alive = False

    def repeat_loop(self) -> None:
        """``continue``"""
        if self.loops:
            self.loops[-1].continues.append(self.fork())
        self.alive = False
