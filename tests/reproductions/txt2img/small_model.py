"""A latent diffusion whose every output is known: it pulls each latent to a value that its prompt names.

It has the interface of the trained model, none of its weights, and takes no time. The text ``three`` pulls to 3/10, and
so on; other words pull to 0, and a prompt to the mean of its words.
"""

from __future__ import annotations

from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import torch

WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


class Tokenizer:
    bos_token_id = 1
    eos_token_id = 2
    pad_token_id = 0

    def encode(self, text: str) -> list[int]:
        return [WORDS.index(word) + 10 if word in WORDS else 3 for word in text.lower().replace(",", " ").split()]


class Encoder(torch.nn.Module):
    max_length = 6

    def __init__(self) -> None:
        super().__init__()
        self.tokenizer = Tokenizer()

    def transformer(self, tokens: torch.Tensor) -> torch.Tensor:
        """Two channels: the word's value, and whether it counts."""
        counts = (tokens >= 3).float()
        values = torch.where(tokens >= 10, (tokens - 10) / 10.0, 0.0)
        return torch.stack([values, counts], dim=-1)


class UNet(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.scale = torch.nn.Parameter(torch.ones(()), requires_grad=False)

    def forward(self, x: torch.Tensor, timesteps: torch.Tensor, context: torch.Tensor) -> torch.Tensor:
        values, counts = context.float().unbind(-1)
        target = values.sum(1) / counts.sum(1).clamp(min=1.0)
        return target[:, None, None, None].expand_as(x).to(x.dtype) * self.scale.to(x.dtype)


class FirstStage(torch.nn.Module):
    """Four pixels a side for a latent's one; its grey is the mean of the channels."""

    def __init__(self) -> None:
        super().__init__()
        self.gain = torch.nn.Parameter(torch.ones(()), requires_grad=False)
        self.fails_in: tuple[torch.dtype, ...] = ()

    def decode(self, z: torch.Tensor) -> torch.Tensor:
        grey = z.mean(dim=1, keepdim=True).expand(-1, 3, -1, -1) * self.gain
        if self.gain.dtype in self.fails_in:
            grey = grey * float("nan")
        return torch.nn.functional.interpolate(grey, scale_factor=4.0, mode="nearest")

    def encode(self, x: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.avg_pool2d(x, 4).mean(dim=1, keepdim=True).expand(-1, 4, -1, -1)


class Model(torch.nn.Module):
    def __init__(self, parameterization: str = "eps") -> None:
        super().__init__()
        self.parameterization = parameterization
        betas = torch.linspace(0.00085**0.5, 0.012**0.5, 1000, dtype=torch.float64) ** 2
        self.register_buffer("alphas_cumprod", torch.cumprod(1 - betas, 0).float())
        self.num_timesteps = 1000
        self.model = torch.nn.Module()
        self.model.diffusion_model = UNet()
        self.model.conditioning_key = "crossattn"
        self.first_stage_model = FirstStage()
        self.cond_stage_model: Any = Encoder()
        self.calls: list[SimpleNamespace] = []

    @property
    def device(self) -> torch.device:
        return self.alphas_cumprod.device

    @contextmanager
    def ema_scope(self) -> Any:
        yield

    def get_learned_conditioning(self, texts: list[str]) -> torch.Tensor:
        return self.cond_stage_model(texts)

    def apply_model(self, x: torch.Tensor, t: torch.Tensor, cond: dict[str, list[torch.Tensor]]) -> torch.Tensor:
        context = torch.cat(cond["c_crossattn"], 1)
        self.calls.append(SimpleNamespace(rows=len(x), t=t.detach().clone(), context=context))
        x0 = self.model.diffusion_model(x, t, context)
        # Times between two of training: interpolated, as the schedules do.
        place = t.clamp(0, 999)
        low, share = place.floor().long(), (place - place.floor())[:, None, None, None]
        log = self.alphas_cumprod.log()
        high = (low + 1).clamp(max=999)
        sigma_low, sigma_high = (((1 - log[i].exp()) / log[i].exp()).log() for i in (low, high))
        log_ratio = (1 - share) * sigma_low[:, None, None, None] + share * sigma_high[:, None, None, None]
        a = 1 / (1 + log_ratio.exp())
        eps = (x - a.sqrt() * x0) / (1 - a).sqrt()
        return eps if self.parameterization == "eps" else a.sqrt() * eps - (1 - a).sqrt() * x0

    def encode_first_stage(self, x: torch.Tensor) -> torch.Tensor:
        return self.first_stage_model.encode(x)

    def get_first_stage_encoding(self, z: torch.Tensor) -> torch.Tensor:
        return z

    def decode_first_stage(self, z: torch.Tensor) -> torch.Tensor:
        return self.first_stage_model.decode(z)
