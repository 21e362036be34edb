"""The ten builders beside what is published about them: parameters, and the size of every stage."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from . import builders
from .interface import BUILTIN_MODELS, WeightsEnum

STAGES = ("conv1", "maxpool", "layer1", "layer2", "layer3", "layer4", "avgpool", "fc")

TABLE_1 = {"conv1": 112, "maxpool": 56, "layer1": 56, "layer2": 28, "layer3": 14, "layer4": 7}
"""Pixels a side after each stage, for 224 x 224 (He et al., arXiv 1512.03385, table 1)."""


def published() -> dict[str, int]:
    """Parameters by builder, as torchvision states them beside the weights."""
    found = {}
    for each in vars(builders).values():
        if isinstance(each, type) and issubclass(each, WeightsEnum) and each is not WeightsEnum:
            weights = each["IMAGENET1K_V1"].value
            found[weights.file.rpartition("-")[0]] = weights.num_params
    return found


def counted() -> dict[str, int]:
    """Parameters by builder, counted in the networks; these are built without memory for their values."""
    with torch.device("meta"):
        return {name: sum(each.numel() for each in build().parameters()) for name, build in BUILTIN_MODELS.items()}


def weighted_layers(model: nn.Module) -> int:
    """The number in a network's name: convolutions that are not in a shortcut, and linear layers."""
    return sum(
        isinstance(module, nn.Conv2d | nn.Linear) and "downsample" not in name for name, module in model.named_modules()
    )


def stage_shapes(model: nn.Module, size: int = 224) -> dict[str, tuple[int, ...]]:
    """The shape after each stage when one image of ``size`` pixels a side goes through."""
    shapes: dict[str, tuple[int, ...]] = {}
    hooks = []
    for name in STAGES:

        def note(module: nn.Module, inputs: object, output: Tensor, name: str = name) -> None:
            shapes[name] = tuple(output.shape[1:])

        hooks.append(getattr(model, name).register_forward_hook(note))
    model.eval()
    with torch.no_grad():
        model(torch.zeros(1, 3, size, size))
    for hook in hooks:
        hook.remove()
    return shapes


def table() -> tuple[bool, str, str]:
    """Whether every figure is the published one, which are and which are not, and the figures."""
    stated, found = published(), counted()
    lines = [f"{'builder':<20}{'parameters':>14}{'stated':>14}"]
    lines += [f"{name:<20}{count:>14,}{stated[name]:>14,}" for name, count in found.items()]
    model = builders.resnet50()
    shapes = stage_shapes(model)
    lines += ["", f"resnet50: {weighted_layers(model)} weighted layers; one image of 3 x 224 x 224 becomes"]
    lines += [f"  {name:<10}{' x '.join(map(str, shape))}" for name, shape in shapes.items()]
    wrong = [name for name in stated if found.get(name) != stated[name]]
    wrong += [name for name, side in TABLE_1.items() if shapes[name][-2:] != (side, side)]
    detail = f"differs: {', '.join(wrong)}" if wrong else f"{len(found)} builders, {len(TABLE_1)} stages of table 1"
    return not wrong and weighted_layers(model) == 50, detail, "\n".join(lines)
