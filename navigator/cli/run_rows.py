"""How a run reads in rows of text."""

from __future__ import annotations

from typing import Any

from navigator.cli import output
from navigator.runs import Manifest, RunRecord, Status

_WELL = (Status.DONE, Status.RUNNING)


def print_run(record: RunRecord, manifest: Manifest | None = None) -> None:
    """The verdict on each claim, the outputs, and how the run ended."""
    texts = {claim.id: claim.text for claim in manifest.claims} if manifest else {}
    told = {claim.id for claim in record.claims}
    rows: list[list[str | output.Cell]] = []
    for claim in record.claims:
        mark = output.Cell("held", {"fg": "green"}) if claim.held else output.warning("NOT held")
        rows.append([mark, output.name(claim.id), texts.get(claim.id, ""), output.remark(claim.detail)])
    for id, text in texts.items():
        if id not in told and record.status is Status.DONE:
            rows.append([output.warning("not told"), output.name(id), text, ""])
    output.rows(rows)
    if record.left:
        what = "process was" if record.left == 1 else "processes were"
        output.rows([[output.warning(f"{record.left} {what} still running at its end, and had to be stopped")]])
    folder = record.place / "outputs"
    output.rows([output.place(str(folder / each.path)), output.remark(each.title)] for each in record.outputs)
    output.rows([[output.name(record.id), state(record), took(record), output.remark(str(record.place))]])


def state(record: RunRecord) -> output.Cell:
    text = str(record.status)
    if record.status is Status.DONE and not record.held:
        text = "done, a claim did not hold"
    return output.Cell(text, {}) if record.status in _WELL and "not" not in text else output.warning(text)


def took(record: RunRecord) -> str:
    words = [f"{record.seconds:.1f} s"] if record.seconds else []
    if record.memory:
        words.append(f"{record.memory / 2**20:.0f} MiB")
    return ", ".join(words)


def spelled(value: Any) -> str:
    """A parameter's value as ``--set`` takes it."""
    if isinstance(value, list | tuple):
        return ",".join(spelled(each) for each in value)
    return str(value).lower() if isinstance(value, bool) else str(value)
