"""Claim: samplers, noise schedules and the decoder give what k-diffusion and ldm give."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from . import upstream, weights
from .k_diffusion import external, sampling
from .ldm.models.diffusion.ddpm import LatentDiffusion

SAMPLERS = (
    "sample_euler", "sample_euler_ancestral", "sample_heun", "sample_dpmpp_2m", "sample_dpmpp_2m_sde",
)  # fmt: skip
SCHEDULES = ("get_sigmas_karras", "get_sigmas_exponential", "get_sigmas_polyexponential")
STEPS = 8
CLOSE = 1e-5


@dataclass(frozen=True)
class Difference:
    """The largest absolute difference between what is computed here and upstream; 0 means the same bits."""

    name: str
    largest: float

    @property
    def held(self) -> bool:
        return self.largest <= CLOSE


def _difference(name: str, ours: Tensor, theirs: Tensor) -> Difference:
    same = torch.equal(ours, theirs)
    return Difference(name, 0.0 if same else float((ours.double() - theirs.double()).abs().max()))


def _noise_of(x: Tensor, seed: int) -> Callable[[Any, Any], Tensor]:
    """A noise sampler that both sides are given, so that the trees behind them do not matter."""
    generator = torch.Generator().manual_seed(seed)
    return lambda sigma, sigma_next: torch.randn(x.shape, generator=generator)


def samplers(model: LatentDiffusion) -> list[Difference]:
    """Every sampler on the model, its noise and k-diffusion's own schedule. Raises ``upstream.NotInstalled``."""
    real = upstream.k_diffusion()
    v = model.parameterization == "v"
    ours_denoiser = (external.CompVisVDenoiser if v else external.CompVisDenoiser)(model)
    real_denoiser = (real.external.CompVisVDenoiser if v else real.external.CompVisDenoiser)(model)
    found = [_difference("sigmas", ours_denoiser.sigmas, real_denoiser.sigmas)]
    low, high = float(ours_denoiser.sigma_min), float(ours_denoiser.sigma_max)
    for name in SCHEDULES:
        pair = (getattr(side, name)(STEPS, low, high) for side in (sampling, real.sampling))
        found.append(_difference(name, *pair))
    sigmas = ours_denoiser.get_sigmas(STEPS)
    found.append(_difference("get_sigmas", sigmas, real_denoiser.get_sigmas(STEPS)))
    with torch.no_grad():
        conditioning = model.get_learned_conditioning(["a photo of the digit three", "seven"])
    x = torch.randn((2, 4, 4, 4), generator=torch.Generator().manual_seed(5)) * sigmas[0]
    for name in SAMPLERS:
        ends = []
        for side, denoiser in ((sampling, ours_denoiser), (real.sampling, real_denoiser)):
            function = getattr(side, name)
            more: dict[str, Any] = {}
            if "noise_sampler" in function.__wrapped__.__code__.co_varnames:
                more["noise_sampler"] = _noise_of(x, 9)
            torch.manual_seed(11)
            ends.append(function(denoiser, x, sigmas, extra_args={"cond": conditioning}, disable=True, **more))
        found.append(_difference(name, *ends))
    return found


def decoder(model: LatentDiffusion) -> Difference:
    """``decode_first_stage`` against ldm's, which is given the same weights. Raises ``upstream.NotInstalled``."""
    real = upstream.ldm()
    theirs = real_first_stage(model)
    z = torch.randn((2, 4, 4, 4), generator=torch.Generator().manual_seed(7))
    holder = torch.nn.Module()
    holder.scale_factor, holder.first_stage_model = model.scale_factor, theirs
    with torch.no_grad():
        picture = real.ddpm.LatentDiffusion.decode_first_stage(holder, z)
        return _difference("decode_first_stage", model.decode_first_stage(z), picture)


def real_first_stage(model: LatentDiffusion) -> Any:
    """ldm's AutoencoderKL with the weights of the model's."""
    real = upstream.ldm()
    config = {**weights.DDCONFIG, "double_z": True, "resolution": 16, "attn_resolutions": [], "dropout": 0.0}
    with contextlib.redirect_stdout(io.StringIO()):
        theirs = real.autoencoder.AutoencoderKL(config, {"target": "torch.nn.Identity"}, embed_dim=4)
    theirs.load_state_dict(model.first_stage_model.state_dict())
    return theirs.eval()


def real_unet(model: LatentDiffusion) -> Any:
    """ldm's UNetModel with the weights of the model's."""
    real = upstream.ldm()
    ours: Any = model.model.diffusion_model
    theirs = real.openaimodel.UNetModel(
        image_size=4,
        use_spatial_transformer=True,
        transformer_depth=1,
        use_checkpoint=False,
        legacy=False,
        **weights.UNET,
    )
    theirs.load_state_dict(ours.state_dict())
    return theirs.eval()


def unet(model: LatentDiffusion) -> Difference:
    """``DiffusionWrapper`` around the UNet against ldm's with the same weights. Raises ``upstream.NotInstalled``."""
    x = torch.randn((3, 4, 4, 4), generator=torch.Generator().manual_seed(3))
    t = torch.tensor([1.0, 400.0, 980.5])
    with torch.no_grad():
        context = model.get_learned_conditioning(["", "seven", "a photo of the digit three"])
        theirs = real_unet(model)(x, t, context=context)
        return _difference("apply_model", model.apply_model(x, t, context), theirs)


def detail(found: Sequence[Difference]) -> str:
    """How many give the same bits, and how far the others are."""
    same = [each.name for each in found if each.largest == 0]
    others = [f"{each.name} {each.largest:.1e}" for each in found if each.largest > 0]
    return f"{len(same)} of {len(found)} bit-equal" + (f"; {', '.join(others)}" if others else "")
