"""Requests to pictures, with a model whose outputs are known."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch", reason="the reproduction needs torch (extra: reproductions)")
pytest.importorskip("scipy", reason="the reproduction needs scipy")

from reproductions.txt2img.modules import (  # noqa: E402
    devices,
    extra_networks,
    masking,
    processing,
    rng,
    script_callbacks,
    scripts,
    sd_models,
    sd_samplers,
    sd_schedulers,
    sd_unet,
    shared,
)
from tests.reproductions.txt2img import pipeline, small_model  # noqa: E402
from tests.reproductions.txt2img.pipeline import img2img, level, same, txt2img  # noqa: E402

model = pytest.fixture(autouse=True)(pipeline.fresh_model)


@pytest.mark.parametrize("name", [each.name for each in sd_samplers.all_samplers])
@pytest.mark.parametrize("parameterization", ["eps", "v"])
def test_every_sampler_ends_where_the_model_points(name: str, parameterization: str) -> None:
    sd_models.use_model(small_model.Model(parameterization))
    if (name, parameterization) == ("LCM", "v"):
        pytest.skip("latent consistency models predict noise")
    assert level(txt2img(sampler_name=name, steps=12).images[0]) == pytest.approx(0.3, abs=0.02)


@pytest.mark.parametrize("label", [each.label for each in sd_schedulers.schedulers])
def test_every_scheduler(label: str) -> None:
    processed = txt2img(scheduler=label, steps=12)
    assert level(processed.images[0]) == pytest.approx(0.3, abs=0.02)
    assert f"Schedule type: {label}," in processed.info


def test_the_names_that_users_of_webui_know() -> None:
    names = {each.name for each in sd_samplers.all_samplers}
    assert names >= {"Euler", "Euler a", "Heun", "DPM++ 2M", "DPM++ 2M SDE", "DDIM", "UniPC", "LCM"}
    for given, found in [
        (("k_euler_a", None), ("Euler a", "Automatic")),
        (("dpm++ 2m", "Karras"), ("DPM++ 2M", "Automatic")),
        (("Euler a Karras", None), ("Euler a", "Karras")),
        ((None, None), ("DPM++ 2M", "Automatic")),
    ]:
        assert sd_samplers.get_sampler_and_scheduler(*given) == found


def test_guidance_is_linear_in_the_scale_and_in_the_weights_of_and(model: Any) -> None:
    """The model's answer is affine in its condition, so that the end is uncond + scale * (cond - uncond)."""
    levels = {scale: level(txt2img("three", negative_prompt="one", cfg_scale=scale).images[0]) for scale in (0, 1, 2)}
    assert [levels[scale] for scale in (0, 1, 2)] == pytest.approx([0.1, 0.3, 0.5], abs=0.01)
    both = level(txt2img("three :0.5 AND nine :0.25", cfg_scale=1.0).images[0])
    assert both == pytest.approx(0.5 * 0.3 + 0.25 * 0.9, abs=0.01)


def test_one_call_of_the_model_for_all_conditions_of_a_batch(model: Any) -> None:
    model.calls.clear()
    txt2img("three AND nine", batch_size=2, steps=4, do_not_save_grid=True)
    assert {call.rows for call in model.calls} == {6}
    assert len(model.calls) == 4
    shared.opts.batch_cond_uncond = False
    model.calls.clear()
    txt2img("three AND nine", batch_size=2, steps=4)
    assert [call.rows for call in model.calls] == [4, 2] * 4


def test_attention_weights_multiply_vectors() -> None:
    """With the weight's mean restored ("Original") a single word is not changed; without, it is."""
    plain, weighed = level(txt2img("three").images[0]), level(txt2img("(three:2.0)").images[0])
    assert plain == pytest.approx(weighed, abs=0.01)
    with_setting = txt2img("(three:1.5)", override_settings={"emphasis": "No norm"})
    # Value 0.3 and count 1 are both multiplied: only the ratio is seen, but the encoder's vectors are not the same.
    assert "Emphasis: No norm" in with_setting.info
    encoder = shared.sd_model.cond_stage_model
    assert torch.equal(encoder(["three"])[0, 1], torch.tensor([0.3, 1.0]))
    shared.opts.emphasis = "No norm"
    assert torch.equal(encoder(["a (three:1.5)"])[0, 2], torch.tensor([0.3, 1.0]) * 1.5)
    shared.opts.emphasis = "Ignore"
    assert torch.equal(encoder(["(three:1.5)"])[0, 1], torch.tensor([0.3, 1.0]))


def test_long_prompts_are_cut_into_chunks_and_the_other_side_is_filled_up(model: Any) -> None:
    encoder = model.cond_stage_model
    assert encoder(["a b c d"]).shape == (1, 6, 2)
    assert encoder(["a b c d e"]).shape == (1, 12, 2)
    assert encoder(["a BREAK b", "c"]).shape == (2, 12, 2)
    chunks, count = encoder.tokenize_line("a b c d three")
    assert (count, chunks[0].tokens, chunks[1].tokens) == (5, [1, 3, 3, 3, 3, 2], [1, 13, 2, 0, 0, 0])
    model.calls.clear()
    assert "Pad conds: True" in txt2img("one two three four five").info
    assert {call.context.shape[1] for call in model.calls} == {12}


def test_a_prompt_that_changes_on_the_way(model: Any) -> None:
    model.calls.clear()
    txt2img("[one:nine:3]", steps=6)
    targets = [round(call.context[0, 1, 0].item(), 2) for call in model.calls]
    # Upstream compares a step counted from 0 with one counted from 1: a change comes a step late.
    assert targets == [0.1] * 4 + [0.9] * 2


def test_equal_requests_use_the_conditioning_that_is_there(model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    original = type(model).get_learned_conditioning
    monkeypatch.setattr(
        type(model), "get_learned_conditioning", lambda self, texts: asked.append(list(texts)) or original(self, texts)
    )
    txt2img("seven", negative_prompt="two")
    txt2img("seven", negative_prompt="two", seed=9)
    txt2img("seven", negative_prompt="one")
    assert asked == [["two"], ["seven"], ["one"]]


@pytest.mark.parametrize("name", ["Euler a", "DPM++ 2M SDE", "DDIM", "LCM"])
def test_a_batch_equals_its_single_runs(name: str) -> None:
    model = shared.sd_model
    # A model that keeps some of its input, so that noise on the way is seen in the end.
    model.model.diffusion_model.scale.fill_(0.5)
    original = type(model).apply_model
    type(model).apply_model = lambda self, x, t, cond: original(self, x, t, cond) * 0.8
    try:
        values = {"sampler_name": name, "eta": 0.7 if name == "DDIM" else None, "steps": 5}
        together = txt2img(batch_size=2, n_iter=2, **values)
        singles = [txt2img(seed=3 + index, **values).images[0] for index in range(4)]
    finally:
        type(model).apply_model = original
    assert len(together.images) == 5
    assert all(same(*pair) for pair in zip(together.images[1:], singles, strict=True))
    assert not same(singles[0], singles[1])
    assert together.all_seeds == [3, 4, 5, 6]


def test_seeds_variation_seeds_and_resizing() -> None:
    first = rng.ImageRNG((4, 4, 4), [1, 2])
    noise = first.next()
    assert torch.equal(noise[1], rng.ImageRNG((4, 4, 4), [2]).next()[0])
    assert not torch.equal(noise, first.next())
    other = rng.ImageRNG((4, 4, 4), [9]).next()
    halves = rng.ImageRNG((4, 4, 4), [1], subseeds=[9], subseed_strength=0.5).next()
    ends = [rng.ImageRNG((4, 4, 4), [1], subseeds=[9], subseed_strength=share).next() for share in (1e-6, 1.0)]
    assert torch.allclose(ends[0], noise[:1], atol=1e-4)
    assert torch.allclose(ends[1], other, atol=1e-5)
    # On the sphere: a mean of two noises would lose a third of its length.
    assert halves.norm() == pytest.approx(float(noise[:1].norm()), rel=0.1)
    wide = rng.ImageRNG((4, 4, 8), [1], seed_resize_from_h=16, seed_resize_from_w=16).next()
    assert torch.equal(wide[0, :, :, 2:6], noise[0])
    narrow = rng.ImageRNG((4, 4, 2), [1], seed_resize_from_h=16, seed_resize_from_w=16).next()
    assert torch.equal(narrow[0], noise[0][:, :, 1:3])


def test_a_random_seed_is_told() -> None:
    processed = txt2img(seed=-1)
    assert f"Seed: {processed.seed}," in processed.info
    assert 0 <= processed.seed < 4294967294


def test_hires_fix_enlarges_latents_or_pictures() -> None:
    for upscaler in (None, "Latent (nearest-exact)", "Lanczos", "Nearest"):
        processed = txt2img(
            enable_hr=True, hr_scale=2.0, hr_upscaler=upscaler, hr_prompt="nine", denoising_strength=0.7
        )
        assert processed.images[0].size == (32, 32)
        assert level(processed.images[0]) == pytest.approx(0.9, abs=0.02)
        assert "Hires prompt: nine" in processed.info
        assert "Size: 16x16" in processed.info
    cut = txt2img(enable_hr=True, hr_resize_x=32, hr_resize_y=16, hr_second_pass_steps=3)
    assert cut.images[0].size == (32, 16)
    assert txt2img(enable_hr=True, hr_resize_x=24).images[0].size == (24, 24)
    assert shared.opts.data.get("emphasis") is None


def test_img2img_makes_the_end_of_the_schedule(model: Any) -> None:
    grey = Image.new("RGB", (16, 16), (200, 200, 200))
    model.calls.clear()
    weak = img2img("one", grey, denoising_strength=0.2)
    assert len(model.calls) == 3
    model.calls.clear()
    strong = img2img("one", grey, denoising_strength=1.0)
    assert len(model.calls) == 10
    assert level(weak.images[0]) == pytest.approx(0.1, abs=0.02)
    assert "Denoising strength: 1.0" in strong.info
    assert img2img("one", grey, width=32, height=24).images[0].size == (32, 24)


@pytest.mark.parametrize("name", ["Euler", "DDIM"])
@pytest.mark.parametrize("fill", [0, 1, 2, 3])
def test_only_what_is_masked_changes(name: str, fill: int) -> None:
    picture = Image.effect_noise((16, 16), 60).convert("RGB")
    mask = Image.new("L", (16, 16))
    mask.paste(255, (8, 0, 16, 16))
    done = img2img("nine", picture, mask=mask, sampler_name=name, inpainting_fill=fill, denoising_strength=1.0)
    after, before = np.asarray(done.images[0]), np.asarray(picture)
    assert np.array_equal(after[:, :8], before[:, :8])
    assert after[:, 8:].mean() / 255 * 2 - 1 == pytest.approx(0.9, abs=0.03)
    inverted = img2img("nine", picture, mask=mask, inpainting_mask_invert=True, denoising_strength=1.0)
    assert np.array_equal(np.asarray(inverted.images[0])[:, 8:], before[:, 8:])
    assert "Mask mode: Inpaint not masked" in inverted.info


def test_only_the_surroundings_of_a_mask_at_full_size(model: Any) -> None:
    picture = Image.effect_noise((64, 64), 60).convert("RGB")
    mask = Image.new("L", (64, 64))
    mask.paste(255, (40, 40, 56, 56))
    done = img2img("nine", picture, mask=mask, inpaint_full_res=True, denoising_strength=1.0)
    after, before = np.asarray(done.images[0]), np.asarray(picture)
    assert done.images[0].size == (64, 64)
    assert after[42:54, 42:54].mean() / 255 * 2 - 1 == pytest.approx(0.9, abs=0.03)
    outside = np.ones((64, 64), bool)
    outside[40:56, 40:56] = False
    assert np.array_equal(after[outside], before[outside])
    blank = img2img("nine", picture, mask=Image.new("L", (64, 64)), inpaint_full_res=True)
    assert "mask is blank" in blank.comments


def test_crop_regions() -> None:
    mask = Image.new("L", (64, 32))
    assert masking.get_crop_region_v2(mask) is None
    mask.paste(255, (10, 4, 20, 8))
    assert masking.get_crop_region_v2(mask, 2) == (8, 2, 22, 10)
    assert masking.expand_crop_region((10, 4, 20, 8), 16, 16, 64, 32) == (10, 1, 20, 11)
    assert masking.expand_crop_region((0, 0, 2, 32), 16, 16, 64, 32) == (0, 0, 32, 32)
    assert masking.expand_crop_region((60, 0, 62, 8), 16, 16, 64, 32) == (56, 0, 64, 8)


def test_a_vae_that_overflows_is_widened_for_good(model: Any, capsys: pytest.CaptureFixture[str]) -> None:
    devices.use("cpu", half=True)
    sd_models.use_model(model)
    model.first_stage_model.fails_in = (torch.float16,)
    devices.dtype_unet = torch.float32
    model.model.diffusion_model.float()
    processed = txt2img(batch_size=2)
    assert level(processed.images[1]) == pytest.approx(0.3, abs=0.02)
    assert devices.dtype_vae == torch.float32
    assert capsys.readouterr().err.count("A tensor with all NaNs was produced in VAE") == 1
    model.first_stage_model.fails_in = (torch.float32,)
    with pytest.raises(devices.NansException, match="VAE"):
        txt2img()


def test_a_failing_unet_is_an_error_of_its_own(model: Any) -> None:
    model.model.diffusion_model.scale.fill_(math.nan)
    with pytest.raises(devices.NansException, match="Unet"):
        txt2img()


def test_interrupt_skip_and_stop(model: Any) -> None:
    def stop_at(step: int, what: str) -> Any:
        def watch(params: Any) -> None:
            if params.sampling_step == step and params.total_sampling_steps:
                getattr(shared.state, what)()

        return script_callbacks.watching(before=watch)

    shared.state.begin(job="task(x)")
    with stop_at(2, "interrupt"):
        model.calls.clear()
        processed = txt2img(steps=10, n_iter=3)
        # Its step is told when it is done: the next call of the model is the last.
        assert len(model.calls) == 4
        assert len(processed.images) == 1
    shared.state.begin(job="task(y)")
    with stop_at(1, "skip"):
        model.calls.clear()
        processed = txt2img(steps=5, n_iter=3)
        assert len(model.calls) == 3 * 3
        assert len(processed.images) == 4
    shared.state.begin(job="task(z)")
    with stop_at(0, "stop_generating"):
        model.calls.clear()
        processed = txt2img(steps=5, n_iter=3)
        assert len(model.calls) == 5
        assert len(processed.images) == 1
    shared.state.begin(job="task(0)")
    shared.state.interrupt()
    processed = txt2img()
    assert processed.images == []
    assert "Seed: 3" in processed.info


def test_live_preview_and_progress_of_batches(model: Any) -> None:
    from reproductions.txt2img.modules import progress

    answers: list[Any] = []
    shared.opts.show_progress_every_n_steps = 2
    progress.current_task = "task(p)"

    def watch(params: Any) -> None:
        known = answers[-1].id_live_preview if answers else -1
        answers.append(progress.progressapi(progress.ProgressRequest("task(p)", known)))

    shared.state.begin(job="task(p)")
    try:
        with script_callbacks.watching(after=watch):
            txt2img(steps=4, n_iter=2, batch_size=3)
    finally:
        progress.current_task = None
    done = [answer.progress for answer in answers]
    assert done == pytest.approx([0, 0, 1 / 8, 2 / 8, 4 / 8, 4 / 8, 5 / 8, 6 / 8], abs=1e-6)
    previews = [answer.live_preview for answer in answers if answer.live_preview]
    assert len(previews) == 2
    assert previews[0].startswith("data:image/png;base64,")


def test_overridden_settings_hold_for_one_request() -> None:
    with_setting = txt2img(override_settings={"randn_source": "CPU"})
    assert "RNG: CPU" in with_setting.info
    assert shared.opts.randn_source == "GPU"
    assert "RNG" not in txt2img().info


def test_other_unets_and_networks_may_take_part(model: Any) -> None:
    class Constant(sd_unet.SdUnet):
        def forward(self, x: Any, timesteps: Any, context: Any) -> Any:
            return torch.full_like(x, 0.6)

    class Option(sd_unet.SdUnetOption):
        label = "constant"

        def create_unet(self) -> sd_unet.SdUnet:
            return Constant()

    sd_unet.unet_options.append(Option())
    try:
        sd_unet.apply_unet("constant")
        assert model.model.diffusion_model(torch.zeros(1, 4, 4, 4), None, None).mean() == pytest.approx(0.6)
    finally:
        sd_unet.apply_unet()
        sd_unet.unet_options.clear()

    seen: list[Any] = []

    class Network(extra_networks.ExtraNetwork):
        def activate(self, p: Any, params_list: list[list[str]]) -> None:
            seen.append(params_list)

        def deactivate(self, p: Any) -> None:
            seen.append("off")

    extra_networks.register_extra_network(Network("lora"))
    try:
        processed = txt2img("three <lora:style:0.5> <other:x>")
    finally:
        extra_networks.extra_network_registry.clear()
    assert seen == [[["style", "0.5"]], "off"]
    assert processed.comments == "Skipping unknown extra network: other\n"
    assert processed.info.startswith("three <lora:style:0.5>") or processed.info.startswith("three  \n")


def test_scripts_get_their_own_values_and_hooks() -> None:
    seen: list[Any] = []

    class Recorder(scripts.Script):
        count_args = 2

        def setup(self, p: Any, *args: Any) -> None:
            seen.append(("setup", args))

        def postprocess_image(self, p: Any, pp: Any, *args: Any) -> None:
            pp.image = Image.new("RGB", pp.image.size, "red")

    class Chosen(scripts.Script):
        alwayson = False
        count_args = 1

        def run(self, p: Any, *args: Any) -> Any:
            return f"made by {args[0]}"

    runner = scripts.ScriptRunner([Recorder(), Chosen()])
    p = processing.StableDiffusionProcessingTxt2Img(prompt="three", sampler_name="Euler", steps=2)
    p.scripts = runner
    p.script_args = (0, "a", "b", "me")
    assert seen == [("setup", ("a", "b"))]
    assert runner.run(p, *p.script_args) is None
    assert runner.run(p, 1, "a", "b", "me") == "made by me"
    assert processing.process_images(p).images[0].getpixel((3, 3)) == (255, 0, 0)
