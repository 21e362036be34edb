"""Training, in short; and the model that the repository keeps, in whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="the reproduction needs torch (extra: reproductions)")
pytest.importorskip("sklearn", reason="the digits are scikit-learn's")
pytest.importorskip("safetensors", reason="the weights are kept in safetensors")

from reproductions.txt2img import digit_reader, obedience, training, weights  # noqa: E402
from reproductions.txt2img.modules import devices, errors, processing, sd_models, shared  # noqa: E402
from tests.reproductions.txt2img.pipeline import same  # noqa: E402

SHORT = training.Setting(vae_steps=8, vae_batch=8, steps=8, batch=16)


@pytest.mark.parametrize("parameterization", ["eps", "v"])
def test_a_short_training_learns_and_can_be_read_back(tmp_path: Path, parameterization: str) -> None:
    told: list[tuple[int, int, str]] = []
    setting = training.Setting(**{**vars(SHORT), "parameterization": parameterization})
    file = tmp_path / "new.safetensors"
    model = training.train(setting, file, lambda *each: told.append(each))
    assert [done for done, _, _ in told] == [*range(1, 9), *range(1, 9)]
    first, last = (float(told[index][2].rpartition(" ")[2]) for index in (0, 7))
    assert last < first, "the autoencoder did not get better"
    again = weights.load_model(file=file)
    assert again.parameterization == parameterization
    for name, value in model.state_dict().items():
        assert torch.allclose(again.state_dict()[name], value, atol=1e-3, rtol=2e-3), name
    latents = torch.cat([model.get_first_stage_encoding(model.encode_first_stage(training.digits()[0][:500]))])
    assert float(latents.std()) == pytest.approx(1.0, abs=0.15)
    if parameterization == "v":
        twin = training.train(setting, None).state_dict()
        assert all(torch.equal(value, twin[name]) for name, value in model.state_dict().items())


@pytest.mark.long
def test_a_whole_training_gives_a_model_that_obeys(tmp_path: Path) -> None:
    training.train(file=tmp_path / "new.safetensors")
    assert (tmp_path / "new.safetensors").stat().st_size < 3_000_000
    before = shared.sd_model
    sd_models.load_model(tmp_path / "new.safetensors")
    try:
        held, detail = obedience.check(200, 0, lambda label: None)
    finally:
        shared.sd_model = before
    assert held, detail


# The model that the repository keeps.


@pytest.fixture
def trained() -> Any:
    before = shared.sd_model
    shared.opts.data.clear()
    shared.opts.safety_check = False
    yield sd_models.load_model()
    shared.opts.data.clear()
    shared.sd_model = before
    devices.use("cpu")


def made(prompt: Any, **values: Any) -> list[Any]:
    settings = {
        "seed": 11,
        "sampler_name": "Euler a",
        "steps": 20,
        "cfg_scale": 3.0,
        "do_not_save_grid": True,
        **values,
    }
    return processing.process_images(processing.StableDiffusionProcessingTxt2Img(prompt=prompt, **settings)).images


def read(images: list[Any]) -> list[int]:
    return digit_reader.reader().read(obedience.tensors(images))


def test_the_reader_reads_real_digits() -> None:
    pictures, targets = training.digits()
    assert digit_reader.reader().read((pictures[:400] + 1) / 2) == targets[:400].tolist()


@pytest.mark.parametrize(
    ("sampler", "scheduler", "steps"),
    [
        ("Euler", "Automatic", 20),
        ("Heun", "Karras", 12),
        ("DPM++ 2M", "Karras", 12),
        ("DPM++ 2M SDE", "Exponential", 20),
        ("DDIM", "Automatic", 20),
        ("PLMS", "Automatic", 20),
        ("UniPC", "Automatic", 10),
        ("LCM", "SGM Uniform", 10),
        ("Euler a", "Simple", 20),
        ("DPM++ 2M", "Align Your Steps", 12),
    ],
)
def test_every_family_of_samplers_obeys(trained: Any, sampler: str, scheduler: str, steps: int) -> None:
    prompts = [obedience.prompt_for(digit) for digit in range(10)]
    images = made(prompts, batch_size=10, sampler_name=sampler, scheduler=scheduler, steps=steps)
    right = sum(digit == wanted for digit, wanted in zip(read(images), range(10), strict=True))
    assert right >= 9, read(images)


def test_prompts_mean_what_they_say(trained: Any) -> None:
    assert read(made(["seven", "a drawing of the digit 2", "a photo of the number five, please"], batch_size=3)) == [
        7,
        2,
        5,
    ]
    # What comes early decides the shape.
    assert read(made("[one:eight:0.05]", n_iter=3)) == [8, 8, 8]
    assert read(made("[one:eight:0.9]", n_iter=3)) == [1, 1, 1]
    assert read(made("zero AND six :0", n_iter=3, cfg_scale=4.0)) == [0, 0, 0]
    # A weight of nothing says nothing; a chunk of its own is heard as well.
    assert read(made("a photo of the digit BREAK a photo of the digit four", n_iter=3)) == [4, 4, 4]


def test_a_negative_prompt_keeps_away(trained: Any) -> None:
    plain = read(made("", n_iter=4, batch_size=25, cfg_scale=3.0))
    common = max(set(plain), key=plain.count)
    without = read(made("", negative_prompt=obedience.prompt_for(common), n_iter=4, batch_size=25, cfg_scale=3.0))
    assert without.count(common) < plain.count(common) / 3


def test_a_batch_looks_like_its_single_runs(trained: Any) -> None:
    """Convolutions of another batch size round otherwise: a grey may differ by one."""
    together = made("three", batch_size=3, n_iter=2)
    for index, image in enumerate(together):
        alone = obedience.tensors(made("three", seed=11 + index))
        assert (obedience.tensors([image]) - alone).abs().max() <= 1.01 / 255
    assert same(*(made("three")[0] for _ in range(2)))


def test_hires_fix_and_img2img_keep_the_digit(trained: Any) -> None:
    large = made("a photo of the digit two", enable_hr=True, hr_scale=2.0, denoising_strength=0.3)
    assert large[0].size == (32, 32)
    start = made("a photo of the digit three")[0]
    p = processing.StableDiffusionProcessingImg2Img(
        prompt="a photo of the digit three", init_images=[start], denoising_strength=0.4, seed=5, sampler_name="Euler a"
    )
    assert read(processing.process_images(p).images) == [3]


def test_half_precision(trained: Any) -> None:
    devices.use("cpu", half=True)
    sd_models.load_model()
    assert trained is not shared.sd_model
    assert shared.sd_model.model.diffusion_model.dtype == torch.float16
    prompts = [obedience.prompt_for(digit) for digit in range(10)]
    right = sum(a == b for a, b in zip(read(made(prompts, batch_size=10)), range(10), strict=True))
    assert right >= 9


@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no GPU")
def test_on_a_gpu() -> None:
    before = shared.sd_model
    devices.use("cuda", half=True)
    try:
        sd_models.load_model()
        prompts = [obedience.prompt_for(digit) for digit in range(10)]
        right = sum(a == b for a, b in zip(read(made(prompts, batch_size=10)), range(10), strict=True))
        assert right >= 9
    finally:
        devices.use("cpu")
        shared.sd_model = before


def test_a_missing_file_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(errors.BadRequest, match=r"none\.safetensors is missing: python -m reproductions"):
        sd_models.load_model(tmp_path / "none.safetensors")
