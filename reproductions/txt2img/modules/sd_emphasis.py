"""What attention weights do to conditioning; mirrors ``modules.sd_emphasis`` of webui 1.10.1."""

from __future__ import annotations

import torch


class Emphasis:
    """``z`` (batch x tokens x channels) is the text encoder's output, ``multipliers`` (batch x tokens) the weights."""

    name = "Base"
    multipliers: torch.Tensor
    z: torch.Tensor

    def after_transformers(self) -> None:
        """Changes ``z``."""


class EmphasisNone(Emphasis):
    """Brackets are characters like others."""

    name = "None"


class EmphasisIgnore(Emphasis):
    """Brackets are read, and weigh nothing."""

    name = "Ignore"


class EmphasisOriginal(Emphasis):
    """Vectors are multiplied, then all scaled to the mean that they had."""

    name = "Original"

    def after_transformers(self) -> None:
        before = self.z.mean()
        self.z = self.z * self.multipliers[..., None]
        after = self.z.mean()
        # A prompt of nothing but weights of 0 has no mean to restore.
        if after != 0:
            self.z = self.z * (before / after)


class EmphasisOriginalNoNorm(Emphasis):
    """Vectors are multiplied."""

    name = "No norm"

    def after_transformers(self) -> None:
        self.z = self.z * self.multipliers[..., None]


options = [EmphasisNone, EmphasisIgnore, EmphasisOriginal, EmphasisOriginalNoNorm]


def get_current_option(name: str) -> type[Emphasis]:
    return next((option for option in options if option.name == name), EmphasisOriginal)
