"""From a request to pictures; ``process_images`` of ``modules.processing`` of webui 1.10.1, and names from there."""

from __future__ import annotations

import random
from typing import Any

import torch

from . import devices, extra_networks, images, rng, scripts, sd_models, sd_samplers, sd_unet, shared
from .decoding import DecodedSamples, decode_latent_batch
from .geometry import opt_C, opt_f
from .infotext import Processed, create_infotext, program_version
from .processing_base import StableDiffusionProcessing
from .processing_img2img import StableDiffusionProcessingImg2Img, apply_overlay, create_binary_mask
from .processing_txt2img import StableDiffusionProcessingTxt2Img
from .sd_samplers_common import tensor_to_image
from .shared import opts, state

__all__ = [
    "DecodedSamples",
    "Processed",
    "StableDiffusionProcessing",
    "StableDiffusionProcessingImg2Img",
    "StableDiffusionProcessingTxt2Img",
    "create_binary_mask",
    "create_infotext",
    "get_fixed_seed",
    "process_images",
    "process_images_inner",
    "program_version",
]

SEEDS = 4294967294


def get_fixed_seed(seed: Any) -> Any:
    """The seed, or a random one for -1 and for what is no number; a list stays one."""
    if isinstance(seed, list):
        return seed
    try:
        number = int(seed)
    except (TypeError, ValueError, OverflowError):
        number = -1
    # A generator takes 64 bits; the batch counts on from here.
    return random.randrange(SEEDS) if number < 0 else number % 2**62


def process_images(p: StableDiffusionProcessing) -> Processed:
    """The pictures of ``p``, under its own settings, which hold for it only. Raises BadRequest before any work."""
    if p.scripts is not None:
        p.scripts.before_process(p)
    stored_opts = {name: getattr(opts, name, None) for name in p.override_settings}
    try:
        for name, value in p.override_settings.items():
            opts.set(name, value, is_api=True)
        sd_models.reload_model_weights()
        sd_samplers.fix_p_invalid_sampler_and_scheduler(p)
        p.check()
        return process_images_inner(p)
    finally:
        if p.override_settings_restore_afterwards:
            for name, value in stored_opts.items():
                if value is not None:
                    setattr(opts, name, value)


def process_images_inner(p: StableDiffusionProcessing) -> Processed:
    """Batch by batch: condition, sample, decode, check, save."""
    devices.torch_gc()
    seed, subseed = get_fixed_seed(p.seed), get_fixed_seed(p.subseed)
    p.sd_model_name, p.sd_model_hash = sd_models.name_and_hash(shared.sd_model)
    p.fill_fields_from_opts()
    p.setup_prompts()
    count = len(p.all_prompts)
    # Variations of one picture keep its seed.
    p.all_seeds = (
        seed if isinstance(seed, list) else [seed + (i if p.subseed_strength == 0 else 0) for i in range(count)]
    )
    p.all_subseeds = subseed if isinstance(subseed, list) else [subseed + i for i in range(count)]
    if p.scripts is not None:
        p.scripts.process(p)

    infotexts: list[str] = []
    output_images: list[Any] = []
    with torch.no_grad(), p.sd_model.ema_scope():
        with devices.autocast():
            p.init(p.all_prompts, p.all_seeds, p.all_subseeds)
            sd_unet.apply_unet()
        if state.job_count == -1:
            state.job_count = p.n_iter

        for n in range(p.n_iter):
            p.iteration = n
            if state.skipped:
                state.skipped = False
            if state.interrupted or state.stopping_generation:
                break
            batch = slice(n * p.batch_size, (n + 1) * p.batch_size)
            p.prompts, p.negative_prompts = p.all_prompts[batch], p.all_negative_prompts[batch]
            p.seeds, p.subseeds = p.all_seeds[batch], p.all_subseeds[batch]
            if not p.prompts:
                break
            p.rng = rng.ImageRNG(
                (opt_C, p.height // opt_f, p.width // opt_f),
                p.seeds,
                subseeds=p.subseeds,
                subseed_strength=p.subseed_strength,
                seed_resize_from_h=p.seed_resize_from_h,
                seed_resize_from_w=p.seed_resize_from_w,
            )
            p.parse_extra_network_prompts()
            if not p.disable_extra_networks:
                with devices.autocast():
                    extra_networks.activate(p, p.extra_network_data)
            if p.scripts is not None:
                p.scripts.process_batch(p, batch_number=n, prompts=p.prompts, seeds=p.seeds, subseeds=p.subseeds)
            p.setup_conds()
            if p.n_iter > 1:
                state.job = f"Batch {n + 1} out of {p.n_iter}"
            sd_models.apply_alpha_schedule_override(p.sd_model, p)
            with devices.autocast():
                samples = p.sample(conditioning=p.c, unconditional_conditioning=p.uc, seeds=p.seeds, prompts=p.prompts)
            if p.scripts is not None:
                ps = scripts.PostSampleArgs(samples)
                p.scripts.post_sample(p, ps)
                samples = ps.samples
            if getattr(samples, "already_decoded", False):
                decoded = samples
            else:
                devices.test_for_nans(samples, "unet")
                if opts.sd_vae_decode_method != "Full":
                    p.extra_generation_params["VAE Decoder"] = opts.sd_vae_decode_method
                decoded = decode_latent_batch(p.sd_model, samples, target_device=devices.cpu, check_for_nans=True)
            x_samples = torch.clamp((torch.stack(decoded).float() + 1.0) / 2.0, min=0.0, max=1.0)
            devices.torch_gc()
            state.nextjob()
            if p.scripts is not None:
                # Before any picture is shown or saved: here is the place of a safety check.
                p.scripts.postprocess_batch(p, x_samples, batch_number=n)

            def infotext(index: int = 0, use_main_prompt: bool = False) -> str:
                return create_infotext(
                    p,
                    p.prompts,
                    p.seeds,
                    p.subseeds,
                    use_main_prompt=use_main_prompt,
                    index=index,
                    all_negative_prompts=p.negative_prompts,
                )

            for i, x_sample in enumerate(x_samples):
                image = tensor_to_image(x_sample)
                if p.scripts is not None:
                    pp = scripts.PostprocessImageArgs(image)
                    p.scripts.postprocess_image(p, pp)
                    image = pp.image
                overlays = p.overlay_images if opts.overlay_inpaint else None
                image = apply_overlay(image, p.paste_to, overlays[i] if overlays else None)
                text = infotext(i)
                if p.save_samples():
                    images.save_image(image, p.outpath_samples or ".", "", p.seeds[i], p.prompts[i], info=text, p=p)
                infotexts.append(text)
                if opts.enable_pnginfo:
                    image.info["parameters"] = text
                output_images.append(image)
            devices.torch_gc()

        if not infotexts:
            p.prompts, p.seeds, p.subseeds = p.all_prompts, p.all_seeds, p.all_subseeds
            infotexts.append(create_infotext(p, p.all_prompts, p.all_seeds, p.all_subseeds, use_main_prompt=True))
        index_of_first_image = 0
        enough = len(output_images) >= 2 or (output_images and not opts.grid_only_if_multiple)
        if (opts.return_grid or opts.grid_save) and not p.do_not_save_grid and enough:
            grid = images.image_grid(output_images, p.batch_size)
            text = create_infotext(p, p.all_prompts, p.all_seeds, p.all_subseeds, use_main_prompt=True)
            if opts.grid_save:
                images.save_image(
                    grid, p.outpath_grids or ".", "grid", p.all_seeds[0], p.all_prompts[0], info=text, p=p
                )
            if opts.return_grid:
                grid.info["parameters"] = text
                infotexts.insert(0, text)
                output_images.insert(0, grid)
                index_of_first_image = 1

    if not p.disable_extra_networks and p.extra_network_data:
        extra_networks.deactivate(p, p.extra_network_data)
    devices.torch_gc()
    res = Processed(
        p,
        images_list=output_images,
        seed=p.all_seeds[0],
        info=infotexts[0],
        subseed=p.all_subseeds[0],
        index_of_first_image=index_of_first_image,
        infotexts=infotexts,
    )
    if p.scripts is not None:
        p.scripts.postprocess(p, res)
    return res
