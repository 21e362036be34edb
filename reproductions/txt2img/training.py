"""Trains the model on scikit-learn's digits: ``python -m reproductions.txt2img.training``, minutes on a CPU.

First the autoencoder, then UNet and text encoder together in its latents; one prompt in ten is left out, which is what
classifier-free guidance needs (Ho and Salimans, arXiv 2207.12598).
"""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from .ldm.models.diffusion.ddpm import LatentDiffusion
from .ldm.modules.ema import LitEma
from .ldm.modules.encoders.modules import DIGITS
from .weights import FILE, build, save_model

TEMPLATES = (
    "a photo of the digit {}",
    "a photo of the digit {}",
    "a photo of the number {}",
    "a picture of a {}",
    "a drawing of the digit {}",
    "a handwritten {}",
    "the digit {}",
    "{}",
)
DROPPED = 0.1

Tell = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Setting:
    """Steps of both stages, their batches and learning rates."""

    vae_steps: int = 400
    vae_batch: int = 48
    steps: int = 1200
    batch: int = 128
    vae_rate: float = 2e-3
    rate: float = 1.5e-3
    kl_weight: float = 1e-4
    seed: int = 0
    parameterization: str = "eps"


def digits(size: int = 16) -> tuple[torch.Tensor, torch.Tensor]:
    """Pictures (1797 x 1 x size x size, [-1, 1]) and their digits."""
    from sklearn.datasets import load_digits

    data = load_digits()
    pictures = torch.tensor(data.images, dtype=torch.float32)[:, None] / 8.0 - 1.0
    pictures = nn.functional.interpolate(pictures, size=(size, size), mode="bilinear", align_corners=False)
    return pictures, torch.tensor(data.target)


def _rate(step: int, steps: int) -> float:
    """Rises over the first twentieth, then falls along a cosine."""
    warm = max(steps // 20, 1)
    return min((step + 1) / warm, 0.5 * (1 + math.cos(math.pi * step / steps)) + 0.01)


def train_autoencoder(model: LatentDiffusion, pictures: torch.Tensor, setting: Setting, tell: Tell) -> float:
    """Absolute error, and a little of the divergence; sets ``scale_factor``. The last error."""
    vae = model.first_stage_model
    optimiser = torch.optim.AdamW(vae.parameters(), lr=setting.vae_rate, weight_decay=0.0)
    generator = torch.Generator().manual_seed(setting.seed)
    error = math.nan
    for step in range(setting.vae_steps):
        optimiser.param_groups[0]["lr"] = setting.vae_rate * _rate(step, setting.vae_steps)
        batch = pictures[torch.randint(len(pictures), (setting.vae_batch,), generator=generator)]
        restored, posterior = vae(batch)
        reconstruction = (restored - batch).abs().mean()
        loss = reconstruction + setting.kl_weight * posterior.kl().mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        error = reconstruction.item()
        tell(step + 1, setting.vae_steps, f"autoencoder, error {error:.3f}")
    with torch.no_grad():
        model.scale_factor.copy_(1.0 / torch.cat([vae.encode(part).mode() for part in pictures.split(256)]).std())
    return error


def train_diffusion(
    model: LatentDiffusion, pictures: torch.Tensor, targets: torch.Tensor, setting: Setting, tell: Tell
) -> float:
    """UNet and text encoder; the weights are their mean at the end. The mean loss of the last fifty steps."""
    with torch.no_grad():
        latents = torch.cat([model.get_first_stage_encoding(model.encode_first_stage(p)) for p in pictures.split(256)])
    parameters = [*model.model.parameters(), *model.cond_stage_model.parameters()]
    model.first_stage_model.requires_grad_(False)
    optimiser = torch.optim.AdamW(parameters, lr=setting.rate, weight_decay=1e-3)
    ema = LitEma(model, 0.995)
    generator = torch.Generator().manual_seed(setting.seed + 1)
    words = random.Random(setting.seed)
    losses: list[float] = []
    for step in range(setting.steps):
        optimiser.param_groups[0]["lr"] = setting.rate * _rate(step, setting.steps)
        chosen = torch.randint(len(latents), (setting.batch,), generator=generator)
        prompts = [_prompt(int(target), words) for target in targets[chosen]]
        t = torch.randint(model.num_timesteps, (setting.batch,), generator=generator)
        noise = torch.randn(latents[chosen].shape, generator=generator)
        loss = model.p_losses(latents[chosen], model.get_learned_conditioning(prompts), t, noise)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        ema(model)
        losses = [*losses, loss.item()][-50:]
        tell(step + 1, setting.steps, f"diffusion, loss {sum(losses) / len(losses):.3f}")
    ema.copy_to(model)
    return sum(losses) / len(losses)


def _prompt(digit: int, words: random.Random) -> str:
    if words.random() < DROPPED:
        return ""
    return words.choice(TEMPLATES).format(words.choice((DIGITS[digit], DIGITS[digit], str(digit))))


def train(setting: Setting | None = None, file: Path | None = FILE, tell: Tell = lambda *_: None) -> LatentDiffusion:
    """A new model, written to ``file`` unless that is None."""
    setting = setting or Setting()
    torch.manual_seed(setting.seed)
    pictures, targets = digits()
    model = build(setting.parameterization)
    train_autoencoder(model, pictures, setting, tell)
    train_diffusion(model, pictures, targets, setting, tell)
    model.eval().requires_grad_(False)
    if file is not None:
        save_model(model, file)
    return model


def main() -> int:
    def tell(done: int, total: int, label: str) -> None:
        if done % 50 == 0:
            print(f"{label}: {done}/{total}", file=sys.stderr, flush=True)

    train(tell=tell)
    print(f"{FILE}: {FILE.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
