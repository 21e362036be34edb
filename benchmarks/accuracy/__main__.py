"""The command ``python -m benchmarks.accuracy``; README.md beside this file shows its uses."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import msgspec

from benchmarks import results
from benchmarks.accuracy import analysers, chains, graphs, page, proofs, suite
from benchmarks.accuracy.suite import Edges


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description="Scores call graphs.")
    parser.add_argument("--chains", metavar="GRAPH", type=Path, action="append", default=[], help="an export to score")
    parser.add_argument("--upstream", choices=sorted(chains.load()), help="score only this upstream's chains")
    parser.add_argument("--builds", action="store_true", help="score the hops of published builds instead")
    parser.add_argument("--pycg", metavar="FOLDER", type=Path, help="a suite in the layout of PyCG's micro-benchmark")
    parser.add_argument("--tool", metavar="COMMAND", help="score another tool: a command with {folder} {main} {output}")
    parser.add_argument("--prove", action="store_true", help="with --pycg: run the disputed cases and compare")
    parser.add_argument("--misses", action="store_true", help="list what is missed and what is wrong")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--keep", metavar="NAME", help="store the figures under this tool's name in benchmarks/results")
    parser.add_argument("--page", action="store_true", help="write docs/accuracy.md from the stored figures")
    options = parser.parse_args(arguments)
    if not (options.chains or options.pycg or options.page):
        parser.error("nothing to do: give --chains, --pycg or --page")
    return options


def score_chains(options: argparse.Namespace) -> dict[str, object]:
    """Prints one line an upstream. Several graphs are scored as one, and upstreams without any hit are left out."""
    calls = set().union(*(graphs.read(file) for file in options.chains))
    figures: dict[str, object] = {}
    for name, upstream in chains.load().items():
        score = chains.score(upstream, calls, builds=options.builds)
        if options.upstream != name and (options.upstream or not score.found):
            continue
        kinds = "  ".join(f"{kind} {found}/{count}" for kind, (found, count) in score.by_kind.items())
        say(options, f"{name}: {score.found}/{score.hops} hops, hard {score.hard_found}/{score.hard}   {kinds}")
        for chain, index, hop in score.missed if options.misses else ():
            place = f"{hop.file}:{hop.line}"
            say(options, f"  missed {chain}[{index}] {hop.caller} -> {hop.callee} ({hop.how}) {place}")
        missed = [f"{chain}[{index}] {hop.caller} -> {hop.callee} ({hop.how})" for chain, index, hop in score.missed]
        figures[name] = {**msgspec.to_builtins(score), "missed": missed}
    return figures


def score_suite(options: argparse.Namespace) -> dict[str, object]:
    """Prints one line a category, and the cases that are not exact."""
    disputed = suite.disputes()
    with tempfile.TemporaryDirectory() as home:
        analyse = analysers.by_command(options.tool) if options.tool else analysers.by_navigator(Path(home))
        verdicts = suite.score(suite.cases(options.pycg), analyse, disputed)
    published = suite.tally(verdict.published() for verdict in verdicts)
    rows = {**suite.by_category(verdicts), "all": suite.tally(verdicts), "all, published": published}
    say(options, f"{'':15}{'cases':>6}{'sound':>7}{'complete':>10}{'exact':>7}{'precision':>11}{'recall':>8}")
    for category, row in rows.items():
        counts = f"{row.cases:6}{row.sound:7}{row.complete:10}{row.exact:7}{row.precision:11.3f}{row.recall:8.3f}"
        say(options, f"{category:15}{counts}")
    for verdict in verdicts:
        if verdict.disputed:
            say(options, f"  disputed {verdict.case.label}: {' '.join(disputed[verdict.case.label].why.split())}")
        if options.misses and not verdict.exact:
            say(options, f"  {verdict.case.label}: missed {pairs(verdict.missed)}, wrong {pairs(verdict.wrong)}")
            if verdict.failure:
                say(options, f"    {verdict.failure}")
    return {
        "categories": {
            category: {**msgspec.to_builtins(row), "precision": row.precision, "recall": row.recall}
            for category, row in rows.items()
        },
        "disputed": [verdict.case.label for verdict in verdicts if verdict.disputed],
        "not_exact": {
            verdict.case.label: {"missed": sorted(verdict.missed), "wrong": sorted(verdict.wrong)}
            for verdict in verdicts
            if not verdict.exact
        },
    }


def prove(options: argparse.Namespace) -> list[object]:
    """Prints what running each disputed case calls; a claim that the run refutes is said."""
    found = proofs.prove_all(suite.cases(options.pycg), suite.disputes())
    for proof in found:
        say(options, f"{proof.label} runs: {pairs(proof.ran)}{'; ends in ' + proof.error if proof.error else ''}")
        for contradiction in proof.contradictions:
            say(options, f"  REFUTED: {contradiction}")
    return [msgspec.to_builtins(proof) for proof in found]


def pairs(edges: Edges | tuple[tuple[str, str], ...]) -> str:
    return ", ".join(f"{caller} -> {callee}" for caller, callee in sorted(edges)) or "nothing"


def say(options: argparse.Namespace, text: str) -> None:
    if not options.json:
        print(text)


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    figures: dict[str, object] = {}
    try:
        if options.chains:
            figures["chains"] = score_chains(options)
        if options.pycg and not options.prove:
            figures["pycg"] = score_suite(options)
        if options.pycg and options.prove:
            figures["proofs"] = prove(options)
    except (graphs.GraphError, suite.SuiteError) as error:
        print(f"benchmarks.accuracy: {error}", file=sys.stderr)
        return 2
    if options.json:
        print(msgspec.json.format(msgspec.json.encode(figures)).decode())
    if options.keep:
        results.keep("accuracy", options.keep, figures)
    if options.page:
        print(f"wrote {page.write()}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
