"""ZeRO stage 3 on real processes: training, partitioning, failures and checkpoints."""

from __future__ import annotations

import multiprocessing
import os
import time
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="the reproduction needs torch (extra: reproductions)")

from reproductions.zero3 import claims, timeline, training  # noqa: E402
from reproductions.zero3.checkpoint import get_fp32_state_dict_from_zero_checkpoint  # noqa: E402
from reproductions.zero3.launch import RankFailed, run_ranks  # noqa: E402
from tests.reproductions.zero3 import ranks  # noqa: E402


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def _no_children() -> bool:
    return not multiprocessing.active_children()


@pytest.mark.parametrize(
    ("model", "precision", "offload", "processes"),
    [
        ("mlp", "fp32", "none", 4),
        ("transformer", "fp32", "none", 2),
        ("transformer", "bf16", "cpu", 2),
        ("mlp", "fp16", "nvme", 2),
        *(
            pytest.param(model, precision, offload, processes, marks=pytest.mark.long)
            for model in ("mlp", "transformer")
            for precision in ("fp32", "bf16", "fp16")
            for offload in ("none", "nvme")
            for processes in (1, 2, 3, 4)
        ),
    ],
)
def test_claims(model: str, precision: str, offload: str, processes: int, tmp_path: Path) -> None:
    batch = 36 if processes == 3 else 32
    setting = training.Setting(
        model, 50, batch=batch, precision=precision, offload=offload, folder=str(tmp_path), log_from=48
    )
    found = run_ranks(training.zero3, processes, setting, seconds=60)
    reference = training.plain(setting, processes)
    for held, figures in (
        claims.same_training(reference, found[0].losses, claims.BARS[precision]),
        claims.memory_divided(found),
        claims.order(found),
    ):
        assert held, figures
    assert reference[-1] < reference[0] / 2
    logs = [each.events for each in found]
    picture = timeline.text(logs, 60)
    assert all(f"rank {rank}         gather" in picture for rank in range(processes))
    timeline.write_html(logs, tmp_path / "timeline.html")
    spans = sum(event.kind in timeline.COLOURS for log in logs for event in log)
    assert (tmp_path / "timeline.html").read_text().count("<rect") == spans > 6 * processes
    if processes > 1:
        broken = [each for each in found[0].events if each.kind != "gather"]
        assert not claims.order([found[0]._replace(events=broken)])[0], "the check sees a missing gather"


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_gather_after_partition_is_the_identity(processes: int) -> None:
    assert run_ranks(ranks.partition_property, processes, processes) == [67] * processes


def test_padding_does_not_leak() -> None:
    for clean, poisoned in run_ranks(ranks.poisoned_padding, 2):
        assert clean == poisoned


def test_behaviour_on_two_ranks() -> None:
    first, second = run_ranks(ranks.scenarios, 2)
    for key in ("accumulation", "checkpointing", "trace", "overflow", "unused"):
        assert first[key] == second[key], key
    (norm, total), (norm2, total2) = first["accumulation"]
    assert norm == pytest.approx(norm2, rel=1e-5) and total == pytest.approx(total2, rel=1e-6)
    without, fresh, reentrant = first["checkpointing"]
    assert without == pytest.approx(fresh, abs=1e-6) and without == pytest.approx(reentrant, abs=1e-6)
    assert first["trace"] == ["RECORD", "COMPLETE", "COMPLETE", "INVALID", "RECORD", "COMPLETE", "COMPLETE"]
    assert first["gathered"] and second["gathered"] and first["inference"] and second["inference"]
    assert first["released"] == second["released"] == 0
    assert first["overflow"] == (2, 128.0, True)


@pytest.mark.parametrize(
    ("how", "text"),
    [
        ("kill", "rank 1 died: killed by SIGKILL"),
        ("hang", "rank 1 is alive but does not come"),
        ("raise", "rank 1 failed: ValueError: bad batch"),
    ],
)
def test_a_lost_rank_is_named_and_nobody_stays(how: str, text: str) -> None:
    start = time.monotonic()
    with pytest.raises(RankFailed, match=text):
        run_ranks(ranks.fail, 2, how, seconds=4)
    assert time.monotonic() - start < 60
    assert _no_children()


@pytest.mark.parametrize(("model", "offload", "others"), [("mlp", "nvme", (2, 3)), ("transformer", "none", (1,))])
def test_a_checkpoint_goes_on_at_any_number_of_ranks(
    model: str, offload: str, others: tuple[int, ...], tmp_path: Path
) -> None:
    saved: list[Any] = run_ranks(ranks.save_midway, 2, str(tmp_path), model, offload)
    losses, whole = saved[0]
    assert saved[1][1] is None
    offline = get_fp32_state_dict_from_zero_checkpoint(tmp_path)
    assert whole.keys() == offline.keys()
    assert all(torch.equal(whole[name], offline[name]) for name in whole)
    for processes in others:
        for again, note in run_ranks(ranks.load_and_go_on, processes, str(tmp_path), model, offload):
            assert note == {"note": 7}
            # Three ranks share 32 rows unevenly: their mean of means is another loss.
            assert processes == 3 or again == pytest.approx(losses, abs=1e-5)


@pytest.mark.parametrize("moment", ["shard", "rename"])
def test_a_kill_during_saving_leaves_the_checkpoint_before(moment: str, tmp_path: Path) -> None:
    with pytest.raises(RankFailed, match="SIGKILL"):
        run_ranks(ranks.killed_while_saving, 2, str(tmp_path), moment, seconds=10)
    assert _no_children()
    for _, note in run_ranks(ranks.load_and_go_on, 2, str(tmp_path), "mlp", "none"):
        assert note == "first"
    assert os.listdir(tmp_path)
