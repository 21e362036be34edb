"""The three claims, each checked against what the ranks reported: (held, the figures)."""

from __future__ import annotations

from collections.abc import Sequence

from .event_log import Event
from .training import Trained

BARS = {"fp32": 1e-5, "bf16": 2e-2, "fp16": 2e-2}
"""How far a loss may be from plain fp32 AdamW's."""


def same_training(reference: Sequence[float], losses: Sequence[float], bar: float) -> tuple[bool, str]:
    """Claim 1: step by step the losses of one process."""
    worst = max(abs(ours - plain) for ours, plain in zip(losses, reference, strict=True))
    return worst <= bar, f"largest difference {worst:.1e} over {len(losses)} steps (bar {bar:.0e})"


def memory_divided(ranks: Sequence[Trained]) -> tuple[bool, str]:
    """Claim 2: each rank holds what the formula says, to the byte."""
    wrong = [rank for rank, each in enumerate(ranks) if each.held[:3] != each.held.formula]
    held = ranks[0].held
    figures = f"{held.parameters} + {held.gradients} + {held.optimizer} bytes on each of {len(ranks)} ranks"
    return not wrong, figures if not wrong else f"ranks {wrong} hold {held[:3]}, the formula says {held.formula}"


def memory_table(ranks: dict[int, Sequence[Trained]], elements: int, itemsize: int) -> str:
    """Bytes between two steps beside plain data parallelism in the same precision."""
    whole = (elements * itemsize, elements * itemsize, elements * (12 if itemsize < 4 else 8))
    rows = [("plain, any N", *whole), *((f"ZeRO-3, N = {n}", *each[0].held[:3]) for n, each in sorted(ranks.items()))]
    lines = [f"{'bytes a rank':<14}{'parameters':>13}{'gradients':>13}{'optimizer':>13}{'sum':>13}{'of plain':>10}"]
    for name, *parts in rows:
        numbers = "".join(f"{part:>13}" for part in parts)
        lines.append(f"{name:<14}{numbers}{sum(parts):>13}{sum(parts) / sum(whole):>9.1%}")
    return "\n".join(lines)


def order(ranks: Sequence[Trained]) -> tuple[bool, str]:
    """Claim 3: gather, use, release around every module; gradients only by reduce-scatter; no parameters in step."""
    problems: list[str] = []
    uses = buckets = 0
    for rank, each in enumerate(ranks):
        problems += [f"rank {rank}: {problem}" for problem in _gathered_while_used(each.events)]
        for phase in ("forward", "backward"):
            used = {event.name for event in each.events if event.kind == "use" and event.phase == phase}
            expected = {e.name for e in each.events if e.kind == "use"}
            problems += [f"rank {rank}: {name} is not used in {phase}" for name in sorted(expected - used)]
        in_step = [event for event in each.events if event.phase == "step"]
        problems += [
            f"rank {rank}: {e.kind} of {e.numel} elements in step"
            for e in in_step
            if e.kind in ("gather", "broadcast", "reduce-scatter") or (e.kind == "all-reduce" and e.numel > 1)
        ]
        uses += sum(event.kind == "use" for event in each.events)
        buckets += sum(event.kind == "reduce-scatter" for event in each.events)
        if not any(event.kind == "reduce-scatter" for event in each.events):
            problems.append(f"rank {rank}: no reduce-scatter")
    if problems:
        return False, "; ".join(problems[:5])
    return True, f"{uses} uses gathered before and released after, {buckets} buckets reduce-scattered, nothing in step"


def _gathered_while_used(events: Sequence[Event]) -> list[str]:
    """Follows the parameters of one rank through its log: used only while whole, and given back in the end."""
    whole: set[int] = set()
    problems = []
    for event in events:
        if event.kind == "gather":
            whole.update(event.parameters)
        elif event.kind == "use" and not whole.issuperset(event.parameters):
            problems.append(f"{event.name} uses {sorted(set(event.parameters) - whole)} in {event.phase}, not gathered")
        elif event.kind == "release":
            whole.difference_update(event.parameters)
        elif event.kind == "step" and whole:
            problems.append(f"parameters {sorted(whole)} are whole after the step")
            whole.clear()
    return problems
