"""Classifier-free guidance around the model; mirrors ``modules.sd_samplers_cfg_denoiser`` of webui 1.10.1.

Ho and Salimans, Classifier-Free Diffusion Guidance, arXiv 2207.12598; with several conditions a picture, Liu et al.,
arXiv 2206.01714.
"""

from __future__ import annotations

from typing import Any

import torch

from . import prompt_parser, sd_samplers_common, shared
from .script_callbacks import AfterCFGCallbackParams, CFGDenoiserParams, cfg_after_cfg_callback, cfg_denoiser_callback
from .shared import opts, state


def pad_cond(tensor: torch.Tensor, repeats: int, empty: torch.Tensor) -> torch.Tensor:
    """Conditioning (batch x tokens x channels), with that of an empty chunk of prompt added ``repeats`` times."""
    return torch.cat([tensor, empty.repeat((tensor.shape[0], repeats, 1))], dim=1)


class CFGDenoiser(torch.nn.Module):
    """What a sampler calls as its model: noisy latents to denoised ones, under guidance.

    ``mask`` is 1 where the initial latent is to be kept, ``nmask`` where it is repainted.
    """

    mask_before_denoising = False
    """Whether the kept part is put in before the model is called, not after."""

    def __init__(self, sampler: Any) -> None:
        super().__init__()
        self.sampler = sampler
        self.model_wrap: Any = None
        self.mask: torch.Tensor | None = None
        self.nmask: torch.Tensor | None = None
        self.init_latent: torch.Tensor | None = None
        self.steps = 0
        self.total_steps = 0
        self.step = 0
        self.padded_cond_uncond = False
        self.p: Any = None

    @property
    def inner_model(self) -> Any:
        """The model as this family of samplers wants it: ``inner_model(x, sigma, cond=)``."""
        raise NotImplementedError

    def combine_denoised(
        self, x_out: torch.Tensor, conds_list: list[list[tuple[int, float]]], uncond: torch.Tensor, cond_scale: float
    ) -> torch.Tensor:
        """uncond + sum of weight_i * cond_scale * (cond_i - uncond), for each picture."""
        denoised_uncond = x_out[-uncond.shape[0] :]
        denoised = denoised_uncond.clone()
        for index, conds in enumerate(conds_list):
            for row, weight in conds:
                denoised[index] += (x_out[row] - denoised_uncond[index]) * (weight * cond_scale)
        return denoised

    def get_pred_x0(self, x_in: torch.Tensor, x_out: torch.Tensor, sigma: torch.Tensor) -> torch.Tensor:
        """The model's idea of the finished latent, for the preview."""
        return x_out

    def pad_cond_uncond(self, cond: torch.Tensor, uncond: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Makes prompt and negative prompt equally long, where they differ by whole chunks."""
        empty = shared.sd_model.cond_stage_model_empty_prompt
        chunks = (cond.shape[1] - uncond.shape[1]) // empty.shape[1]
        if chunks < 0:
            cond = pad_cond(cond, -chunks, empty)
        elif chunks > 0:
            uncond = pad_cond(uncond, chunks, empty)
        self.padded_cond_uncond = self.padded_cond_uncond or chunks != 0
        return cond, uncond

    def apply_blend(self, latent: torch.Tensor) -> torch.Tensor:
        """The initial latent where the mask keeps it."""
        assert self.init_latent is not None
        return latent * self.nmask + self.init_latent * self.mask

    def forward(
        self,
        x: torch.Tensor,
        sigma: torch.Tensor,
        uncond: Any,
        cond: Any,
        cond_scale: float,
        s_min_uncond: float,
    ) -> torch.Tensor:
        """Denoised latents of the shape of ``x``; ``sigma`` (batch) is a noise level, or a time for timestep samplers.

        ``cond`` and ``uncond`` are scheduled conditionings of ``prompt_parser``. Raises InterruptedException when the
        job was interrupted or the batch skipped.
        """
        if state.interrupted or state.skipped:
            raise sd_samplers_common.InterruptedException
        conds_list, tensor = prompt_parser.reconstruct_multicond_batch(cond, self.step)
        uncond = prompt_parser.reconstruct_cond_batch(uncond, self.step)
        if self.mask_before_denoising and self.mask is not None:
            x = self.apply_blend(x)

        owners = [index for index, conds in enumerate(conds_list) for _ in conds]
        params = CFGDenoiserParams(
            torch.cat([x[owners], x]),
            torch.cat([sigma[owners], sigma]),
            state.sampling_step,
            state.sampling_steps,
            tensor,
            uncond,
            self,
        )
        cfg_denoiser_callback(params)
        x_in, sigma_in, tensor, uncond = params.x, params.sigma, params.text_cond, params.text_uncond

        # Negative guidance minimum sigma: late odd steps hardly need the unconditional half.
        skip_uncond = bool(self.step % 2 and s_min_uncond > 0 and sigma[0] < s_min_uncond)
        if skip_uncond:
            self.p.extra_generation_params["NGMS"] = s_min_uncond
            x_in, sigma_in = x_in[: len(owners)], sigma_in[: len(owners)]
        elif opts.pad_cond_uncond and tensor.shape[1] != uncond.shape[1]:
            tensor, uncond = self.pad_cond_uncond(tensor, uncond)
        x_out = self._denoise(x_in, sigma_in, tensor, uncond, skip_uncond)

        first_rows = [conds[0][0] for conds in conds_list]
        if skip_uncond:
            x_out = torch.cat([x_out, x_out[first_rows]])
        denoised = self.combine_denoised(x_out, conds_list, uncond, 1.0 if skip_uncond else cond_scale)
        if not self.mask_before_denoising and self.mask is not None:
            denoised = self.apply_blend(denoised)
        self._store(x_in, x_out, denoised, first_rows, sigma)
        after = AfterCFGCallbackParams(denoised, state.sampling_step, state.sampling_steps)
        cfg_after_cfg_callback(after)
        self.step += 1
        return after.x

    def _denoise(
        self, x_in: torch.Tensor, sigma_in: torch.Tensor, cond: torch.Tensor, uncond: torch.Tensor, skip_uncond: bool
    ) -> torch.Tensor:
        """One call of the model for all rows, or one for each half where they cannot go together."""
        if skip_uncond:
            return self.inner_model(x_in, sigma_in, cond={"c_crossattn": [cond]})
        if opts.batch_cond_uncond and cond.shape[1] == uncond.shape[1]:
            return self.inner_model(x_in, sigma_in, cond={"c_crossattn": [torch.cat([cond, uncond])]})
        rows = len(cond)
        halves = [(x_in[:rows], sigma_in[:rows], cond), (x_in[rows:], sigma_in[rows:], uncond)]
        return torch.cat([self.inner_model(x, sigma, cond={"c_crossattn": [half]}) for x, sigma, half in halves])

    def _store(
        self,
        x_in: torch.Tensor,
        x_out: torch.Tensor,
        denoised: torch.Tensor,
        rows: list[int],
        sigma: torch.Tensor,
    ) -> None:
        """Keeps the latest latent, for an interruption, and what the preview is to show."""
        self.sampler.last_latent = self.get_pred_x0(x_in[rows], x_out[rows], sigma)
        if opts.live_preview_content == "Prompt":
            preview = self.sampler.last_latent
        elif opts.live_preview_content == "Negative prompt":
            count = len(denoised)
            preview = self.get_pred_x0(x_in[rows], x_out[-count:], sigma)
        else:
            preview = self.get_pred_x0(x_in[rows], denoised, sigma)
        sd_samplers_common.store_latent(preview)
