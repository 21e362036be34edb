"""What the views leave out, in one place."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from navigator.callgraph import Call, CallKind, Certainty, Role, Symbol, SymbolKind
from navigator.callgraph.views import View

CERTAIN = (Certainty.EXACT, Certainty.INFERRED, Certainty.RULE)


class Filters(msgspec.Struct, frozen=True):
    """Which calls and symbols are shown. Empty ``kinds`` and ``roots`` let all pass."""

    certainties: tuple[Certainty, ...] = CERTAIN
    kinds: tuple[CallKind, ...] = ()
    roots: tuple[str, ...] = ()
    tests: bool = True
    vendored: bool = True
    external: bool = False
    unresolved: bool = True

    @property
    def guesses(self) -> bool:
        return Certainty.GUESS in self.certainties

    @property
    def roles(self) -> tuple[Role, ...]:
        """For a View: the roles that pass; empty where all do."""
        if self.tests and self.vendored:
            return ()
        hidden = {role for role, shown in ((Role.TEST, self.tests), (Role.VENDORED, self.vendored)) if not shown}
        return tuple(role for role in Role if role not in hidden)

    def passes(self, end: Symbol, call: Call) -> bool:
        """Whether a call is shown whose other end, seen from where one stands, is ``end``."""
        if call.certainty not in self.certainties or (self.kinds and call.kind not in self.kinds):
            return False
        if end.kind is SymbolKind.EXTERNAL:
            return self.external
        if self.roots and end.root not in self.roots:
            return False
        return (self.tests or end.role is not Role.TEST) and (self.vendored or end.role is not Role.VENDORED)

    def applied(self, view: View) -> View:
        return msgspec.structs.replace(
            view,
            certainties=self.certainties,
            kinds=self.kinds,
            roots=self.roots,
            roles=self.roles,
            external=self.external,
        )

    def words(self) -> list[str]:
        """What is left out, for the status line; nothing that nobody would miss by default is named."""
        said = [f"no {certainty} calls" for certainty in CERTAIN if certainty not in self.certainties]
        if self.guesses:
            said.append("with guesses")
        if self.kinds:
            said.append("only " + _listed(self.kinds))
        if self.roots:
            said.append("only in " + _listed(self.roots))
        if not self.tests:
            said.append("no tests")
        if not self.vendored:
            said.append("no vendored code")
        if not self.unresolved:
            said.append("no unresolved sites")
        return said


def _listed(words: Iterable[str]) -> str:
    return ", ".join(str(word) for word in words)
