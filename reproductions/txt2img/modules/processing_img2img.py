"""Pictures from pictures, whole or under a mask; ``StableDiffusionProcessingImg2Img`` of webui's ``processing``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageFilter, ImageOps

from . import devices, images, masking, rng, sd_samplers
from .errors import BadRequest
from .processing_base import StableDiffusionProcessing
from .sd_samplers_common import images_tensor_to_samples
from .shared import opts


def create_binary_mask(image: Image.Image, round: bool = True) -> Image.Image:
    """A mask in grey: from its transparency where it has any, and then in black and white if ``round``."""
    if image.mode == "RGBA" and image.getextrema()[-1] != (255, 255):
        alpha = image.getchannel("A")
        return alpha.point(lambda value: 255 if value > 128 else 0) if round else alpha
    return image.convert("L")


def uncrop(image: Image.Image, dest_size: tuple[int, int], paste_loc: tuple[int, int, int, int]) -> Image.Image:
    """The image at its place (left, top, width, height) on a transparent one of ``dest_size``."""
    left, top, width, height = paste_loc
    base = Image.new("RGBA", dest_size)
    base.paste(images.resize_image(1, image, width, height), (left, top))
    return base


def apply_overlay(
    image: Image.Image, paste_loc: tuple[int, int, int, int] | None, overlay: Image.Image | None
) -> Image.Image:
    """The image under ``overlay``, the original's part that is kept."""
    if overlay is None:
        return image
    if paste_loc is not None:
        image = uncrop(image, overlay.size, paste_loc)
    image = image.convert("RGBA")
    image.alpha_composite(overlay)
    return image.convert("RGB")


@dataclass(repr=False)
class StableDiffusionProcessingImg2Img(StableDiffusionProcessing):
    """``denoising_strength`` of the schedule is sampled again over ``init_images``; white of the mask is repainted.

    ``inpainting_fill``: what stands under the mask at first; 0 colours from around, 1 the original, 2 noise, 3 nothing.
    ``inpaint_full_res``: the mask's surroundings are cut out and done at full size.
    """

    init_images: list[Image.Image] = field(default_factory=list)
    resize_mode: int = 0
    denoising_strength: float | None = 0.75
    mask: Any = None
    mask_blur: int = 0
    mask_round: bool = True
    inpainting_fill: int = 1
    inpaint_full_res: bool = False
    inpaint_full_res_padding: int = 0
    inpainting_mask_invert: bool = False
    initial_noise_multiplier: float | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self.image_mask: Image.Image | None = self.mask
        self.mask = None
        self.nmask: torch.Tensor | None = None
        self.mask_for_overlay: Image.Image | None = None
        self.init_latent: torch.Tensor | None = None

    def check(self) -> None:
        super().check()
        if not isinstance(self.denoising_strength, int | float) or not 0 <= self.denoising_strength <= 1:
            raise BadRequest(f"denoising strength is from 0 to 1, not {self.denoising_strength}")
        if not self.init_images or any(image is None for image in self.init_images):
            raise BadRequest("img2img needs a picture to start from")
        if len(self.init_images) not in (1, self.batch_size):
            raise BadRequest(f"give one picture, or as many as the batch size {self.batch_size}")
        if self.inpainting_fill not in (0, 1, 2, 3):
            raise BadRequest(f"masked content is 0, 1, 2 or 3, not {self.inpainting_fill}")

    def init(self, all_prompts: list[str], all_seeds: list[int], all_subseeds: list[int]) -> None:
        params = self.extra_generation_params
        params["Denoising strength"] = self.denoising_strength
        if self.initial_noise_multiplier is None:
            self.initial_noise_multiplier = opts.initial_noise_multiplier
        self.sampler = sd_samplers.create_sampler(self.sampler_name, self.sd_model)
        image_mask, crop_region = self._prepared_mask()
        self.overlay_images = None if image_mask is None else []
        pictures = [self._prepared_picture(image, image_mask, crop_region) for image in self.init_images]
        if len(pictures) == 1:
            pictures *= self.batch_size
            if self.overlay_images is not None:
                self.overlay_images *= self.batch_size
        image = torch.from_numpy(np.stack(pictures))
        self.init_latent = images_tensor_to_samples(image, model=self.sd_model).to(devices.dtype)
        devices.torch_gc()
        if image_mask is not None:
            self._mask_latent(image_mask, all_seeds)

    def _prepared_mask(self) -> tuple[Image.Image | None, masking.Box | None]:
        """The mask at the size of the work, and the region of the picture that is worked on, if not all."""
        if self.image_mask is None:
            return None, None
        params = self.extra_generation_params
        mask = create_binary_mask(self.image_mask, round=self.mask_round)
        if self.inpainting_mask_invert:
            mask = ImageOps.invert(mask)
            params["Mask mode"] = "Inpaint not masked"
        if self.mask_blur > 0:
            mask = mask.filter(ImageFilter.GaussianBlur(self.mask_blur))
            params["Mask blur"] = self.mask_blur
        if not self.inpaint_full_res:
            mask = images.resize_image(self.resize_mode, mask, self.width, self.height)
            self.mask_for_overlay = mask.point(lambda value: min(value * 2, 255))
            return mask, None
        self.mask_for_overlay = mask
        region = masking.get_crop_region_v2(mask, self.inpaint_full_res_padding)
        if region is None:
            self.comment('Unable to perform "Inpaint Only mask" because mask is blank, switch to img2img mode.')
            self.mask_for_overlay = None
            return None, None
        region = masking.expand_crop_region(region, self.width, self.height, mask.width, mask.height)
        left, top, right, bottom = region
        self.paste_to = (left, top, right - left, bottom - top)
        params["Inpaint area"] = "Only masked"
        params["Masked area padding"] = self.inpaint_full_res_padding
        return images.resize_image(2, mask.crop(region), self.width, self.height), region

    def _prepared_picture(
        self, image: Image.Image, image_mask: Image.Image | None, crop_region: masking.Box | None
    ) -> np.ndarray:
        """The part that is worked on (3 x height x width, [0, 1]); what is kept of the whole goes to the overlays."""
        image = images.flatten(image, opts.img2img_background_color)
        if crop_region is None:
            image = images.resize_image(self.resize_mode, image, self.width, self.height)
        if image_mask is not None:
            assert self.mask_for_overlay is not None and self.overlay_images is not None
            if self.mask_for_overlay.size != image.size:
                self.mask_for_overlay = images.resize_image(self.resize_mode, self.mask_for_overlay, *image.size)
            kept = Image.new("RGBa", image.size)
            kept.paste(image.convert("RGBA").convert("RGBa"), mask=ImageOps.invert(self.mask_for_overlay.convert("L")))
            self.overlay_images.append(kept.convert("RGBA"))
        if crop_region is not None:
            image = images.resize_image(2, image.crop(crop_region), self.width, self.height)
        if image_mask is not None and self.inpainting_fill == 0:
            image = masking.fill(image, image_mask)
            self.extra_generation_params["Masked content"] = "fill"
        return np.moveaxis(np.asarray(image, dtype=np.float32) / 255.0, 2, 0)

    def _mask_latent(self, image_mask: Image.Image, all_seeds: list[int]) -> None:
        """The mask at the latent's size, ``mask`` 1 where it keeps and ``nmask`` where it does not."""
        assert self.init_latent is not None
        _, channels, height, width = self.init_latent.shape
        small = np.asarray(image_mask.convert("L").resize((width, height)), dtype=np.float32) / 255.0
        if self.mask_round:
            small = np.around(small)
        self.nmask = torch.from_numpy(small).to(devices.device, devices.dtype).expand(channels, -1, -1)
        self.mask = 1.0 - self.nmask
        if self.inpainting_fill == 2:
            seeds = all_seeds[: len(self.init_latent)]
            noise = rng.ImageRNG(self.init_latent.shape[1:], seeds).next()
            self.init_latent = self.init_latent * self.mask + noise * self.nmask
            self.extra_generation_params["Masked content"] = "latent noise"
        elif self.inpainting_fill == 3:
            self.init_latent = self.init_latent * self.mask
            self.extra_generation_params["Masked content"] = "latent nothing"

    def sample(self, conditioning: Any, unconditional_conditioning: Any, seeds: Any, prompts: Any) -> Any:
        assert self.rng is not None and self.init_latent is not None
        x = self.rng.next()
        if self.initial_noise_multiplier != 1.0:
            self.extra_generation_params["Noise multiplier"] = self.initial_noise_multiplier
            x = x * self.initial_noise_multiplier
        samples = self.sampler.sample_img2img(self, self.init_latent, x, conditioning, unconditional_conditioning)
        if self.mask is not None:
            samples = samples * self.nmask + self.init_latent * self.mask
        return samples
