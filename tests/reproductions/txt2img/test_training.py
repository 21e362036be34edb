"""The weights that are kept: small, whole, made by the command in the repository, and good for what they are for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="the reproduction needs torch (extra: reproductions)")
pytest.importorskip("safetensors", reason="the weights are in safetensors")

from reproductions.txt2img import weights  # noqa: E402
from reproductions.txt2img.ldm.modules.encoders.modules import Tokenizer  # noqa: E402

FILES = (weights.FIRST_STAGE, *weights.MODELS.values())


def test_the_weights_take_less_than_three_megabytes() -> None:
    assert sum((weights.FOLDER / name).stat().st_size for name in FILES) < 3_000_000


def test_pictures_survive_the_autoencoder(trained: Any) -> None:
    pytest.importorskip("sklearn", reason="the digits are scikit-learn's")
    from reproductions.txt2img.training.data import load

    pictures, _ = load()
    with torch.no_grad():
        again = trained.decode_first_stage(trained.scale_factor * trained.encode_first_stage(pictures[:200]).mode())
    assert float((again - pictures[:200]).abs().mean()) < 0.12


def test_latents_have_about_variance_one(trained: Any) -> None:
    pytest.importorskip("sklearn", reason="the digits are scikit-learn's")
    from reproductions.txt2img.training.data import load

    with torch.no_grad():
        latents = trained.scale_factor * trained.encode_first_stage(load()[0][:500]).mode()
    assert 0.8 < float(latents.std()) < 1.25


@pytest.mark.parametrize("parameterization", ["eps", "v"])
def test_the_denoiser_beats_the_best_guess_without_it(parameterization: str, trained: Any) -> None:
    """At a middling noise level, the true prompt helps more than a wrong one, and both more than nothing."""
    pytest.importorskip("sklearn", reason="the digits are scikit-learn's")
    from reproductions.txt2img.k_diffusion import external
    from reproductions.txt2img.ldm.modules.encoders.modules import DIGITS
    from reproductions.txt2img.training.data import load

    model = weights.load_model(parameterization=parameterization)
    denoiser = (external.CompVisVDenoiser if parameterization == "v" else external.CompVisDenoiser)(model)
    pictures, labels = load()
    with torch.no_grad():
        z = model.scale_factor * model.encode_first_stage(pictures[:256]).mode()
        noise = torch.randn(z.shape, generator=torch.Generator().manual_seed(1))
        sigma = torch.full((256,), 2.0)

        def error(shift: int) -> float:
            texts = [f"a photo of the digit {DIGITS[(int(label) + shift) % 10]}" for label in labels[:256]]
            cond = model.get_learned_conditioning(texts)
            return float((denoiser(z + noise * 2.0, sigma, cond=cond) - z).square().mean())

        right, wrong = error(0), error(3)
    assert right < wrong
    assert right < float(z.var())


def test_training_in_small_makes_files_that_load(tmp_path: Path) -> None:
    pytest.importorskip("sklearn", reason="the digits are scikit-learn's")
    from reproductions.txt2img.training.make import Steps, make

    told: list[tuple[str, int, int]] = []
    steps = Steps(first_stage=12, eps=10, v=10)
    losses = make(tmp_path, steps, lambda *each: told.append(each))
    assert set(losses) == {"first stage", "eps", "v"} and all(0 < loss < 3 for loss in losses.values())
    assert told[-1][1:] == (32, 32)
    for parameterization in ("eps", "v"):
        model = weights.load_model(parameterization=parameterization, folder=tmp_path)
        with torch.no_grad():
            out = model.apply_model(
                torch.zeros((1, 4, 4, 4)), torch.tensor([5.0]), model.get_learned_conditioning(["a"])
            )
        assert out.shape == (1, 4, 4, 4) and bool(torch.isfinite(out).all())


def test_training_lowers_the_loss(tmp_path: Path) -> None:
    pytest.importorskip("sklearn", reason="the digits are scikit-learn's")
    from reproductions.txt2img.training import data, first_stage

    torch.manual_seed(0)
    pictures, _ = data.load()
    seen: list[float] = []
    first_stage.train(weights.new_model().first_stage_model, pictures, 40, lambda _, loss: seen.append(loss))
    assert sum(seen[-5:]) < sum(seen[:5]) * 0.8


@pytest.mark.parametrize("content", [b"", b"not safetensors at all"])
def test_a_damaged_file_is_told(tmp_path: Path, content: bytes) -> None:
    for name in FILES:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(weights.MissingWeights, match="training"):
        weights.load_model(folder=tmp_path)


def test_missing_files_are_told(tmp_path: Path) -> None:
    with pytest.raises(weights.MissingWeights, match="is not there"):
        weights.load_model(folder=tmp_path)


def test_words_it_does_not_know_are_one_token() -> None:
    tokenizer = Tokenizer()
    known = tokenizer.encode("A photo, of the DIGIT three")
    assert tokenizer.unknown not in known and len(known) == 7
    assert tokenizer.encode("zebra 🦓") == [tokenizer.unknown] * 2
