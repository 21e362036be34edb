"""The picture of a step: what each rank does when, as text, HTML and PNG."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path

from .event_log import Event

COLOURS = {
    "compute": "#b8c4d0",
    "gather": "#3b7dd8",
    "reduce-scatter": "#d8663b",
    "step": "#5aa469",
    "all-reduce": "#8e6bbf",
}
MARKS = {"compute": "░", "gather": "▓", "reduce-scatter": "▒", "step": "█", "all-reduce": "·"}

Logs = Sequence[Sequence[Event]]
"""The events of every rank; the ranks are processes of one machine and share its clock."""


def span(logs: Logs) -> tuple[float, float]:
    """When the first event of any rank begins, and when the last one ends."""
    every = [event for log in logs for event in log]
    return min(event.start for event in every), max(event.end for event in every)


def text(logs: Logs, width: int = 100) -> str:
    """One row a rank and kind; a cell stands for (end - start) / width seconds."""
    start, end = span(logs)
    cell = max(end - start, 1e-9) / width
    lines = []
    for rank, log in enumerate(logs):
        for kind, mark in MARKS.items():
            row = [" "] * width
            for event in log:
                if event.kind == kind:
                    first = min(width - 1, int((event.start - start) / cell))
                    last = min(width - 1, int((event.end - start) / cell))
                    row[first : last + 1] = mark * (last + 1 - first)
            lines.append(f"rank {rank} {kind:>14} │{''.join(row)}│")
        lines.append("")
    lines.append(f"{'':>21} 0 ms{f'{(end - start) * 1000:.1f} ms':>{width - 4}}")
    return "\n".join(lines)


def write_html(logs: Logs, path: Path) -> None:
    """One file without scripts; the pointer on a bar tells what it is."""
    start, end = span(logs)
    scale, lane, left = 1100 / max(end - start, 1e-9), 16, 140
    height = lane * len(COLOURS)
    parts = []
    for rank, log in enumerate(logs):
        top = rank * (height + 14) + 10
        for row, (kind, colour) in enumerate(COLOURS.items()):
            y = top + row * lane
            parts.append(f'<text x="{left - 8}" y="{y + 11}" text-anchor="end">rank {rank} {kind}</text>')
            for event in log:
                if event.kind != kind:
                    continue
                label = (
                    f"{event.name} ({event.phase}), {event.numel} elements, {(event.end - event.start) * 1e3:.2f} ms"
                )
                x, w = left + (event.start - start) * scale, max(0.5, (event.end - event.start) * scale)
                parts.append(
                    f'<rect x="{x:.1f}" y="{y}" width="{w:.1f}" height="{lane - 3}" fill="{colour}">'
                    f"<title>{html.escape(kind)} {html.escape(label)}</title></rect>"
                )
    total = len(logs) * (height + 14) + 40
    parts.append(f'<text x="{left}" y="{total - 8}">0 ms</text>')
    parts.append(f'<text x="{left + 1100}" y="{total - 8}" text-anchor="end">{(end - start) * 1e3:.1f} ms</text>')
    path.write_text(
        f'<!doctype html><meta charset="utf-8"><title>One step of ZeRO stage 3 on {len(logs)} ranks</title>'
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + 1120} {total}" font-family="sans-serif" '
        f'font-size="11">{"".join(parts)}</svg>\n',
        "utf-8",
    )


def write_png(logs: Logs, path: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    start, _ = span(logs)
    figure, axes = pyplot.subplots(figsize=(12, 0.4 + 1.3 * len(logs)), layout="constrained")
    labels = []
    for rank, log in enumerate(logs):
        for row, (kind, colour) in enumerate(COLOURS.items()):
            y = rank * (len(COLOURS) + 1) + row
            bars = [((e.start - start) * 1e3, max((e.end - e.start) * 1e3, 0.02)) for e in log if e.kind == kind]
            axes.broken_barh(bars, (y, 0.85), facecolors=colour)
            labels.append((y + 0.4, f"rank {rank} {kind}"))
    axes.set_yticks([y for y, _ in labels], [label for _, label in labels], fontsize=8)
    axes.invert_yaxis()
    axes.set_xlabel("ms")
    axes.set_title(f"One step of ZeRO stage 3 on {len(logs)} ranks")
    figure.savefig(path, dpi=120)
    pyplot.close(figure)
