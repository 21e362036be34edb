"""Where webui enters the model; mirrors ``modules.sd_hijack`` of webui 1.10.1."""

from __future__ import annotations

from typing import Any

from . import sd_hijack_clip, sd_unet

_UNET_HIJACKED = "_original_forward_of_unet"


def _patch_forward(unet: Any) -> None:
    """Puts the switch into a class of UNets, once; upstream does it when ``modules.sd_hijack`` is imported."""
    if _UNET_HIJACKED not in vars(unet):
        setattr(unet, _UNET_HIJACKED, unet.forward)
        unet.forward = sd_unet.create_unet_forward(unet.forward)


class StableDiffusionModelHijack:
    """``hijack`` puts the text encoder with weights and chunks, and the UNet's switch, into a model."""

    def hijack(self, m: Any) -> None:
        encoder = m.cond_stage_model
        if not isinstance(encoder, sd_hijack_clip.FrozenCLIPEmbedderWithCustomWordsBase):
            m.cond_stage_model = sd_hijack_clip.FrozenCLIPEmbedderWithCustomWords(encoder)
        _patch_forward(type(m.model.diffusion_model))

    def undo_hijack(self, m: Any) -> None:
        m.cond_stage_model = getattr(m.cond_stage_model, "wrapped", m.cond_stage_model)
        unet = type(m.model.diffusion_model)
        if _UNET_HIJACKED in vars(unet):
            unet.forward = getattr(unet, _UNET_HIJACKED)
            delattr(unet, _UNET_HIJACKED)


model_hijack = StableDiffusionModelHijack()
