"""Writes docs/accuracy.md from the stored figures, so that the page never says what no run has measured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import results
from benchmarks.accuracy import cases, suite

PAGE = Path(__file__).parents[2] / "docs" / "accuracy.md"
PRODUCT = "navigator"

HEAD = """\
# Accuracy

This page is written by `python -m benchmarks.accuracy --page` from the figures in `benchmarks/results/`; edit neither.
How each figure comes about, and how to measure it again, is in `benchmarks/*/README.md`.
"""


def write(page: Path = PAGE) -> Path:
    """Writes the page and returns its path."""
    page.write_text("\n".join(lines()), encoding="utf-8")
    return page


def lines() -> Iterable[str]:
    kept = results.read("accuracy")
    figures: dict[str, Any] = {subject: entry.figures for subject, entry in kept.items()}
    yield HEAD
    yield from suite_section({name: part["pycg"] for name, part in ordered(figures) if "pycg" in part})
    if "proofs" in figures.get(PRODUCT, {}):
        yield from dispute_section(figures[PRODUCT]["proofs"])
    yield from chain_section({name: part["chains"] for name, part in ordered(figures) if "chains" in part})
    yield from case_section()
    yield from recall_section({subject: entry.figures for subject, entry in results.read("recall").items()})
    for subject, entry in ordered(kept):
        yield f"{subject}: measured {entry.day} on {entry.machine}."
    yield ""


def ordered(entries: dict[str, Any]) -> list[tuple[str, Any]]:
    """The product first, then the others by name."""
    return sorted(entries.items(), key=lambda entry: (entry[0] != PRODUCT, entry[0]))


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterable[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "|".join(" --- " for _ in head) + "|"
    for row in rows:
        yield "| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |"
    yield ""


def suite_section(tools: dict[str, Any]) -> Iterable[str]:
    if not tools:
        return
    yield "## PyCG's micro-benchmark\n"
    yield "*Sound*: no true edge is missing. *Complete*: no edge is wrong. *Exact*: both.\n"
    yield "The last three columns take every published truth as it is; the others correct the disputed ones.\n"
    counts, shares = ("cases", "sound", "complete", "exact"), ("precision", "recall")
    rows = []
    for tool, part in tools.items():
        row, published = part["categories"]["all"], part["categories"]["all, published"]
        figures = [*(row[key] for key in counts), *(f"{row[key]:.3f}" for key in shares)]
        rows.append((tool, *figures, published["exact"], *(f"{published[key]:.3f}" for key in shares)))
    yield from table(("tool", *counts, *shares, "exact", "precision", "recall"), rows)
    if PRODUCT in tools:
        mine = tools[PRODUCT]
        yield from table(
            ("category", "cases", "exact", "precision", "recall"),
            (
                (name, row["cases"], row["exact"], f"{row['precision']:.3f}", f"{row['recall']:.3f}")
                for name, row in mine["categories"].items()
                if not name.startswith("all")
            ),
        )
        if mine["not_exact"]:
            yield "Cases that are not exact:\n"
            for label, difference in mine["not_exact"].items():
                said = [f"{word} {arrows(difference[word])}" for word in ("missed", "wrong") if difference[word]]
                yield f"* `{label}`: {'; '.join(said)}"
            yield ""


def dispute_section(proofs: list[Any]) -> Iterable[str]:
    yield "### Disputed cases\n"
    yield (
        "The published truth of these is contradicted by running the program. Such a case counts as exact when the"
        " graph is what really runs.\n"
    )
    reasons = suite.disputes()
    for proof in proofs:
        ends = f", and ends in `{proof['error']}`" if proof["error"] else ""
        ran = arrows(proof["ran"]) or "nothing of its own"
        yield f"* `{proof['label']}`: {' '.join(reasons[proof['label']].why.split())} Run, it calls {ran}{ends}."
    yield ""


def arrows(edges: Iterable[Sequence[str]]) -> str:
    return ", ".join(f"`{caller} → {callee}`" for caller, callee in edges)


def chain_section(tools: dict[str, Any]) -> Iterable[str]:
    if not tools:
        return
    yield "## Call chains of four upstream systems\n"
    yield (
        "Hops of hand-checked call chains that the graph has, all and hard ones; a hard hop cannot be resolved from"
        " syntax alone.\n"
    )
    upstreams = sorted({name for part in tools.values() for name in part})
    rows = []
    for tool, part in tools.items():
        scores = [part.get(name) for name in upstreams]
        rows.append((tool, *(hops(score) if score else "" for score in scores)))
    yield from table(("tool", *upstreams), rows)
    missed = [(name, hop) for name in upstreams for hop in tools.get(PRODUCT, {}).get(name, {}).get("missed", ())]
    if missed:
        yield "Missed:\n"
        yield from (f"* {name}: `{hop}`" for name, hop in missed)
        yield ""


def hops(score: Any) -> str:
    return f"{score['found']}/{score['hops']}, hard {score['hard_found']}/{score['hard']}"


def case_section() -> Iterable[str]:
    files = cases.count_all()
    yield "## Language cases\n"
    total = sum(file.cases for file in files)
    still_open = sum(len(file.open) for file in files)
    yield f"`tests/calls/` holds {total} cases, each run as well as linked; {still_open} are known not to hold.\n"
    yield from table(("file", "cases", "open"), ((file.name, file.cases, len(file.open)) for file in files))
    for file in files:
        for name, reason in file.open.items():
            yield f"* {file.name}, {name}: {reason}"
    yield ""


def recall_section(packages: dict[str, Any]) -> Iterable[str]:
    if not packages:
        return
    yield "## Recall against what really runs\n"
    yield (
        "Calls seen while a package's own tests (or a script) ran, function to function with both ends in its own"
        " files: how many of them its static graph has, when the package is indexed alone, and together with the code"
        " that called it in the run.\n"
    )
    ways = ("alone", "with its callers")
    rows = []
    for name, part in sorted(packages.items()):
        shares = [
            f"{100 * part[way]['direct'][key] / part[way]['direct']['edges']:.1f} %"
            for way in ways
            for key in ("found", "guessed")
        ]
        rows.append((name, part[ways[0]]["direct"]["edges"], *shares))
    yield from table(("package", "calls", "alone", "with guesses", "with its callers", "with guesses"), rows)
    for way in ways:
        causes = sorted({cause for part in packages.values() for cause in part[way]["causes"]})
        yield f"Misses by cause, {way}:\n"
        counts = (
            (cause, *(part[way]["causes"].get(cause, 0) for _, part in sorted(packages.items()))) for cause in causes
        )
        yield from table(("cause", *sorted(packages)), counts)
