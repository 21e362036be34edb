"""Builds the networks, trains plain and residual nets, and checks the claims: ``python -m reproductions.resnet``."""

from __future__ import annotations

import sys

import torch

from navigator import reproduction

from . import architectures, degradation, digits


def main() -> int:
    values = reproduction.parameters(__file__)
    torch.set_num_threads(reproduction.threads())
    depths, device, epochs = sorted(set(values["depths"])), values["device"], values["epochs"]
    misfits = [str(depth) for depth in depths if depth % 6 != 2]
    if misfits or len(depths) < 2:
        wrong = f"no {', '.join(misfits)}" if misfits else f"not only {', '.join(map(str, depths)) or 'none'}"
        print(f"depths: two or more of 8, 14, 20, 26, 32, ... (6 n + 2), {wrong}", file=sys.stderr)
        return 2
    if device == "cuda" and not torch.cuda.is_available():
        print("device: torch finds no GPU here; leave device=cpu", file=sys.stderr)
        return 2

    reproduction.progress(0, None, "the ten builders")
    as_published, detail, figures = architectures.table()
    print(figures + "\n", flush=True)
    reproduction.claim("architectures", as_published, detail)

    data = digits.load(device)
    runs = [(kind, depth, seed) for depth in depths for kind in digits.KINDS for seed in range(values["seeds"])]
    # A block costs the same in every net.
    total = sum(depth for _, depth, _ in runs) * epochs
    curves, done = [], 0
    for kind, depth, seed in runs:
        label, before = f"{kind}-{depth}, seed {seed + 1} of {values['seeds']}", done

        def tell(epoch: int, label: str = label, before: int = before, depth: int = depth) -> None:
            reproduction.progress(before + epoch * depth, total, label)

        curves.append(digits.train(data, kind, depth, reproduction.seed() + seed, epochs, tell))
        done += depth * epochs
    return 0 if report(curves) and as_published else 1


def report(curves: list[digits.Curve]) -> bool:
    """Prints, draws and tells; whether depth degraded the plain nets, and those only."""
    table, plot = degradation.table(curves), degradation.text(curves)
    print(f"{table}\n\n{plot}\n", flush=True)
    reproduction.output("losses.txt").write_text(f"{table}\n\n{plot}\n", "utf-8")
    reproduction.written("losses.txt")
    degradation.write_png(curves, reproduction.output("curves.png"))
    reproduction.written("curves.png")
    held, detail = degradation.verdict(curves)
    reproduction.claim("degradation", held, detail)
    print("Depth degrades the plain nets, not the residual ones." if held else "The claim did not hold here.")
    return held


if __name__ == "__main__":
    sys.exit(main())
