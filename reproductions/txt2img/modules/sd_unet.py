"""UNets of others in place of the checkpoint's; mirrors ``modules.sd_unet`` of webui 1.10.1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch


class SdUnet(torch.nn.Module):
    """A UNet that may stand in; called as ``forward(x, timesteps, context)``."""

    def activate(self) -> None:
        """Gets ready."""

    def deactivate(self) -> None:
        """Frees what it holds."""


class SdUnetOption:
    """One entry of ``unet_options``."""

    label = ""

    def create_unet(self) -> SdUnet:
        raise NotImplementedError


unet_options: list[SdUnetOption] = []
current_unet_option: SdUnetOption | None = None
current_unet: SdUnet | None = None


def get_unet_option(option: str | None = None) -> SdUnetOption | None:
    """The option of that label; None for the checkpoint's own UNet."""
    return next((each for each in unet_options if each.label == option), None)


def apply_unet(option: str | None = None) -> None:
    """Makes the UNet of that label the current one."""
    global current_unet, current_unet_option
    new_option = get_unet_option(option)
    if new_option is current_unet_option:
        return
    if current_unet is not None:
        current_unet.deactivate()
    current_unet_option = new_option
    current_unet = None if new_option is None else new_option.create_unet()
    if current_unet is not None:
        current_unet.activate()


def create_unet_forward(original_forward: Callable[..., Any]) -> Callable[..., Any]:
    """What replaces ``UNetModel.forward``."""

    def UNetModel_forward(self: Any, x: torch.Tensor, timesteps: Any = None, context: Any = None, **kwargs: Any) -> Any:
        if current_unet is not None:
            return current_unet.forward(x, timesteps, context, **kwargs)
        return original_forward(self, x, timesteps, context, **kwargs)

    return UNetModel_forward
