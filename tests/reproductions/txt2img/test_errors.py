"""Requests that cannot be served: one clear line each, and the next one is served."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image

torch = pytest.importorskip("torch", reason="the reproduction needs torch (extra: reproductions)")
pytest.importorskip("scipy", reason="the reproduction needs scipy")

from reproductions.txt2img.modules import call_queue, img2img, shared, txt2img  # noqa: E402
from tests.reproductions.txt2img import pipeline  # noqa: E402

model = pytest.fixture(autouse=True)(pipeline.fresh_model)

DEFAULTS: dict[str, Any] = {
    "prompt": "three",
    "negative_prompt": "",
    "n_iter": 1,
    "batch_size": 1,
    "cfg_scale": 1.0,
    "height": 16,
    "width": 16,
    "enable_hr": False,
    "denoising_strength": 0.7,
    "hr_scale": 2.0,
    "hr_upscaler": "Latent",
    "hr_second_pass_steps": 0,
    "override_settings": {},
}
SAMPLER: dict[str, Any] = {"steps": 4, "sampler_name": "Euler", "scheduler": "Automatic"}
SEED = (3, False, -1, 0.0, 0, 0)


def press(**values: Any) -> tuple[Any, ...]:
    """What Generate calls, with what the fields hold."""
    call = call_queue.wrap_gradio_gpu_call(txt2img.txt2img, extra_outputs=[None, "", ""])
    fields = [values.get(name, default) for name, default in DEFAULTS.items()]
    sampler = [values.get(name, default) for name, default in SAMPLER.items()]
    return call("task(test)", *fields, 0, *sampler, *SEED)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"prompt": "word " * 10_000}, "the prompt has 50000 characters, 2000 are allowed"),
        ({"negative_prompt": "x" * 3000}, "the prompt has 3000 characters, 2000 are allowed"),
        ({"prompt": "(a:1.2.3)"}, "the prompt has a weight that is no number, in a form like (word:1.2)"),
        ({"prompt": None}, "a prompt is text, not None"),
        ({"width": 0}, "width is a multiple of 4 from 4 to 128, not 0"),
        ({"height": 10**9}, "height is a multiple of 4 from 4 to 128, not 1000000000"),
        ({"width": 17}, "width is a multiple of 4 from 4 to 128, not 17"),
        ({"width": -16}, "width is a multiple of 4 from 4 to 128, not -16"),
        ({"width": 16.5}, "width is a whole number, not 16.5"),
        ({"width": float("nan")}, "width is a whole number, not nan"),
        ({"steps": 0}, "steps is from 1 to 1000, not 0"),
        ({"batch_size": 0}, "batch size is from 1 to 256, not 0"),
        ({"batch_size": 100, "n_iter": 100}, "10000 pictures are asked for, 256 are allowed"),
        ({"cfg_scale": float("inf")}, "CFG scale is a number from -100 to 100, not inf"),
        ({"sampler_name": "Eular a"}, "there is no sampler 'Eular a': is 'Euler a' meant?"),
        ({"sampler_name": "zzz"}, "there is no sampler 'zzz': use DPM++ 2M"),
        ({"scheduler": "Karas"}, "there is no schedule type 'Karas': is 'Karras' meant?"),
        ({"enable_hr": True, "hr_scale": 100.0}, "hires fix makes sides from 4 to 128, not 1600x1600"),
        ({"enable_hr": True, "hr_upscaler": "ESRGAN"}, "there is no upscaler 'ESRGAN': use Latent"),
        ({"enable_hr": True, "denoising_strength": 1.5}, "denoising strength is from 0 to 1, not 1.5"),
        ({"override_settings": {"nothing": 1}}, "there is no setting 'nothing'"),
        ({"override_settings": {"randn_source": "moon"}}, "the setting 'randn_source' is one of GPU, CPU, not 'moon'"),
        ({"override_settings": {"rho": "seven"}}, "the setting 'rho' takes a float, not 'seven'"),
        ({"override_settings": {"max_side": 4096}}, "the setting 'max_side' cannot be changed by a request"),
    ],
)
def test_one_clear_line_and_the_queue_lives(
    values: dict[str, Any], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = press(**values)
    assert failed[:3] == (None, "", "")
    line = failed[3].split("</div>")[0].replace("&#x27;", "'")
    assert line.startswith(f"<div class='error'>{said}")
    assert capsys.readouterr().err == ""
    assert shared.opts.randn_source == "GPU"
    after = press()
    assert len(after[0]) == 1
    assert "error" not in after[3]


@pytest.mark.parametrize(
    "prompt",
    [
        "((((three",
        "three))))",
        "[[[three:0.5",
        "(((([[[[ three ]]))",
        "😀👩‍👩‍👧 three 采样 \u202e\x00",
        "",
        "   \n\t ",
        "three AND",
        "AND AND AND",
        "[three:four:1e999]",
        "(three:1e10)",
        "(three:-0)",
        "<lora:none:1> three",
        "\\",
        "[a|b" * 300,
        "BREAK BREAK",
        "(" * 900,
    ],
)
def test_prompts_that_look_wrong_are_prompts_all_the_same(prompt: str) -> None:
    made = press(prompt=prompt)
    assert made[0] is not None, made[3]
    assert made[0][0].size == (16, 16)


def test_img2img_without_a_picture() -> None:
    call = call_queue.wrap_gradio_gpu_call(img2img.img2img, extra_outputs=[None, "", ""])
    rest = (0, 1, 1, 1, 1.0, 0.5, 16, 16, 0, False, 0, False, {}, 0, 4, "Euler", "Automatic", *SEED)
    assert "img2img needs a picture to start from" in call("task(i)", "one", "", None, None, *rest)[3]
    made = call("task(i)", "one", "", Image.new("RGB", (8, 8)), None, *rest)
    assert made[0][0].size == (16, 16), made[3]


def test_a_defect_of_the_program_is_reported_and_the_queue_lives(
    model: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(type(model), "decode_first_stage", lambda self, z: 1 / 0)
    assert "ZeroDivisionError: division by zero" in press()[3]
    assert "Traceback" in capsys.readouterr().err
    monkeypatch.undo()
    assert press()[0] is not None
