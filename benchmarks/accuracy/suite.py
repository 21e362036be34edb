"""Scores call graphs of a suite in the layout of PyCG's micro-benchmark: ``FOLDER/CATEGORY/CASE/callgraph.json``.

Beside each ``callgraph.json``, which maps a caller to its callees, stands the program whose graph it is. A case
is *complete* when the analysis reports no edge that the truth lacks, *sound* when it misses none, and *exact* when both
hold (Salis et al., "PyCG: Practical Call Graph Generation in Python", ICSE 2021, section IV). Precision and recall are
over the edges of all cases together.

A published truth can be wrong. ``disputes.toml`` beside this file lists the cases that running them contradicts;
for those a graph that agrees with the corrected truth counts as well, and the report names each one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

DISPUTES = Path(__file__).with_name("disputes.toml")

Edges = frozenset[tuple[str, str]]


class SuiteError(Exception):
    """The folder is not such a suite; the text says why."""


class Case(msgspec.Struct, frozen=True):
    category: str
    name: str
    folder: Path
    truth: Edges

    @property
    def label(self) -> str:
        return f"{self.category}/{self.name}"


class Dispute(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is wrong with a published truth: edges ``never`` run, and edges that run but are ``missing`` from it."""

    why: str
    never: tuple[tuple[str, str], ...] = ()
    missing: tuple[tuple[str, str], ...] = ()

    def corrected(self, truth: Edges) -> Edges:
        return (truth - frozenset(self.never)) | frozenset(self.missing)


class Verdict(msgspec.Struct, frozen=True):
    """One case's outcome. ``disputed``: judged by the corrected truth, because the graph agrees better with it."""

    case: Case
    truth: Edges
    reported: Edges
    disputed: bool
    failure: str = ""

    def published(self) -> Verdict:
        """The same graph judged by the published truth."""
        return Verdict(self.case, self.case.truth, self.reported, disputed=False, failure=self.failure)

    @property
    def missed(self) -> Edges:
        return self.truth - self.reported

    @property
    def wrong(self) -> Edges:
        return self.reported - self.truth

    @property
    def sound(self) -> bool:
        return not self.missed and not self.failure

    @property
    def complete(self) -> bool:
        return not self.wrong and not self.failure

    @property
    def exact(self) -> bool:
        return self.sound and self.complete


class Tally(msgspec.Struct, frozen=True):
    """Counts over some verdicts."""

    cases: int
    sound: int
    complete: int
    exact: int
    right_edges: int
    reported_edges: int
    true_edges: int

    @property
    def precision(self) -> float:
        return self.right_edges / self.reported_edges if self.reported_edges else 1.0

    @property
    def recall(self) -> float:
        return self.right_edges / self.true_edges if self.true_edges else 1.0


def edges(adjacency: dict[str, list[str]]) -> Edges:
    return frozenset((caller, callee) for caller, callees in adjacency.items() for callee in callees)


def cases(folder: Path) -> list[Case]:
    """All cases under ``folder``, which may be the suite or a checkout that contains it; raises ``SuiteError``."""
    found = []
    for truth in sorted(folder.rglob("callgraph.json")):
        place = truth.parent
        try:
            adjacency = msgspec.json.decode(truth.read_bytes(), type=dict[str, list[str]])
        except msgspec.DecodeError as error:
            raise SuiteError(f"{truth}: {error}") from error
        found.append(Case(place.parent.name, place.name, place, edges(adjacency)))
    if not found:
        raise SuiteError(f"{folder}: no callgraph.json in any folder below it")
    labels = [case.label for case in found]
    if len(set(labels)) < len(labels):
        raise SuiteError(f"{folder}: holds more than one suite; name the folder of one")
    return found


def disputes(file: Path = DISPUTES) -> dict[str, Dispute]:
    """The disputed cases by label."""
    return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), type=dict[str, Dispute])


def judge(case: Case, reported: Edges, dispute: Dispute | None, failure: str = "") -> Verdict:
    """The verdict by the published truth, or by the corrected one where that agrees in more edges."""
    published = Verdict(case, case.truth, reported, disputed=False, failure=failure)
    if dispute is None or failure:
        return published
    corrected = Verdict(case, dispute.corrected(case.truth), reported, disputed=True)
    differences = [len(verdict.missed) + len(verdict.wrong) for verdict in (corrected, published)]
    return corrected if differences[0] < differences[1] else published


def score(
    suite: Iterable[Case], analyse: Callable[[Case], Edges], disputed: dict[str, Dispute] | None = None
) -> list[Verdict]:
    """Runs ``analyse`` on every case. An analyser that raises has failed that case, and the text is kept."""
    verdicts = []
    for case in suite:
        dispute = (disputed or {}).get(case.label)
        try:
            verdicts.append(judge(case, analyse(case), dispute))
        except Exception as error:  # whatever an analyser does wrong is its result
            verdicts.append(judge(case, frozenset(), dispute, failure=f"{type(error).__name__}: {error}"))
    return verdicts


def tally(verdicts: Iterable[Verdict]) -> Tally:
    rows = list(verdicts)
    return Tally(
        cases=len(rows),
        sound=sum(row.sound for row in rows),
        complete=sum(row.complete for row in rows),
        exact=sum(row.exact for row in rows),
        right_edges=sum(len(row.truth & row.reported) for row in rows),
        reported_edges=sum(len(row.reported) for row in rows),
        true_edges=sum(len(row.truth) for row in rows),
    )


def by_category(verdicts: Iterable[Verdict]) -> dict[str, Tally]:
    groups: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        groups.setdefault(verdict.case.category, []).append(verdict)
    return {category: tally(group) for category, group in sorted(groups.items())}
