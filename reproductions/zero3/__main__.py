"""Trains one model as one process and as N ranks, and checks the claims: ``python -m reproductions.zero3``."""

from __future__ import annotations

import sys
import tempfile

import torch

from navigator import reproduction

from . import claims, timeline, training, workload
from .launch import run_ranks
from .roll_call import RankFailed


def main() -> int:
    values = reproduction.parameters(__file__)
    torch.set_num_threads(1)
    model, steps, precision = values["model"], values["steps"], values["precision"]
    counts: list[int] = values["processes"]
    with tempfile.TemporaryDirectory(prefix="zero3-offload-") as folder:
        setting = training.Setting(
            model,
            steps,
            seed=reproduction.seed(),
            precision=precision,
            offload=values["offload"],
            folder=folder,
            log_from=max(0, steps - 1),
            persistence_threshold=0,
        )
        indivisible = [count for count in counts if setting.batch % count]
        if indivisible:
            print(f"processes: {indivisible[0]} does not divide the batch of {setting.batch}", file=sys.stderr)
            return 2
        reproduction.progress(0, 1 + len(counts), "plain AdamW")
        references = {count: training.plain(setting, count) for count in counts}
        ranks: dict[int, list[training.Trained]] = {}
        for done, count in enumerate(counts, 1):
            reproduction.progress(done, 1 + len(counts), f"{count} processes")
            try:
                ranks[count] = run_ranks(training.zero3, count, setting, seconds=values["patience"])
            except RankFailed as error:
                print(error, file=sys.stderr)
                return 3
    reproduction.progress(1 + len(counts), 1 + len(counts), "done")
    return 0 if report(setting, references, ranks) else 1


def report(
    setting: training.Setting, references: dict[int, list[float]], ranks: dict[int, list[training.Trained]]
) -> bool:
    """Prints, draws and tells; whether every claim held."""
    reference = references[max(ranks)]
    print(f"{setting.model}, {setting.precision}: loss {reference[0]:.4f} -> {reference[-1]:.4f} by plain AdamW\n")
    elements = sum(param.numel() for param in workload.build(setting.model).parameters())
    table = claims.memory_table(ranks, elements, 4 if setting.precision == "fp32" else 2)
    print(table + "\n")
    widest = [each.events for each in ranks[max(ranks)]]
    print(timeline.text(widest) + "\n")
    reproduction.output("memory.txt").write_text(table + "\n", "utf-8")
    timeline.write_html(widest, reproduction.output("timeline.html"))
    timeline.write_png(widest, reproduction.output("timeline.png"))
    bar = claims.BARS[setting.precision]
    checks = {
        "same-training": {n: claims.same_training(references[n], each[0].losses, bar) for n, each in ranks.items()},
        "memory": {n: claims.memory_divided(each) for n, each in ranks.items()},
        "order": {n: claims.order(each) for n, each in ranks.items()},
    }
    for name, results in checks.items():
        detail = "; ".join(f"N = {count}: {figures}" for count, (_, figures) in results.items())
        reproduction.claim(name, all(held for held, _ in results.values()), detail)
    return all(held for results in checks.values() for held, _ in results.values())


if __name__ == "__main__":
    sys.exit(main())
