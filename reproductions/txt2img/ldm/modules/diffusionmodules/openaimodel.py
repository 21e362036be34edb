"""The network that predicts noise; mirrors ``ldm.modules.diffusionmodules.openaimodel``.

Dhariwal and Nichol, arXiv 2105.05233; with the prompt by cross-attention, Rombach et al., arXiv 2112.10752.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from ..attention import SpatialTransformer
from .util import normalization, timestep_embedding, zero_module


class TimestepEmbedSequential(nn.Sequential):
    """Gives each of its layers what else that layer wants: the time, or the prompt."""

    def forward(self, x: torch.Tensor, emb: torch.Tensor, context: torch.Tensor | None = None) -> torch.Tensor:
        for layer in self:
            if isinstance(layer, ResBlock):
                x = layer(x, emb)
            elif isinstance(layer, SpatialTransformer):
                x = layer(x, context)
            else:
                x = layer(x)
        return x


class Upsample(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.conv(nn.functional.interpolate(x, scale_factor=2, mode="nearest"))


class Downsample(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.op = nn.Conv2d(channels, channels, 3, stride=2, padding=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.op(x)


class ResBlock(nn.Module):
    """Two convolutions, the time added between them; residual."""

    def __init__(self, channels: int, emb_channels: int, out_channels: int) -> None:
        super().__init__()
        self.in_layers = nn.Sequential(
            normalization(channels), nn.SiLU(), nn.Conv2d(channels, out_channels, 3, padding=1)
        )
        self.emb_layers = nn.Sequential(nn.SiLU(), nn.Linear(emb_channels, out_channels))
        self.out_layers = nn.Sequential(
            normalization(out_channels),
            nn.SiLU(),
            nn.Dropout(0.0),
            zero_module(nn.Conv2d(out_channels, out_channels, 3, padding=1)),
        )
        same = channels == out_channels
        self.skip_connection = nn.Identity() if same else nn.Conv2d(channels, out_channels, 1)

    def forward(self, x: torch.Tensor, emb: torch.Tensor) -> torch.Tensor:
        h = self.in_layers(x) + self.emb_layers(emb)[:, :, None, None]
        return self.skip_connection(x) + self.out_layers(h)


class UNetModel(nn.Module):
    """``channel_mult`` widths from fine to coarse; ``attention_resolutions``: where, as factors of down-sampling."""

    def __init__(
        self,
        in_channels: int,
        model_channels: int,
        out_channels: int,
        num_res_blocks: int,
        attention_resolutions: Sequence[int],
        channel_mult: Sequence[int],
        num_heads: int,
        context_dim: int,
    ) -> None:
        super().__init__()
        self.model_channels = model_channels
        embed_dim = model_channels * 4
        self.time_embed = nn.Sequential(
            nn.Linear(model_channels, embed_dim), nn.SiLU(), nn.Linear(embed_dim, embed_dim)
        )

        def attention(channels: int) -> SpatialTransformer:
            return SpatialTransformer(channels, num_heads, channels // num_heads, context_dim)

        self.input_blocks = nn.ModuleList(
            [TimestepEmbedSequential(nn.Conv2d(in_channels, model_channels, 3, padding=1))]
        )
        widths, channels, factor = [model_channels], model_channels, 1
        for level, mult in enumerate(channel_mult):
            for _ in range(num_res_blocks):
                layers: list[nn.Module] = [ResBlock(channels, embed_dim, mult * model_channels)]
                channels = mult * model_channels
                if factor in attention_resolutions:
                    layers.append(attention(channels))
                self.input_blocks.append(TimestepEmbedSequential(*layers))
                widths.append(channels)
            if level != len(channel_mult) - 1:
                self.input_blocks.append(TimestepEmbedSequential(Downsample(channels)))
                widths.append(channels)
                factor *= 2
        self.middle_block = TimestepEmbedSequential(
            ResBlock(channels, embed_dim, channels), attention(channels), ResBlock(channels, embed_dim, channels)
        )
        self.output_blocks = nn.ModuleList()
        for level, mult in reversed(list(enumerate(channel_mult))):
            for index in range(num_res_blocks + 1):
                layers = [ResBlock(channels + widths.pop(), embed_dim, mult * model_channels)]
                channels = mult * model_channels
                if factor in attention_resolutions:
                    layers.append(attention(channels))
                if level and index == num_res_blocks:
                    layers.append(Upsample(channels))
                    factor //= 2
                self.output_blocks.append(TimestepEmbedSequential(*layers))
        self.out = nn.Sequential(
            normalization(channels), nn.SiLU(), zero_module(nn.Conv2d(channels, out_channels, 3, padding=1))
        )

    @property
    def dtype(self) -> torch.dtype:
        return self.time_embed[0].weight.dtype

    def forward(
        self, x: torch.Tensor, timesteps: torch.Tensor | None = None, context: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Noise in latents ``x`` (batch x channels x height x width) at ``timesteps`` (batch), under ``context``
        (batch x tokens x channels)."""
        assert timesteps is not None
        emb = self.time_embed(timestep_embedding(timesteps, self.model_channels).to(self.dtype))
        h, kept = x, []
        for block in self.input_blocks:
            h = block(h, emb, context)
            kept.append(h)
        h = self.middle_block(h, emb, context)
        for block in self.output_blocks:
            beside = kept.pop()
            # A side that is no multiple of the coarsest pixel comes back too large.
            if h.shape[2:] != beside.shape[2:]:
                h = nn.functional.interpolate(h, beside.shape[2:], mode="nearest")
            h = block(torch.cat([h, beside], dim=1), emb, context)
        return self.out(h)
