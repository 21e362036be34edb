"""The list of samplers; mirrors ``modules.sd_samplers`` of webui 1.10.1.

Upstream replaces an unknown sampler by the first of the list and only logs it. Here that is an error: a picture that
was made otherwise than asked is worse than none.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from . import sd_samplers_common, sd_samplers_kdiffusion, sd_samplers_lcm, sd_samplers_timesteps, sd_schedulers
from .errors import BadRequest

all_samplers = [
    *sd_samplers_kdiffusion.samplers_data_k_diffusion,
    *sd_samplers_timesteps.samplers_data_timesteps,
    *sd_samplers_lcm.samplers_data_lcm,
]
all_samplers_map = {each.name: each for each in all_samplers}
samplers_map = {name.lower(): each.name for each in all_samplers for name in (each.name, *each.aliases)}


def find_sampler_config(name: str | None) -> sd_samplers_common.SamplerData | None:
    """The sampler of that name; the first one without a name; None if there is none."""
    return all_samplers[0] if name is None else all_samplers_map.get(name)


def create_sampler(name: str | None, model: Any) -> Any:
    config = find_sampler_config(name)
    if config is None:
        raise BadRequest(_unknown("sampler", name, all_samplers_map))
    sampler = config.constructor(model)
    sampler.config = config
    return sampler


def _unknown(what: str, name: str | None, known: Iterable[str]) -> str:
    names = list(known)
    near = difflib.get_close_matches(str(name), names, 1, 0.5)
    return f"there is no {what} {name!r}: " + (f"is {near[0]!r} meant?" if near else f"use {', '.join(names)}")


def get_sampler_and_scheduler(
    sampler_name: str | None, scheduler_name: str | None, *, convert_automatic: bool = True
) -> tuple[str, str]:
    """The names in the lists, from names in any case, aliases and old names with the scheduler, ``Euler a Karras``.

    With ``convert_automatic`` a scheduler that is the sampler's own becomes "Automatic". Raises BadRequest.
    """
    name = sampler_name or all_samplers[0].name
    scheduler = None
    if scheduler_name:
        scheduler = sd_schedulers.schedulers_map.get(scheduler_name)
        if scheduler is None:
            raise BadRequest(
                _unknown("schedule type", scheduler_name, [each.label for each in sd_schedulers.schedulers])
            )
    if name.lower() not in samplers_map:
        for each in sd_schedulers.schedulers:
            for ending in (each.label, each.name, *each.aliases):
                if name.lower().endswith(f" {ending.lower()}"):
                    name, scheduler = name[: -len(ending) - 1], each
                    break
    if name.lower() not in samplers_map:
        raise BadRequest(_unknown("sampler", sampler_name, all_samplers_map))
    config = all_samplers_map[samplers_map[name.lower()]]
    scheduler = scheduler or sd_schedulers.schedulers[0]
    if convert_automatic and config.options.get("scheduler") == scheduler.name:
        scheduler = sd_schedulers.schedulers[0]
    return config.name, scheduler.label


def fix_p_invalid_sampler_and_scheduler(p: Any) -> None:
    """Gives ``p`` the names as they are in the lists."""
    p.sampler_name, p.scheduler = get_sampler_and_scheduler(p.sampler_name, p.scheduler, convert_automatic=False)
