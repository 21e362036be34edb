"""What the trainings say: the table, the curves in the terminal and as a picture, and whether depth degraded them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from statistics import mean, stdev

from .digits import KINDS, Curve

COLOURS = {"plain": "#d8663b", "residual": "#3b7dd8"}
MARKS = {"plain": "●■▲◆", "residual": "○□△◇"}


def spread(values: Sequence[float]) -> float:
    """The sample standard deviation, 0 for one value."""
    return stdev(values) if len(values) > 1 else 0.0


def of(curves: Sequence[Curve], kind: str, depth: int) -> list[Curve]:
    return [curve for curve in curves if curve.kind == kind and curve.depth == depth]


def depths(curves: Sequence[Curve]) -> list[int]:
    return sorted({curve.depth for curve in curves})


def table(curves: Sequence[Curve]) -> str:
    """One row a net: mean and spread over the seeds of the last epoch's training loss and of the held-out error."""
    seeds = len({curve.seed for curve in curves})
    lines = [f"{'net':<14}{'training loss':>18}{'held-out error':>18}   mean ± spread of {seeds} seeds"]
    for kind in KINDS:
        for depth in depths(curves):
            group = of(curves, kind, depth)
            losses, errors = [each.losses[-1] for each in group], [100 * (1 - each.accuracy) for each in group]
            loss = f"{mean(losses):.3f} ± {spread(losses):.3f}"
            error = f"{mean(errors):.1f} ± {spread(errors):.1f} %"
            lines.append(f"{f'{kind}-{depth}':<14}{loss:>18}{error:>18}")
    return "\n".join(lines)


def verdict(curves: Sequence[Curve]) -> tuple[bool, str]:
    """Held if with every step in depth the plain nets' mean loss grows and the residual nets' falls, and if from first
    to last depth both differ by more than the two spreads together. The text gives the means."""
    held, details = True, []
    for kind, sign in zip(KINDS, (1, -1), strict=True):
        groups = [[each.losses[-1] for each in of(curves, kind, depth)] for depth in depths(curves)]
        means = [mean(group) for group in groups]
        ordered = all(sign * (after - before) > 0 for before, after in pairwise(means))
        apart = sign * (means[-1] - means[0]) > spread(groups[0]) + spread(groups[-1])
        held = held and ordered and apart
        details.append(f"{kind} {' -> '.join(f'{each:.3f}' for each in means)}")
    return held, f"training loss at depth {' -> '.join(map(str, depths(curves)))}: {'; '.join(details)}"


def mean_losses(curves: Sequence[Curve], kind: str, depth: int) -> list[float]:
    """Epoch by epoch, over the seeds."""
    return [mean(values) for values in zip(*(each.losses for each in of(curves, kind, depth)), strict=True)]


def text(curves: Sequence[Curve], width: int = 72, height: int = 18) -> str:
    """Mean training loss by epoch on a logarithmic scale, as characters; a later curve is drawn over an earlier one."""
    lines = {(kind, depth): mean_losses(curves, kind, depth) for kind in KINDS for depth in depths(curves)}
    marks = {
        (kind, depth): MARKS[kind][at % len(MARKS[kind])] for kind in KINDS for at, depth in enumerate(depths(curves))
    }
    every = [loss for line in lines.values() for loss in line if loss > 0 and math.isfinite(loss)]
    if not every:
        return "no finite loss to draw"
    low, high = math.log(min(every)), math.log(max(every))
    grid = [[" "] * width for _ in range(height)]
    for net, line in lines.items():
        for column in range(width):
            epoch = column * (len(line) - 1) / (width - 1)
            before = line[int(epoch)]
            after = line[min(int(epoch) + 1, len(line) - 1)]
            if not (before > 0 and after > 0 and math.isfinite(before) and math.isfinite(after)):
                continue
            level = math.log(before) + (epoch % 1) * (math.log(after) - math.log(before))
            row = round((high - level) / max(high - low, 1e-9) * (height - 1))
            # The mark at each epoch, dots between.
            near = abs(epoch - round(epoch)) <= (len(line) - 1) / (width - 1) / 2
            if near or grid[row][column] == " ":
                grid[row][column] = marks[net] if near else "·"
    rows = []
    for at, row in enumerate(grid):
        loss = math.exp(high - at / (height - 1) * (high - low))
        rows.append(f"{f'{loss:.3f}' if at % 4 == 0 or at == height - 1 else '':>8} │{''.join(row)}".rstrip())
    epochs = len(next(iter(lines.values())))
    rows.append(f"{'':>8} └{'─' * width}")
    rows.append(f"{'':>9} 1{f'epoch {epochs}':>{width - 1}}")
    rows.append(f"{'':>9} {'   '.join(f'{marks[net]} {net[0]}-{net[1]}' for net in lines)}")
    return "training loss (logarithmic), mean of the seeds\n" + "\n".join(rows)


def write_png(curves: Sequence[Curve], path: Path) -> None:
    """The same as a picture: the line is the mean over the seeds, the band reaches from the least to the greatest."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(8, 4.5), layout="constrained")
    styles = ["--", "-", "-.", ":"]
    for kind in KINDS:
        for at, depth in enumerate(depths(curves)):
            line = mean_losses(curves, kind, depth)
            epochs = range(1, len(line) + 1)
            columns = list(zip(*(each.losses for each in of(curves, kind, depth)), strict=True))
            axes.fill_between(epochs, [*map(min, columns)], [*map(max, columns)], color=COLOURS[kind], alpha=0.15, lw=0)
            marker = "o" if len(line) == 1 else None
            axes.plot(
                epochs, line, styles[at % len(styles)], color=COLOURS[kind], marker=marker, label=f"{kind}-{depth}"
            )
    title = "Depth degrades plain nets, not residual ones" if verdict(curves)[0] else "Training loss by depth"
    axes.set(xlabel="epoch", ylabel="training loss", yscale="log", title=title)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.2)
    axes.legend(frameon=False)
    figure.savefig(path, dpi=120)
    plt.close(figure)
