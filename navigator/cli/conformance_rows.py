"""How the conformance of a traced run reads in rows of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.cli import output
from navigator.wording import counted

if TYPE_CHECKING:
    from navigator.runs.conformance import Conformance
    from navigator.runs.projection import Projected


def print_conformance(judged: Conformance | None, indent: str = "") -> None:
    """The share, then each call that is none upstream: those that the manifest argues with its reason."""
    if judged is None or not judged.calls:
        output.line(f"{indent}conformance: no call from one linked symbol to another was traced")
    else:
        share = 100 * judged.conforming / judged.calls
        output.line(
            f"{indent}conformance {share:.1f} %: {judged.conforming} of {counted(judged.calls, 'call')} from one "
            f"linked symbol to another are calls upstream" + _others(judged)
        )
    if judged is None:
        return
    output.rows(
        [output.warning(f"{indent}  not so"), _ours(step), output.remark(_upstream(step))] for step in judged.failing
    )
    output.rows([f"{indent}  argued", _ours(each.step), output.remark(each.reason)] for each in judged.argued)
    output.rows([output.warning(f"{indent}  stale"), text] for text in judged.stale)


def _others(judged: Conformance) -> str:
    if not judged.argued:
        return ""
    return f", {len(judged.argued)} argued" + ("" if judged.failing else ", none open")


def _ours(step: Projected) -> str:
    return f"{step.ours[0].name} -> {step.ours[-1].name}"


def _upstream(step: Projected) -> str:
    return f"{step.caller.name} -> {step.callee.name}: {step.why}"
