"""``log``: with which commits a call or a definition came, changed and went."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from navigator.callgraph import Certainty, Symbol, SymbolKind
from navigator.index import Home, Store
from navigator.index.locks import shared
from navigator.index.pruning import prune_lock
from navigator.workspaces.assembly import Assembly
from navigator.workspaces.catalog import find_record, open_workspace
from navigator.workspaces.dependencies import dependencies_of
from navigator.workspaces.errors import NoSuchRevision
from navigator.workspaces.extraction import collector_paused
from navigator.workspaces.opening import open_roots
from navigator.workspaces.past_texts import PastTexts, Text, Wanted
from navigator.workspaces.progress import Progress, silent
from navigator.workspaces.revisions import at_revision, named_settings
from navigator.workspaces.settings import Settings
from navigator.workspaces.specs import GIT, is_path
from navigator.workspaces.symbols import CONSTRUCTORS
from navigator.workspaces.transitions import transitions

if TYPE_CHECKING:
    from navigator.sources.git import History

_LATER = re.compile(r"~\d+$")


class LogEntry(msgspec.Struct, frozen=True):
    """One commit. ``change`` is ``came``, ``went``, or ``changed`` (of a definition's text)."""

    commit: str
    time: int
    author: str
    subject: str
    change: str
    parameters_removed: tuple[str, ...] = ()
    parameters_added: tuple[str, ...] = ()


class Log(msgspec.Struct, frozen=True):
    """What happened to a call, or where ``callee`` is absent to a definition, oldest first.

    ``commits`` were looked at, ``versions`` of files read and ``linked`` revisions linked whole for it.
    """

    workspace: str
    root: str
    caller: Symbol
    callee: Symbol | None
    entries: tuple[LogEntry, ...]
    commits: int
    versions: int
    linked: int
    shallow: bool
    """The repository holds only the end of its history: what came with the first commit there may be older."""


def log(
    name: str | None,
    caller: str,
    callee: str = "",
    *,
    since: str = "",
    until: str = "",
    home: Home | None = None,
    jobs: int | None = None,
    progress: Progress = silent,
) -> Log:
    """The commits of the caller's root, from ``since`` (exclusive; else the first) to ``until`` (else that which the
    workspace is at), with which ``caller`` began or ceased to call ``callee``; or came, changed and went itself.

    A revision is linked whole only where the caller's text begins or ceases to name the callee or one of them comes or
    goes, and by bisection between two of these where the answers differ. Guessed calls do not count.
    Raises UnknownSymbol, AmbiguousSymbol, NoSuchRevision, and the errors of ``navigator.sources``.
    """
    home = home or Home.default()
    with open_workspace(name, home=home) as workspace:
        name = workspace.name
        callers = workspace.resolve(caller)
        callees = workspace.resolve(callee) if callee else ()
        revisions = {root.name: root.revision for root in workspace.roots}
        modules = {(file.root, file.path): file.module for file in workspace.graph.files()}
    wanted = [_wanted(symbol, modules) for symbol in callers if symbol.file]
    if not wanted:
        raise NoSuchRevision(f"{callers[0].name} lies outside the workspace, so that it has no history")
    root = callers[0].root
    own = [_wanted(symbol, modules) for symbol in callees if symbol.file and symbol.root == root]
    with Store.open(home) as store, shared(prune_lock(home)):
        settings = named_settings(find_record(store, name))
        history = _history(settings, root, home)
        commits = history.commits(until or revisions.get(root) or "HEAD", since)
        if not commits:
            raise NoSuchRevision(f"there is no commit between {since} and {until or 'the revision of ' + root}")
        # What lies just before the range says whether its first commits brought anything.
        inside = {each.id for each in commits}
        edge = dict.fromkeys(parent for each in commits for parent in each.parents if parent not in inside)
        parents: dict[str, tuple[str, ...]] = {**dict.fromkeys(edge, ()), **{each.id: each.parents for each in commits}}
        past = PastTexts(history, store, list(parents), jobs, progress, _word(callees))
        texts, there = past.of(wanted, own)
        linker = _Linker(store, home, settings, name, root, callers, callees, jobs, progress)
        if not callees:
            changes = _changes(parents, texts)
        else:
            state = {
                commit: None if text is None or (own and there[commit] is None) else text.mentions
                for commit, text in texts.items()
            }
            changes = {
                each.commit: LogEntry("", 0, "", "", "came" if each.came else "went")
                for each in transitions(parents, state, linker.holds)
            }
    entries = tuple(
        msgspec.structs.replace(entry, commit=each.id, time=each.time, author=each.author, subject=each.subject)
        for each in commits
        if (entry := changes.get(each.id)) is not None
    )
    return Log(
        name,
        root,
        callers[0],
        callees[0] if callees else None,
        entries,
        len(commits),
        past.read,
        linker.linked,
        history.is_shallow(),
    )


def _word(callees: Iterable[Symbol]) -> str:
    """The name that a call of the symbols is likely to be written with; empty for what has none."""
    for symbol in callees:
        owner, _, name = _LATER.sub("", symbol.name).rpartition(".")
        written = re.split(r"[.:/]", owner)[-1] if name in CONSTRUCTORS else name.rpartition(":")[2]
        return written if symbol.kind is not SymbolKind.MODULE and "<" not in written else ""
    return ""


def _wanted(symbol: Symbol, modules: dict[tuple[str, str], str]) -> Wanted:
    module = modules.get((symbol.root, symbol.file), "")
    qualified = symbol.name.removeprefix(module)[1:] if symbol.kind is not SymbolKind.MODULE else ""
    return Wanted(symbol.file, qualified)


def _changes(parents: dict[str, tuple[str, ...]], texts: dict[str, Text | None]) -> dict[str, LogEntry]:
    found: dict[str, LogEntry] = {}
    for commit, of in parents.items():
        now = texts[commit]
        before = [texts[parent] for parent in of if parent in texts]
        if (of and not before) or any(each == now for each in before):
            continue
        old = before[0] if before else None
        if now is None:
            if old is not None:
                found[commit] = LogEntry("", 0, "", "", "went")
        elif old is None:
            found[commit] = LogEntry("", 0, "", "", "came")
        elif all(each is None or each.digest != now.digest for each in before):
            gone = tuple(each for each in old.parameters if each not in now.parameters)
            come = tuple(each for each in now.parameters if each not in old.parameters)
            found[commit] = LogEntry("", 0, "", "", "changed", gone, come)
    return found


def _history(settings: Settings, root: str, home: Home) -> History:
    from navigator.sources.git import history_of

    for each in settings.roots:
        if each.name == root:
            spec = each.local or each.spec
            if not is_path(spec) and not spec.startswith(GIT):
                raise NoSuchRevision(
                    f"{spec} is not a repository, so that it has no commits; index its git+URL instead"
                )
            return history_of(spec, home.downloads, each.folder)
    raise NoSuchRevision(f"{root} is no root of the workspace, so that its history is not known")


class _Linker:
    """Whether the call is there at a commit, by linking the workspace with the root at that commit."""

    def __init__(
        self,
        store: Store,
        home: Home,
        settings: Settings,
        name: str,
        root: str,
        callers: Iterable[Symbol],
        callees: Iterable[Symbol],
        jobs: int | None,
        progress: Progress,
    ) -> None:
        self.linked = 0
        self._store, self._home, self._settings = store, home, settings
        self._name, self._root = name, root
        self._callers, self._callees = _called_as(callers), _called_as(callees)
        self._jobs, self._progress = jobs, progress

    def holds(self, commit: str) -> bool:
        self._progress("linking revisions", self.linked, None)
        self.linked += 1
        settings = at_revision(self._settings, self._name, f"{self._root}:{commit}")
        with (
            open_roots(settings, self._home.downloads, silent) as roots,
            dependencies_of(settings.with_deps, [root.name for root in roots], silent) as dependencies,
            collector_paused(),
        ):
            assembly = Assembly(self._store, jobs=self._jobs, executor=None, progress=silent)
            knowledge = [Path(file) for file in settings.knowledge]
            made = assembly.run(roots, settings.import_roots, dependencies, knowledge)
        return any(
            _LATER.sub("", call.caller) in self._callers
            and _LATER.sub("", call.callee) in self._callees
            and call.certainty is not Certainty.GUESS
            for call in made.graph.calls
        )


def _called_as(symbols: Iterable[Symbol]) -> set[str]:
    """The ids of definitions, without the numbers of further ones, and of a class's constructors."""
    ids = set()
    for symbol in symbols:
        plain = _LATER.sub("", symbol.id)
        ids.add(plain)
        if symbol.kind is SymbolKind.CLASS:
            ids.update(f"{plain}.{constructor}" for constructor in CONSTRUCTORS)
    return ids
