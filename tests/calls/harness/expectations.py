"""The comments of a program: ``# calls: pkg.f [exact], pkg.C.__init__ [inferred construct]; external: len``."""

from __future__ import annotations

import re

import msgspec

from navigator.callgraph import CallKind, Certainty
from tests.calls.harness.cases import CaseError, SourceFile

_COMMENT = re.compile(r"\s*(?:#|//)\s*(?=(?:calls|external|unresolved):)(?P<body>.*)$")
_MISSPELT = re.compile(r"(?:#|//)\s*(?:calls?|externals?|unresolved|unknown)\s*:", re.IGNORECASE)
_EDGE = re.compile(r"^(?P<callee>\S+) \[(?P<certainty>[a-z]+)(?: (?P<kind>[a-z]+))?\](?P<not_run> \(not run\))?$")


class Edge(msgspec.Struct, frozen=True, order=True):
    """One expected edge of a line. ``runs`` tells whether running the program takes it."""

    callee: str
    certainty: Certainty
    kind: CallKind
    runs: bool = True

    def __str__(self) -> str:
        kind = "" if self.kind is CallKind.CALL else f" {self.kind}"
        return f"{self.callee} [{self.certainty}{kind}]{'' if self.runs else ' (not run)'}"


class Expectation(msgspec.Struct, frozen=True):
    """What one line's sites lead to. Of names outside the workspace only those that are listed matter."""

    edges: tuple[Edge, ...] = ()
    external: tuple[str, ...] = ()
    unresolved: tuple[str, ...] = ()

    def __str__(self) -> str:
        parts = []
        if self.edges:
            parts.append("calls: " + ", ".join(map(str, self.edges)))
        if self.external:
            parts.append("external: " + ", ".join(self.external))
        if self.unresolved:
            parts.append("unresolved: " + ", ".join(self.unresolved))
        return "# " + ("; ".join(parts) or "calls: none")


def expectations(source: SourceFile) -> dict[int, Expectation]:
    """The expectation of every line that has a comment. Raises ``CaseError`` for a comment that is not understood."""
    found = {}
    for number, line in enumerate(source.text.splitlines(), 1):
        match = _COMMENT.search(line)
        if match is not None:
            try:
                found[number] = _expectation(match["body"].strip())
            except ValueError as problem:
                raise CaseError(f"{source.path}:{number} (fence at line {source.line}): {problem}") from problem
        elif _MISSPELT.search(line):
            raise CaseError(
                f"{source.path}:{number} (fence at line {source.line}): comments start with "
                "'# calls:', '# external:' or '# unresolved:'"
            )
    return found


def comment(expectation: Expectation, language: str) -> str:
    """The expectation as a comment of the language."""
    return str(expectation) if language == "python" else f"//{str(expectation)[1:]}"


def without_comment(line: str) -> str:
    """The line as it stands without its expectation."""
    return _COMMENT.sub("", line)


def _expectation(body: str) -> Expectation:
    edges: list[Edge] = []
    names: dict[str, list[str]] = {"external": [], "unresolved": []}
    for part in body.split(";"):
        word, _, rest = part.strip().partition(":")
        entries = [entry.strip() for entry in rest.split(",")]
        if not all(entries):
            raise ValueError(f"an empty entry in {part.strip()!r}")
        if word == "calls":
            edges.extend(_edge(entry) for entry in entries if entries != ["none"])
        elif word in names:
            names[word].extend(entries)
        else:
            raise ValueError(f"{word!r} is none of calls, external, unresolved")
    if len({(edge.callee, edge.certainty, edge.kind) for edge in edges}) < len(edges):
        raise ValueError("one edge twice on one line")
    return Expectation(tuple(sorted(edges)), tuple(sorted(names["external"])), tuple(sorted(names["unresolved"])))


def _edge(entry: str) -> Edge:
    match = _EDGE.match(entry)
    if match is None:
        raise ValueError(f"{entry!r} is not of the form 'pkg.f [certainty]' or 'pkg.f [certainty kind]'")
    return Edge(
        match["callee"],
        Certainty(match["certainty"]),
        CallKind(match["kind"] or CallKind.CALL),
        match["not_run"] is None,
    )
