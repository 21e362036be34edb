"""``navigator overlay``"""

from __future__ import annotations

from collections import Counter

import click
import msgspec

from navigator.callgraph import Symbol
from navigator.callgraph.marks import MARKS
from navigator.cli import options, output
from navigator.cli.conformance_rows import print_conformance
from navigator.cli.exits import FOUND, NOTHING, say
from navigator.cli.progress import progress_bar
from navigator.index.graph_file import tail_of
from navigator.runs.overlay import Overlay, TracedEdge, Unreached, Verdict
from navigator.runs.projection import UNLINKED, LitChain, LitUpstream, Projected, Projection
from navigator.wording import counted

SHOWN = 20

Row = list[str | output.Cell]


@click.command("overlay")
@click.argument("trace", metavar="TRACE", required=False)
@click.option("--own", is_flag=True, help="Show a reproduction's own code, not its upstream.")
@click.option("--steps", is_flag=True, help="Replay: what lit up, call by call, in the order of first calls.")
@click.option("--unreached", is_flag=True, help="List the graph's calls that were not made by what ran.")
@click.option("--all", "every", is_flag=True, help=f"List everything, not the first {SHOWN}.")
@options.workspace
@options.as_json
def command(
    trace: str | None, own: bool, steps: bool, unreached: bool, every: bool, workspace: str | None, as_json: bool
) -> int:
    """What a TRACE lights up in the graph.

    TRACE is a traced run, a reproduction (its latest traced run), a file, or a trace of `navigator trace`; by default
    the latest. The run of a reproduction is shown on the graph of its upstream, through its links: what lit up, the
    call chains, and its conformance: the share of its calls between linked symbols that are calls upstream too. Any
    other trace is laid over the current workspace, or that of -w: the calls that the graph has, and those it lacks.

    `navigator graph SYMBOL --trace TRACE` draws it. Exit status: 0, or 1 if nothing lit up.
    """
    from navigator.runs.kept_traces import find_trace
    from navigator.runs.laying import lay

    with progress_bar() as progress:
        laid = lay(find_trace(trace), workspace, progress)
    if as_json:
        recall, conformance = laid.overlay.recall, laid.projection.conformance if laid.projection else None
        output.json({**msgspec.structs.asdict(laid), "recall": recall, "conformance": conformance})
        return FOUND if laid.overlay.lit else NOTHING
    most = None if every else SHOWN
    if laid.projection is None or own:
        _print_overlay(laid.overlay, steps, unreached, most)
    elif steps:
        _print_replay(laid.projection, most)
    else:
        _print_projection(laid.projection, most)
        print_conformance(laid.judged)
    for note in laid.notes:
        say(f"navigator: {note}")
    return FOUND if laid.overlay.lit else NOTHING


def _print_overlay(laid: Overlay, steps: bool, unreached: bool, most: int | None) -> None:
    if steps:
        _limited([_step(edge) for edge in laid.edges], most)
        return
    if unreached:
        _limited([_unmade(each) for each in laid.unreached], most)
        return
    recall = f" ({100 * laid.recall:.1f} %)" if laid.recall is not None else ""
    confirmed, missed = laid.of(Verdict.CONFIRMED), laid.of(Verdict.MISSED)
    output.rows(
        [
            ["ran", counted(len(laid.lit), "symbol") + f" of {laid.workspace}"],
            ["confirmed", f"{len(confirmed):,} of {counted(len(confirmed) + len(missed), 'traced edge')}{recall}"],
            ["unjudged", f"{len(laid.of(Verdict.UNJUDGED)):,}: who made the call is not seen"],
            ["unreached", f"{counted(len(laid.unreached), 'edge')} of what ran; --unreached lists them"],
        ]
    )
    if missed:
        output.line(f"missed by the graph: {counted(len(missed), 'edge')}")
        _limited([_miss(edge) for edge in missed], most)
    if laid.strangers:
        reasons = Counter(each.why for each in laid.strangers)
        for why, count in reasons.most_common():
            output.line(f"{counted(count, 'function')} left out: {why}")


def _step(edge: TracedEdge) -> Row:
    mark = MARKS[edge.certainty] if edge.certainty is not None else "━"
    ends = output.name(edge.caller.name), "->", output.name(edge.callee.name)
    return [str(edge.step), mark, *ends, _site(edge), output.remark(f"{edge.count:,}×")]


def _unmade(each: Unreached) -> Row:
    ends = output.name(each.caller.name), "->", output.name(each.callee.name)
    instead = "" if each.site_unused else "this site called others"
    return [MARKS[each.certainty], *ends, output.place(f"{each.file}:{each.line}"), output.remark(instead)]


def _miss(edge: TracedEdge) -> Row:
    ends = output.name(edge.caller.name), "->", output.name(edge.callee.name)
    return ["  ━", *ends, _site(edge), output.remark(edge.why)]


def _site(edge: TracedEdge) -> output.Cell:
    return output.place(f"{edge.file}:{edge.lines[0]}")


def _print_projection(laid: Projection, most: int | None) -> None:
    output.line(f"{counted(len(laid.lit), 'symbol')} of {laid.workspace} lit up, in this order:")
    _limited([_lit(number, each) for number, each in enumerate(laid.lit, 1)], most)
    if laid.dark:
        output.line(f"linked, but dark: {', '.join(_names(laid.dark))}")
    output.rows(
        [
            output.name(chain.id),
            f"{chain.lit} of {counted(len(chain.hops), 'hop')} lit, {chain.linked} linked at both ends",
            output.remark(_unlit(chain)),
        ]
        for chain in laid.chains
    )
    hops = [hop for chain in laid.chains for hop in chain.hops]
    if hops:
        linked = sum(hop.why != UNLINKED for hop in hops)
        output.line(
            f"coverage {100 * linked / len(hops):.1f} %: {linked} of {counted(len(hops), 'hop')} have both ends linked"
        )


def _lit(number: int, each: LitUpstream) -> Row:
    times = f"{each.count:,}×" if each.count else ""
    ours = output.remark("by " + ", ".join(_names(each.ours)))
    return [str(number), output.name(each.symbol.name), output.place(_defined(each.symbol)), times, ours]


def _unlit(chain: LitChain) -> str:
    """The hops that did not light up, by reason."""
    reasons: dict[str, list[str]] = {}
    for hop in chain.hops:
        if hop.step is None:
            reasons.setdefault(hop.why, []).append(f"{tail_of(hop.caller)} -> {tail_of(hop.callee)}")
    return "; ".join(f"{why}: {', '.join(hops)}" for why, hops in reasons.items())


def _print_replay(laid: Projection, most: int | None) -> None:
    _limited([_replayed(number, step) for number, step in enumerate(laid.steps, 1)], most)


def _replayed(number: int, step: Projected) -> Row:
    names = [symbol.name for symbol in step.path] or [step.caller.name, step.callee.name]
    between = " -> ".join(names[1:-1])
    words = [f"through {between}" if between else "", step.why]
    if len(names) == 1:
        words.append(f"{step.ours[0].name} -> {step.ours[-1].name} are one upstream")
    if not step.direct:
        words.append("ours by way of " + ", ".join(symbol.name for symbol in step.ours[1:-1]))
    text = "; ".join(word for word in words if word)
    return [str(number), output.name(names[0]), "->", output.name(names[-1]), _site(step.edge), output.remark(text)]


def _limited(rows: list[Row], most: int | None) -> None:
    output.rows(rows[:most])
    if most is not None and len(rows) > most:
        output.line(f"and {len(rows) - most:,} more; --all lists them")


def _defined(symbol: Symbol) -> str:
    return f"{symbol.file}:{symbol.line}"


def _names(symbols: tuple[Symbol, ...]) -> list[str]:
    return list(dict.fromkeys(symbol.name for symbol in symbols))
