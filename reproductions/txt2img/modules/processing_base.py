"""A request for pictures; ``StableDiffusionProcessing`` of ``modules.processing`` of webui 1.10.1."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import torch

from . import devices, extra_networks, prompt_parser, rng, sd_samplers, shared
from .errors import BadRequest
from .geometry import opt_f
from .shared import opts, state

Cache = list[Any]
"""What was asked last, and the answer."""


@dataclass(repr=False)
class StableDiffusionProcessing:
    """What is asked for, and what is found out while it is made.

    ``prompt`` and ``negative_prompt`` may be lists, one a picture. Sizes are in pixels, ``seed`` -1 is a random one.
    """

    outpath_samples: str | None = None
    outpath_grids: str | None = None
    prompt: Any = ""
    negative_prompt: Any = ""
    seed: Any = -1
    subseed: Any = -1
    subseed_strength: float = 0.0
    seed_resize_from_h: int = -1
    seed_resize_from_w: int = -1
    sampler_name: str | None = None
    scheduler: str | None = None
    batch_size: int = 1
    n_iter: int = 1
    steps: int = 20
    cfg_scale: float = 3.0
    width: int = 16
    height: int = 16
    do_not_save_samples: bool = False
    do_not_save_grid: bool = False
    extra_generation_params: dict[str, Any] = field(default_factory=dict)
    eta: float | None = None
    denoising_strength: float | None = None
    s_min_uncond: float | None = None
    s_churn: float | None = None
    s_tmax: float | None = None
    s_tmin: float | None = None
    s_noise: float | None = None
    override_settings: dict[str, Any] = field(default_factory=dict)
    override_settings_restore_afterwards: bool = True
    disable_extra_networks: bool = False

    cached_uc: ClassVar[Cache] = [None, None]
    cached_c: ClassVar[Cache] = [None, None]

    def __post_init__(self) -> None:
        self.scripts_value: Any = None
        self.script_args_value: Any = None
        self.scripts_setup_complete = False
        self.comments: dict[str, int] = {}
        self.sampler: Any = None
        self.is_hr_pass = False
        self.c: Any = None
        self.uc: Any = None
        self.rng: rng.ImageRNG | None = None
        self.iteration = 0
        self.firstpass_steps = 0
        self.all_prompts: list[str] = []
        self.all_negative_prompts: list[str] = []
        self.all_seeds: list[int] = []
        self.all_subseeds: list[int] = []
        self.prompts: list[str] = []
        self.negative_prompts: list[str] = []
        self.seeds: list[int] = []
        self.subseeds: list[int] = []
        self.extra_network_data: dict[str, Any] = {}
        self.overlay_images: list[Any] | None = None
        self.paste_to: tuple[int, int, int, int] | None = None
        self.sd_model_name: str | None = None
        self.sd_model_hash: str | None = None
        self.extra_generation_params = dict(self.extra_generation_params)

    @property
    def sd_model(self) -> Any:
        return shared.sd_model

    @property
    def scripts(self) -> Any:
        return self.scripts_value

    @scripts.setter
    def scripts(self, value: Any) -> None:
        self.scripts_value = value
        self._setup_scripts_if_ready()

    @property
    def script_args(self) -> Any:
        return self.script_args_value

    @script_args.setter
    def script_args(self, value: Any) -> None:
        self.script_args_value = value
        self._setup_scripts_if_ready()

    def _setup_scripts_if_ready(self) -> None:
        if self.scripts_value and self.script_args_value and not self.scripts_setup_complete:
            self.setup_scripts()

    def setup_scripts(self) -> None:
        """Lets every script put its values into this request; once, when scripts and values are both there."""
        self.scripts_setup_complete = True
        self.scripts.setup_scrips(self)

    def comment(self, text: str) -> None:
        self.comments[text] = 1

    def check(self) -> None:
        """BadRequest for what cannot be made, before anything is: numbers out of range, too many, too long."""
        for name in ("width", "height"):
            size = getattr(self, name)
            if not _whole(size) or not opt_f <= size <= opts.max_side or size % opt_f:
                raise BadRequest(f"{name} is a multiple of {opt_f} from {opt_f} to {opts.max_side}, not {size}")
        for name, most in (("steps", opts.max_steps), ("n_iter", opts.max_images), ("batch_size", opts.max_images)):
            value = getattr(self, name)
            if not _whole(value) or not 1 <= value <= most:
                label = {"n_iter": "batch count", "batch_size": "batch size"}.get(name, name)
                raise BadRequest(f"{label} is from 1 to {most}, not {value}")
        if self.n_iter * self.batch_size > opts.max_images:
            raise BadRequest(f"{self.n_iter * self.batch_size} pictures are asked for, {opts.max_images} are allowed")
        if not _number(self.cfg_scale) or not -100 <= self.cfg_scale <= 100:
            raise BadRequest(f"CFG scale is a number from -100 to 100, not {self.cfg_scale}")
        if not _number(self.subseed_strength) or not 0 <= self.subseed_strength <= 1:
            raise BadRequest(f"variation strength is from 0 to 1, not {self.subseed_strength}")
        for prompt in _listed(self.prompt) + _listed(self.negative_prompt):
            if not isinstance(prompt, str):
                raise BadRequest(f"a prompt is text, not {prompt!r}")
            if len(prompt) > opts.max_prompt_characters:
                most = opts.max_prompt_characters
                raise BadRequest(f"the prompt has {len(prompt)} characters, {most} are allowed")

    def fill_fields_from_opts(self) -> None:
        """What the request leaves open is as the settings say; a ``s_tmax`` of 0 is no limit."""
        for name in ("s_min_uncond", "s_churn", "s_tmin", "s_tmax", "s_noise"):
            if getattr(self, name) is None:
                setattr(self, name, getattr(opts, name))
        self.s_tmax = self.s_tmax or math.inf

    def init(self, all_prompts: list[str], all_seeds: list[int], all_subseeds: list[int]) -> None:
        """Gets ready, once before the first batch."""

    def sample(self, conditioning: Any, unconditional_conditioning: Any, seeds: Any, prompts: Any) -> Any:
        """The latents of one batch (batch x channels x height x width), or decoded pictures."""
        raise NotImplementedError

    def close(self) -> None:
        self.sampler = self.c = self.uc = None

    def setup_prompts(self) -> None:
        """One prompt and one negative prompt a picture."""
        count = self.batch_size * self.n_iter
        if isinstance(self.prompt, list):
            self.all_prompts = self.prompt
        else:
            count = len(self.negative_prompt) if isinstance(self.negative_prompt, list) else count
            self.all_prompts = [self.prompt] * count
        negative = self.negative_prompt
        self.all_negative_prompts = negative if isinstance(negative, list) else [negative] * len(self.all_prompts)
        if len(self.all_prompts) != len(self.all_negative_prompts):
            many = f"{len(self.all_prompts)} prompts and {len(self.all_negative_prompts)} negative prompts"
            raise BadRequest(f"there are {many}: give as many of each")

    def cached_params(self, required_prompts: Sequence[str], steps: int, hires_steps: int | None) -> tuple[Any, ...]:
        """All that conditioning depends on."""
        settings = (opts.use_old_scheduling, opts.emphasis)
        networks = repr(self.extra_network_data)
        return (tuple(required_prompts), steps, hires_steps, *settings, networks, id(shared.sd_model), devices.device)

    def get_conds_with_caching(
        self,
        function: Callable[..., Any],
        required_prompts: Sequence[str],
        steps: int,
        caches: list[Cache],
        hires_steps: int | None = None,
    ) -> Any:
        """``function(model, prompts, ...)``, or what it gave to the same question before; kept in ``caches[0]``."""
        question = self.cached_params(required_prompts, steps, hires_steps)
        for cache in caches:
            if cache[0] == question:
                return cache[1]
        with torch.no_grad(), devices.autocast():
            answer = function(shared.sd_model, required_prompts, steps, hires_steps, opts.use_old_scheduling)
        caches[0][:] = [question, answer]
        return answer

    def setup_conds(self) -> None:
        """The conditioning of prompts and negative prompts of this batch, with its changes from step to step."""
        prompts = prompt_parser.SdConditioning(self.prompts, width=self.width, height=self.height)
        negative_prompts = prompt_parser.SdConditioning(
            self.negative_prompts, width=self.width, height=self.height, is_negative_prompt=True
        )
        config = sd_samplers.find_sampler_config(self.sampler_name)
        total_steps = config.total_steps(self.steps) if config else self.steps
        self.firstpass_steps = total_steps
        self.uc = self.get_conds_with_caching(
            prompt_parser.get_learned_conditioning, negative_prompts, total_steps, [self.cached_uc]
        )
        self.c = self.get_conds_with_caching(
            prompt_parser.get_multicond_learned_conditioning, prompts, total_steps, [self.cached_c]
        )

    def parse_extra_network_prompts(self) -> None:
        self.prompts, self.extra_network_data = extra_networks.parse_prompts(self.prompts)

    def save_samples(self) -> bool:
        """Whether pictures are written to disk."""
        stopped = state.interrupted or state.skipped
        return opts.samples_save and not self.do_not_save_samples and (opts.save_incomplete_images or not stopped)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
