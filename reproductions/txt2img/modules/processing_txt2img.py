"""Pictures from text; ``StableDiffusionProcessingTxt2Img`` of ``modules.processing`` of webui 1.10.1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch

from . import devices, extra_networks, images, prompt_parser, rng, sd_samplers, shared
from .decoding import decode_latent_batch
from .errors import BadRequest
from .geometry import opt_f
from .infotext import create_infotext
from .processing_base import Cache, StableDiffusionProcessing
from .sd_samplers_common import images_tensor_to_samples, sample_to_image, tensor_to_image
from .shared import opts, state


@dataclass(repr=False)
class StableDiffusionProcessingTxt2Img(StableDiffusionProcessing):
    """With ``enable_hr`` (hires fix) in two passes: small, then enlarged and sampled over.

    The second size is ``hr_scale`` times the first, or ``hr_resize_x`` x ``hr_resize_y`` pixels, one of which may be 0.
    What else begins with ``hr_`` is as in the first pass where it is not given.
    """

    enable_hr: bool = False
    denoising_strength: float | None = 0.75
    hr_scale: float = 2.0
    hr_upscaler: str | None = None
    hr_second_pass_steps: int = 0
    hr_resize_x: int = 0
    hr_resize_y: int = 0
    hr_sampler_name: str | None = None
    hr_scheduler: str | None = None
    hr_prompt: str = ""
    hr_negative_prompt: str = ""

    cached_hr_uc: ClassVar[Cache] = [None, None]
    cached_hr_c: ClassVar[Cache] = [None, None]

    def __post_init__(self) -> None:
        super().__post_init__()
        self.hr_upscale_to_x = self.hr_upscale_to_y = 0
        self.truncate_x = self.truncate_y = 0
        self.latent_scale_mode: dict[str, Any] | None = None
        self.hr_c: Any = None
        self.hr_uc: Any = None
        self.all_hr_prompts: list[str] = []
        self.all_hr_negative_prompts: list[str] = []
        self.hr_prompts: list[str] = []
        self.hr_negative_prompts: list[str] = []
        self.hr_extra_network_data: dict[str, Any] = {}

    def check(self) -> None:
        super().check()
        if not self.enable_hr:
            return
        if not isinstance(self.denoising_strength, int | float) or not 0 <= self.denoising_strength <= 1:
            raise BadRequest(f"denoising strength is from 0 to 1, not {self.denoising_strength}")
        if not isinstance(self.hr_second_pass_steps, int) or not 0 <= self.hr_second_pass_steps <= opts.max_steps:
            raise BadRequest(f"hires steps is from 0 to {opts.max_steps}, not {self.hr_second_pass_steps}")
        if self.hr_upscaler is not None and self.hr_upscaler not in (
            *shared.latent_upscale_modes,
            *shared.sd_upscalers,
        ):
            names = ", ".join((*shared.latent_upscale_modes, *shared.sd_upscalers))
            raise BadRequest(f"there is no upscaler {self.hr_upscaler!r}: use {names}")
        self.calculate_target_resolution()
        width = self.hr_upscale_to_x - self.truncate_x * opt_f
        height = self.hr_upscale_to_y - self.truncate_y * opt_f
        if not (opt_f <= width <= opts.max_side and opt_f <= height <= opts.max_side):
            raise BadRequest(f"hires fix makes sides from {opt_f} to {opts.max_side}, not {width}x{height}")

    def calculate_target_resolution(self) -> None:
        """The size to enlarge to, which keeps the ratio, and how many latent pixels are cut off then."""
        self.truncate_x = self.truncate_y = 0
        wanted_x, wanted_y = self.hr_resize_x, self.hr_resize_y
        if wanted_x == 0 and wanted_y == 0:
            self.extra_generation_params["Hires upscale"] = self.hr_scale
            self.hr_upscale_to_x = int(self.width * self.hr_scale)
            self.hr_upscale_to_y = int(self.height * self.hr_scale)
            return
        self.extra_generation_params["Hires resize"] = f"{wanted_x}x{wanted_y}"
        # By the width, unless it is not given, or would leave the height short.
        by_width = wanted_y == 0 or (wanted_x != 0 and wanted_x * self.height >= wanted_y * self.width)
        if by_width:
            self.hr_upscale_to_x, self.hr_upscale_to_y = wanted_x, wanted_x * self.height // self.width
        else:
            self.hr_upscale_to_x, self.hr_upscale_to_y = wanted_y * self.width // self.height, wanted_y
        if wanted_x and wanted_y:
            self.truncate_x = (self.hr_upscale_to_x - wanted_x) // opt_f
            self.truncate_y = (self.hr_upscale_to_y - wanted_y) // opt_f

    def init(self, all_prompts: list[str], all_seeds: list[int], all_subseeds: list[int]) -> None:
        if not self.enable_hr:
            return
        params = self.extra_generation_params
        params["Denoising strength"] = self.denoising_strength
        if self.hr_sampler_name is not None:
            self.hr_sampler_name, _ = sd_samplers.get_sampler_and_scheduler(self.hr_sampler_name, None)
            if self.hr_sampler_name != self.sampler_name:
                params["Hires sampler"] = self.hr_sampler_name

        def get_hr_prompt(p: Any, index: int, prompt_text: str, **kwargs: Any) -> str | None:
            hr_prompt: str = p.all_hr_prompts[index + p.iteration * p.batch_size]
            return hr_prompt if hr_prompt != prompt_text else None

        def get_hr_negative_prompt(p: Any, index: int, negative_prompt: str, **kwargs: Any) -> str | None:
            hr_negative_prompt: str = p.all_hr_negative_prompts[index + p.iteration * p.batch_size]
            return hr_negative_prompt if hr_negative_prompt != negative_prompt else None

        params["Hires prompt"] = get_hr_prompt
        params["Hires negative prompt"] = get_hr_negative_prompt
        params["Hires schedule type"] = None
        if self.hr_scheduler is None:
            self.hr_scheduler = self.scheduler
        name = self.hr_upscaler or shared.latent_upscale_default_mode
        self.latent_scale_mode = shared.latent_upscale_modes.get(name)
        self.calculate_target_resolution()
        if not state.processing_has_refined_job_count:
            # Two passes a batch.
            state.job_count = (self.n_iter if state.job_count == -1 else state.job_count) * 2
            state.processing_has_refined_job_count = True
        if self.hr_second_pass_steps:
            params["Hires steps"] = self.hr_second_pass_steps
        if self.hr_upscaler is not None:
            params["Hires upscaler"] = self.hr_upscaler

    def sample(self, conditioning: Any, unconditional_conditioning: Any, seeds: Any, prompts: Any) -> Any:
        self.sampler = sd_samplers.create_sampler(self.sampler_name, self.sd_model)
        assert self.rng is not None
        x = self.rng.next()
        samples = self.sampler.sample(self, x, conditioning, unconditional_conditioning)
        if not self.enable_hr:
            return samples
        decoded_samples = None
        if self.latent_scale_mode is None:
            decoded_samples = torch.stack(
                decode_latent_batch(self.sd_model, samples, target_device=devices.cpu, check_for_nans=True)
            ).float()
        return self.sample_hr_pass(samples, decoded_samples, seeds, prompts)

    def sample_hr_pass(
        self, samples: torch.Tensor, decoded_samples: torch.Tensor | None, seeds: Any, prompts: Any
    ) -> Any:
        """Enlarges the latents, or the decoded pictures by way of encoding them again, and samples over them."""
        if state.interrupted:
            return samples
        self.is_hr_pass = True
        size = (self.hr_upscale_to_y // opt_f, self.hr_upscale_to_x // opt_f)
        self.sampler = sd_samplers.create_sampler(self.hr_sampler_name or self.sampler_name, self.sd_model)
        if decoded_samples is None:
            assert self.latent_scale_mode is not None
            for index in range(len(samples)):
                self._save_intermediate(samples, index, seeds, prompts)
            samples = torch.nn.functional.interpolate(samples, size=size, **self.latent_scale_mode)
        else:
            samples = self._enlarged_pictures(decoded_samples, size)
        state.nextjob()

        top, left = self.truncate_y // 2, self.truncate_x // 2
        height, width = samples.shape[2] - self.truncate_y, samples.shape[3] - self.truncate_x
        samples = samples[:, :, top : top + height, left : left + width]
        self.rng = rng.ImageRNG(
            samples.shape[1:],
            self.seeds,
            subseeds=self.subseeds,
            subseed_strength=self.subseed_strength,
            seed_resize_from_h=self.seed_resize_from_h,
            seed_resize_from_w=self.seed_resize_from_w,
        )
        noise = self.rng.next()
        devices.torch_gc()
        if not self.disable_extra_networks:
            extra_networks.activate(self, self.hr_extra_network_data)
        with devices.autocast():
            self.calculate_hr_conds()
        samples = self.sampler.sample_img2img(
            self, samples, noise, self.hr_c, self.hr_uc, steps=self.hr_second_pass_steps or self.steps
        )
        self.sampler = None
        decoded = decode_latent_batch(self.sd_model, samples, target_device=devices.cpu, check_for_nans=True)
        self.is_hr_pass = False
        return decoded

    def _save_intermediate(self, samples: torch.Tensor, index: int, seeds: Any, prompts: Any) -> None:
        if not self.save_samples() or not opts.save_images_before_highres_fix:
            return
        image = sample_to_image(samples, index, approximation=0)
        info = create_infotext(
            self, self.prompts, self.seeds, self.subseeds, index=index, all_negative_prompts=self.negative_prompts
        )
        images.save_image(
            image,
            self.outpath_samples or ".",
            "",
            seeds[index],
            prompts[index],
            info=info,
            suffix="-before-highres-fix",
        )

    def _enlarged_pictures(self, decoded: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
        """Latents of the pictures ([-1, 1]), enlarged as pictures to ``size`` latent pixels."""
        batch = []
        for picture in decoded:
            image = tensor_to_image((picture + 1.0) / 2.0)
            image = images.resize_image(0, image, size[1] * opt_f, size[0] * opt_f, self.hr_upscaler)
            batch.append(np.moveaxis(np.asarray(image, dtype=np.float32) / 255.0, 2, 0))
        return images_tensor_to_samples(torch.from_numpy(np.stack(batch)), model=self.sd_model).to(devices.dtype)

    def close(self) -> None:
        super().close()
        self.hr_c = self.hr_uc = None

    def setup_prompts(self) -> None:
        super().setup_prompts()
        if self.enable_hr:
            count = len(self.all_prompts)
            self.all_hr_prompts = [self.hr_prompt] * count if self.hr_prompt else self.all_prompts
            negative = self.hr_negative_prompt
            self.all_hr_negative_prompts = [negative] * count if negative else self.all_negative_prompts

    def calculate_hr_conds(self) -> None:
        """The conditioning of the second pass, whose steps are counted on from those of the first."""
        if self.hr_c is not None:
            return
        width, height = self.hr_upscale_to_x, self.hr_upscale_to_y
        hr_prompts = prompt_parser.SdConditioning(self.hr_prompts, width=width, height=height)
        hr_negative_prompts = prompt_parser.SdConditioning(
            self.hr_negative_prompts, width=width, height=height, is_negative_prompt=True
        )
        config = sd_samplers.find_sampler_config(self.hr_sampler_name or self.sampler_name)
        steps = self.hr_second_pass_steps or self.steps
        total_steps = config.total_steps(steps) if config else steps
        self.hr_uc = self.get_conds_with_caching(
            prompt_parser.get_learned_conditioning,
            hr_negative_prompts,
            self.firstpass_steps,
            [self.cached_hr_uc, self.cached_uc],
            total_steps,
        )
        self.hr_c = self.get_conds_with_caching(
            prompt_parser.get_multicond_learned_conditioning,
            hr_prompts,
            self.firstpass_steps,
            [self.cached_hr_c, self.cached_c],
            total_steps,
        )

    def setup_conds(self) -> None:
        super().setup_conds()
        self.hr_uc = self.hr_c = None

    def parse_extra_network_prompts(self) -> None:
        super().parse_extra_network_prompts()
        if self.enable_hr:
            batch = slice(self.iteration * self.batch_size, (self.iteration + 1) * self.batch_size)
            self.hr_negative_prompts = self.all_hr_negative_prompts[batch]
            self.hr_prompts, self.hr_extra_network_data = extra_networks.parse_prompts(self.all_hr_prompts[batch])
