"""The same data, seeds and steps in the real deepspeed 0.19.8 and in torch's FSDP2."""

from __future__ import annotations

import importlib.util

import pytest

torch = pytest.importorskip("torch", reason="the reproduction needs torch (extra: reproductions)")

from reproductions.zero3 import claims, training  # noqa: E402
from reproductions.zero3.config import Fp16  # noqa: E402
from reproductions.zero3.launch import run_ranks  # noqa: E402
from reproductions.zero3.loss_scaler import CreateLossScaler  # noqa: E402
from tests.reproductions.zero3 import oracles  # noqa: E402

needs_deepspeed = pytest.mark.skipif(
    importlib.util.find_spec("deepspeed") is None,
    reason="deepspeed 0.19.8 is not installed: "
    "DS_BUILD_OPS=0 DS_ACCELERATOR=cpu pip install --no-build-isolation deepspeed==0.19.8",
)


@needs_deepspeed
@pytest.mark.parametrize(
    ("model", "precision", "processes", "clip"),
    [
        ("mlp", "fp32", 2, 0.2),
        ("transformer", "fp32", 2, 0.0),
        pytest.param("transformer", "bf16", 2, 0.0, marks=pytest.mark.long),
        pytest.param("mlp", "fp32", 4, 0.0, marks=pytest.mark.long),
        pytest.param("transformer", "fp32", 4, 0.2, marks=pytest.mark.long),
    ],
)
def test_like_deepspeed(model: str, precision: str, processes: int, clip: float) -> None:
    setting = training.Setting(model, 50, precision=precision, clip=clip)
    bar = claims.BARS[precision]
    reference = training.plain(setting, processes)
    for ours, theirs, our_sizes, their_sizes in run_ranks(oracles.beside_deepspeed, processes, setting, seconds=120):
        assert our_sizes == their_sizes
        for each in (ours, theirs):
            held, figures = claims.same_training(reference, each, bar)
            assert held, figures
        held, figures = claims.same_training(theirs, ours, bar)
        assert held, figures


@pytest.mark.parametrize("model", ["mlp", "transformer"])
def test_like_fsdp2(model: str) -> None:
    setting = training.Setting(model, 50)
    for ours, theirs in run_ranks(oracles.beside_fsdp2, 2, setting, seconds=60):
        held, figures = claims.same_training(theirs, ours, 1e-5)
        assert held, figures


@needs_deepspeed
def test_the_loss_scale_follows_deepspeeds() -> None:
    """Random runs of overflows under random settings give deepspeed's scale after every step."""
    for theirs, ours in run_ranks(oracles.loss_scales, 1, 300, seconds=120)[0]:
        assert ours == theirs


def test_the_loss_scale_by_the_rules() -> None:
    """initial 2^4, window 3, hysteresis 2: worked out by hand."""
    scaler = CreateLossScaler(
        torch.float16, Fp16(enabled=True, initial_scale_power=4, loss_scale_window=3, hysteresis=2)
    )
    scales = []
    for overflow in (True, True, False, False, False, True, True, True):
        scaler.update_scale(overflow)
        scales.append(scaler.loss_scale)
    # The first overflow is forgiven, the second halves; three good steps double and forgive one more.
    assert scales == [16, 8, 8, 8, 8, 4, 2, 1]
    with pytest.raises(OverflowError, match="diverged"):
        scaler.update_scale(True)
