"""Reading the text of a picture; mirrors ``modules.infotext_utils`` of webui 1.10.1."""

from __future__ import annotations

import json
import re
from typing import Any

from .errors import BadRequest

_PARAMETER = re.compile(r'(\w[\w /-]+):\s*("(?:[^\\"]|\\.)*"|[^,]*)(?:,\s*|$)')
_SIZE = re.compile(r"(\d+)x(\d+)")


def quote(value: Any) -> Any:
    """In quotes where the value would not end at its comma."""
    if any(mark in str(value) for mark in ",\n:"):
        return json.dumps(str(value), ensure_ascii=False)
    return value


def unquote(text: str) -> str:
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        return text
    try:
        return str(json.loads(text))
    except ValueError:
        return text


def parse_generation_parameters(x: str) -> dict[str, str]:
    """Values by label, and ``Prompt`` and ``Negative prompt``; a size ``16x24`` under ``Size-1`` and ``Size-2``.

    A last line with fewer than three ``label: value`` is a line of the prompt. What the text does not say has the value
    that leaving it out means.
    """
    *lines, last = x.strip().split("\n")
    if len(_PARAMETER.findall(last)) < 3:
        lines.append(last)
        last = ""
    prompt: list[str] = []
    negative: list[str] = []
    current = prompt
    for line in lines:
        line = line.strip()
        if line.startswith("Negative prompt:"):
            current, line = negative, line.removeprefix("Negative prompt:").strip()
        current.append(line)
    res = {}
    for label, value in _PARAMETER.findall(last):
        value = unquote(value)
        size = _SIZE.fullmatch(value)
        if size:
            res[f"{label}-1"], res[f"{label}-2"] = size.groups()
        else:
            res[label] = value
    res["Prompt"], res["Negative prompt"] = "\n".join(prompt), "\n".join(negative)
    for label, meant in (
        ("Schedule type", "Automatic"),
        ("RNG", "GPU"),
        ("VAE Decoder", "Full"),
        ("Emphasis", "Original"),
        ("Hires prompt", ""),
        ("Hires negative prompt", ""),
    ):
        res.setdefault(label, meant)
    return res


_FIELDS: tuple[tuple[str, str, type], ...] = (
    ("Steps", "steps", int),
    ("Sampler", "sampler_name", str),
    ("Schedule type", "scheduler", str),
    ("CFG scale", "cfg_scale", float),
    ("Seed", "seed", int),
    ("Size-1", "width", int),
    ("Size-2", "height", int),
    ("Variation seed", "subseed", int),
    ("Variation seed strength", "subseed_strength", float),
    ("Seed resize from-1", "seed_resize_from_w", int),
    ("Seed resize from-2", "seed_resize_from_h", int),
    ("Denoising strength", "denoising_strength", float),
    ("Hires upscale", "hr_scale", float),
    ("Hires resize-1", "hr_resize_x", int),
    ("Hires resize-2", "hr_resize_y", int),
    ("Hires steps", "hr_second_pass_steps", int),
    ("Hires upscaler", "hr_upscaler", str),
    ("Hires sampler", "hr_sampler_name", str),
    ("Hires schedule type", "hr_scheduler", str),
    ("Eta", "eta", float),
    ("Eta DDIM", "eta", float),
    ("Sigma churn", "s_churn", float),
    ("Sigma tmin", "s_tmin", float),
    ("Sigma tmax", "s_tmax", float),
    ("Sigma noise", "s_noise", float),
    ("NGMS", "s_min_uncond", float),
)
"""Label, field of the request, and its type."""

_SETTINGS: tuple[tuple[str, str, type], ...] = (
    ("RNG", "randn_source", str),
    ("VAE Decoder", "sd_vae_decode_method", str),
    ("Emphasis", "emphasis", str),
    ("ENSD", "eta_noise_seed_delta", int),
    ("Schedule min sigma", "sigma_min", float),
    ("Schedule max sigma", "sigma_max", float),
    ("Schedule rho", "rho", float),
    ("Beta schedule alpha", "beta_dist_alpha", float),
    ("Beta schedule beta", "beta_dist_beta", float),
    ("Discard penultimate sigma", "always_discard_next_to_last_sigma", bool),
    ("SGM noise multiplier", "sgm_noise_multiplier", bool),
    ("Old prompt editing timelines", "use_old_scheduling", bool),
)
"""Label, setting, and its type. Safety is not among them: pasted text does not switch it off."""


def request_from_infotext(text: str) -> dict[str, Any]:
    """Fields of ``StableDiffusionProcessingTxt2Img`` that make the picture of this text again.

    Raises BadRequest where the text has no parameters, or a value is no number where one is wanted.
    """
    found = parse_generation_parameters(text)
    if "Seed" not in found or "Steps" not in found:
        raise BadRequest("this text has no line of parameters, like: Steps: 20, Sampler: Euler a, Seed: 1, ...")
    fields = _converted(found, _FIELDS)
    fields["prompt"], fields["negative_prompt"] = found["Prompt"], found["Negative prompt"]
    fields["enable_hr"] = any(label in found for label in ("Hires upscale", "Hires upscaler", "Hires resize-1"))
    if fields["enable_hr"]:
        fields["hr_prompt"], fields["hr_negative_prompt"] = found["Hires prompt"], found["Hires negative prompt"]
    fields["override_settings"] = _converted(found, _SETTINGS)
    return fields


def _converted(found: dict[str, str], fields: tuple[tuple[str, str, type], ...]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for label, name, kind in fields:
        if label not in found:
            continue
        try:
            values[name] = found[label] == "True" if kind is bool else kind(found[label])
        except ValueError:
            raise BadRequest(f"{label} is no number in this text: {found[label]!r}") from None
    return values
