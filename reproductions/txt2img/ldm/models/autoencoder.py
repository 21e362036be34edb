"""Between pictures and latents; mirrors ``ldm.models.autoencoder``. Kingma and Welling, arXiv 1312.6114."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from ..modules.diffusionmodules.model import Decoder, Encoder
from ..modules.distributions.distributions import DiagonalGaussianDistribution


class AutoencoderKL(nn.Module):
    """``ddconfig``: ch, ch_mult, num_res_blocks, in_channels, out_ch, z_channels. A latent has ``embed_dim``."""

    def __init__(self, ddconfig: dict[str, Any], embed_dim: int) -> None:
        super().__init__()
        shape = {name: ddconfig[name] for name in ("ch", "ch_mult", "num_res_blocks", "z_channels")}
        self.encoder = Encoder(**shape, in_channels=ddconfig["in_channels"])
        self.decoder = Decoder(**shape, out_ch=ddconfig["out_ch"])
        self.quant_conv = nn.Conv2d(2 * shape["z_channels"], 2 * embed_dim, 1)
        self.post_quant_conv = nn.Conv2d(embed_dim, shape["z_channels"], 1)

    def encode(self, x: torch.Tensor) -> DiagonalGaussianDistribution:
        """Of pictures in [-1, 1]."""
        return DiagonalGaussianDistribution(self.quant_conv(self.encoder(x)))

    def decode(self, z: torch.Tensor) -> torch.Tensor:
        """Pictures, about in [-1, 1]."""
        return self.decoder(self.post_quant_conv(z))

    def forward(self, input: torch.Tensor, sample_posterior: bool = True) -> tuple[torch.Tensor, Any]:
        posterior = self.encode(input)
        z = posterior.sample() if sample_posterior else posterior.mode()
        return self.decode(z), posterior
