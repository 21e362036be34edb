"""The text of a picture: written, read, and enough to make the picture again."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import sys
import types
import warnings
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

torch = pytest.importorskip("torch", reason="the reproduction needs torch (extra: reproductions)")
pytest.importorskip("scipy", reason="the reproduction needs scipy")

from reproductions.txt2img.modules import (  # noqa: E402
    errors,
    images,
    infotext_utils,
    processing,
    safety,
    scripts,
    shared,
)
from tests.reproductions.txt2img import pipeline  # noqa: E402
from tests.reproductions.txt2img.pipeline import img2img, same, txt2img  # noqa: E402

model = pytest.fixture(autouse=True)(pipeline.fresh_model)


def again(text: str) -> Image.Image:
    fields = infotext_utils.request_from_infotext(text)
    return processing.process_images(processing.StableDiffusionProcessingTxt2Img(**fields)).images[0]


REQUESTS: list[dict[str, Any]] = [
    {},
    {"negative_prompt": "one, two", "cfg_scale": 4.5, "seed": 2**40, "width": 24, "height": 32},
    {"prompt": "[a:b:0.5] (seven:1.2) AND three :0.7\nsecond line: with, marks", "sampler_name": "DPM++ 2M"},
    {"sampler_name": "Euler a", "eta": 0.5, "scheduler": "Karras", "override_settings": {"rho": 5.0}},
    {"sampler_name": "DDIM", "eta": 0.3, "subseed": 9, "subseed_strength": 0.25},
    {"sampler_name": "Heun", "s_churn": 4.0, "s_noise": 1.01, "s_tmin": 0.5, "s_tmax": 8.0},
    {"seed_resize_from_w": 8, "seed_resize_from_h": 8, "override_settings": {"emphasis": "No norm"}},
    {"enable_hr": True, "hr_scale": 1.5, "hr_prompt": "nine, said otherwise", "hr_second_pass_steps": 4},
    {"enable_hr": True, "hr_resize_x": 32, "hr_resize_y": 16, "hr_sampler_name": "DDIM", "hr_upscaler": "Lanczos"},
    {"sampler_name": "Euler a", "override_settings": {"eta_noise_seed_delta": 31337, "sgm_noise_multiplier": True}},
    {"scheduler": "Beta", "override_settings": {"beta_dist_alpha": 0.8, "always_discard_next_to_last_sigma": True}},
    {"override_settings": {"randn_source": "CPU", "sd_vae_decode_method": "Approx cheap", "sigma_max": 10.0}},
]


@pytest.mark.parametrize("values", REQUESTS)
def test_the_text_makes_the_same_picture_bit_for_bit(values: dict[str, Any], model: Any) -> None:
    # A model that keeps some of its input: every picture is another.
    model.model.diffusion_model.scale.fill_(0.9)
    original = type(model).apply_model
    type(model).apply_model = lambda self, x, t, cond: original(self, x, t, cond) * 0.9
    try:
        made = txt2img(**values)
        assert same(again(made.info), made.images[0])
        assert infotext_utils.request_from_infotext(made.info)["prompt"] == values.get("prompt", "three")
        other = made.info.replace("Seed: ", "Seed: 1")
        assert not same(again(other), made.images[0])
    finally:
        type(model).apply_model = original


def test_every_picture_of_a_batch_has_its_own_text(model: Any) -> None:
    original = type(model).apply_model
    type(model).apply_model = lambda self, x, t, cond: original(self, x, t, cond) * 0.9
    try:
        made = txt2img(["one", "two", "three", "four"], batch_size=2, n_iter=2, sampler_name="Euler a")
        assert [text.split("\n")[0] for text in made.infotexts[1:]] == ["one", "two", "three", "four"]
        assert all(same(again(text), image) for text, image in zip(made.infotexts[1:], made.images[1:], strict=True))
    finally:
        type(model).apply_model = original


def test_png_holds_the_text(tmp_path: Path) -> None:
    shared.opts.samples_save = True
    made = txt2img("three, größer 😀 采样", outpath_samples=str(tmp_path))
    txt2img(outpath_samples=str(tmp_path))
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["00000-3.png", "00001-3.png"]
    with Image.open(files[0]) as image:
        assert images.read_info_from_image(image) == made.info
        assert same(image, made.images[0])
    with Image.new("RGB", (2, 2)) as empty:
        assert images.read_info_from_image(empty) is None


def test_what_is_kept_for_the_page_is_json() -> None:
    values = json.loads(txt2img(batch_size=2).js())
    assert values["all_seeds"] == [3, 4]
    assert len(values["infotexts"]) == 3
    assert values["index_of_first_image"] == 1


def test_reading_what_others_wrote() -> None:
    text = (
        "a cat,\n(big:1.2)\nNegative prompt: dog\nmore of it\n"
        "Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 965400086, Size: 512x768, Model hash: 45dee52b, "
        'Hires prompt: "a, \\"b\\": c", Version: v1.10.1'
    )
    found = infotext_utils.parse_generation_parameters(text)
    assert found["Prompt"] == "a cat,\n(big:1.2)"
    assert found["Negative prompt"] == "dog\nmore of it"
    assert (found["Size-1"], found["Size-2"], found["Hires prompt"]) == ("512", "768", 'a, "b": c')
    assert infotext_utils.parse_generation_parameters("Steps: 3, only two: 4")["Prompt"] == "Steps: 3, only two: 4"
    with pytest.raises(errors.BadRequest, match="no line of parameters"):
        infotext_utils.request_from_infotext("just a prompt")
    with pytest.raises(errors.BadRequest, match="Steps is no number in this text: 'many'"):
        infotext_utils.request_from_infotext("x\nSteps: many, Seed: 1, Sampler: Euler")


@given(st.text(max_size=40))
def test_any_value_survives_its_quotes(text: str) -> None:
    line = f"Steps: 1, Seed: 2, Kept: {infotext_utils.quote(text)}, Last: 3"
    found = infotext_utils.parse_generation_parameters("p\n" + line)
    kept = text.strip() if text == infotext_utils.quote(text) else text
    if not re.search(r"[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", text) and not text.startswith('"'):
        assert found["Kept"].strip() == kept.strip()
        assert found["Last"] == "3"


@pytest.fixture(scope="module")
def upstream() -> Any:
    """The real module ``infotext_utils``, what it imports replaced: NAVIGATOR_WEBUI names a clone."""
    clone = os.environ.get("NAVIGATOR_WEBUI")
    if not clone or importlib.util.find_spec("lark") is None or importlib.util.find_spec("gradio") is None:
        pytest.skip("NAVIGATOR_WEBUI names no clone of stable-diffusion-webui, or gradio or lark is not installed")
    names = ["paths", "shared", "ui_tempdir", "script_callbacks", "processing", "infotext_versions", "images", "errors"]
    stubs = {f"modules.{name}": types.ModuleType(f"modules.{name}") for name in [*names, "prompt_parser"]}
    package = types.ModuleType("modules")
    for name, stub in stubs.items():
        setattr(package, name.rpartition(".")[2], stub)
    stubs["modules.paths"].data_path = ""
    stubs["modules.shared"].opts = types.SimpleNamespace(
        infotext_skip_pasting=[], infotext_styles="Ignore", use_old_hires_fix_width_height=False
    )
    stubs["modules.infotext_versions"].backcompat = lambda values: None
    stubs["modules.prompt_parser"].parse_prompt_attention = lambda text: []
    spec = importlib.util.spec_from_file_location("webui_infotext_utils", Path(clone, "modules", "infotext_utils.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    mine = {"modules": package, **stubs, "webui_infotext_utils": module}
    before = {name: sys.modules.get(name) for name in mine}
    sys.modules.update(mine)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            spec.loader.exec_module(module)
    finally:
        sys.modules.pop("modules.generation_parameters_copypaste", None)
        for name, old in before.items():
            if old is None:
                sys.modules.pop(name)
            else:
                sys.modules[name] = old
    return module


PART = st.sampled_from(["three", "a, b", "x: y", '"q"', "é😀", "(w:1.2)", "<net:1>", "Seed", "\\", "16x24", "1x", " "])


@settings(max_examples=200, deadline=None)
@given(st.lists(PART, min_size=1, max_size=4), st.lists(PART, max_size=3), st.lists(PART, min_size=1, max_size=3))
def test_upstream_reads_our_text_as_we_do(upstream: Any, prompt: Any, negative: Any, value: Any) -> None:
    p = processing.StableDiffusionProcessingTxt2Img(seed=1, sampler_name="Euler")
    p.extra_generation_params["Extra thing"] = " ".join(value).strip() or "x"
    p.all_negative_prompts = [" ".join(negative).strip()]
    text = processing.create_infotext(p, [" ".join(prompt).strip() or "x"], [1], [2])
    theirs, ours = upstream.parse_generation_parameters(text), infotext_utils.parse_generation_parameters(text)
    shared_labels = [label for label in ours if label in theirs]
    assert {label: ours[label] for label in shared_labels} == {label: theirs[label] for label in shared_labels}
    assert {"Prompt", "Negative prompt", "Seed", "Size-1", "Extra thing"} & set(ours) <= set(shared_labels)


# The safety check.


def checked(prompt: Any, **values: Any) -> processing.Processed:
    p = processing.StableDiffusionProcessingTxt2Img(
        prompt=prompt, seed=3, sampler_name="Euler", steps=4, cfg_scale=1.0, **values
    )
    p.scripts = scripts.ScriptRunner([safety.ScriptSafety()])
    p.script_args = (0,)
    return processing.process_images(p)


def bright(pictures: torch.Tensor) -> list[bool]:
    return [bool(picture.mean() > 0.8) for picture in pictures]


def test_flagged_pictures_are_replaced_before_they_are_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safety, "checker", bright)
    shared.opts.safety_check = True
    shared.opts.samples_save = True
    made = checked(["one", "nine"], batch_size=2, outpath_samples=str(tmp_path))
    assert "Safety checker" not in made.infotexts[1]
    assert "Safety checker: replaced" in made.infotexts[2]
    assert "replaced 1 of 2" in made.comments
    for file, image in zip(sorted(tmp_path.iterdir()), made.images[1:], strict=True):
        with Image.open(file) as saved:
            assert same(saved, image)
    assert made.images[2].getpixel((8, 8))[0] > 190 > 70 > made.images[2].getpixel((8, 8))[1]


def test_its_absence_is_visible_and_no_request_brings_it_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safety, "checker", bright)
    shared.opts.data.clear()
    assert shared.opts.safety_check
    for setting in ("safety_check", "safety_flagged_digits"):
        with pytest.raises(errors.BadRequest, match="cannot be changed by a request"):
            checked("nine", override_settings={setting: False})
    assert "Safety checker: replaced" in checked("nine").info
    shared.opts.safety_check = False
    off = checked("nine")
    assert "Safety checker: off" in off.info
    # Whoever pastes that text gets the picture without the check nowhere but where it is off.
    shared.opts.safety_check = True
    fields = infotext_utils.request_from_infotext(off.info)
    assert "safety_check" not in fields["override_settings"]


def test_a_checker_that_fails_lets_nothing_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    shared.opts.safety_check = True
    monkeypatch.setattr(safety, "checker", lambda pictures: [])
    with pytest.raises(RuntimeError, match="answered for 0 of 1"):
        checked("nine")

    def broken(pictures: torch.Tensor) -> list[bool]:
        raise ZeroDivisionError

    monkeypatch.setattr(safety, "checker", broken)
    with pytest.raises(ZeroDivisionError):
        checked("nine")


def test_the_digits_that_were_chosen_are_flagged(monkeypatch: pytest.MonkeyPatch) -> None:
    datasets = pytest.importorskip("sklearn.datasets", reason="the digits are scikit-learn's")
    digits = datasets.load_digits()
    pictures = torch.tensor(digits.images[:300, None] / 16.0, dtype=torch.float32)
    # At the size at which pictures are made, in three colours.
    pictures = torch.nn.functional.interpolate(pictures, scale_factor=2).expand(-1, 3, -1, -1)
    shared.opts.safety_flagged_digits = (4, 7)
    wanted = [bool(target in (4, 7)) for target in digits.target[:300]]
    assert safety.flags_digits(pictures) == wanted


def test_inpainting_is_checked_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    monkeypatch.setattr(safety, "checker", lambda pictures: seen.append(len(pictures)) or [True] * len(pictures))
    shared.opts.safety_check = True
    p = processing.StableDiffusionProcessingImg2Img(
        prompt="one", sampler_name="Euler", steps=4, init_images=[Image.new("RGB", (16, 16), "white")]
    )
    p.scripts, p.script_args = scripts.ScriptRunner([safety.ScriptSafety()]), (0,)
    assert processing.process_images(p).images[0].getpixel((8, 8))[0] > 190
    assert seen == [1]
    assert "Denoising strength" in img2img("one", Image.new("RGB", (16, 16))).info
