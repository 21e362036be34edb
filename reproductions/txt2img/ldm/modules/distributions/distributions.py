"""What an encoder gives: a normal distribution for each value of a latent; mirrors ``ldm.modules.distributions``."""

from __future__ import annotations

import torch


class DiagonalGaussianDistribution:
    """From ``parameters`` (batch x 2 channels x height x width): means, then logarithms of variances."""

    def __init__(self, parameters: torch.Tensor) -> None:
        self.mean, logvar = torch.chunk(parameters, 2, dim=1)
        self.logvar = torch.clamp(logvar, -30.0, 20.0)
        self.std = torch.exp(0.5 * self.logvar)
        self.var = torch.exp(self.logvar)

    def sample(self) -> torch.Tensor:
        return self.mean + self.std * torch.randn(self.mean.shape).to(self.mean)

    def kl(self) -> torch.Tensor:
        """Divergence from the standard normal distribution, in nats, for each of the batch."""
        return 0.5 * torch.sum(self.mean**2 + self.var - 1.0 - self.logvar, dim=[1, 2, 3])

    def mode(self) -> torch.Tensor:
        return self.mean
