"""The network: a stem, four stages of blocks, an average, a classifier.

Mirrors ``ResNet`` of torchvision.models.resnet 0.29.2 and ``_log_api_usage_once`` of torchvision.utils. ``shortcut``
is our addition: "B" is what torchvision has, the other options and "none", a plain net, are the paper's.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from .blocks import BasicBlock, Bottleneck, Norm, PaddedIdentity, conv1x1

SHORTCUTS = ("A", "B", "C", "none")
"""Where shape changes: A pads the identity with zeros, B projects it. C projects everywhere. none: a plain net."""


def _log_api_usage_once(obj: object) -> None:
    """Tells torch that this class is in use. torch passes it on to a logger if one was set, and to nobody otherwise."""
    torch._C._log_api_usage_once(f"{type(obj).__module__}.{type(obj).__name__}")


class ResNet(nn.Module):
    """(N, 3, H, W) -> (N, num_classes). ``block`` is a class; ``layers`` says how many of it each stage has.

    ``replace_stride_with_dilation`` keeps the size of stages 2, 3 and 4 and spreads their 3x3 kernels instead.
    """

    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: Sequence[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
        groups: int = 1,
        width_per_group: int = 64,
        replace_stride_with_dilation: Sequence[bool] | None = None,
        norm_layer: Norm | None = None,
        shortcut: str = "B",
    ) -> None:
        super().__init__()
        _log_api_usage_once(self)
        dilate = (False, False, False) if replace_stride_with_dilation is None else replace_stride_with_dilation
        if len(dilate) != 3:
            raise ValueError(f"replace_stride_with_dilation has a value for stages 2, 3 and 4: 3, not {len(dilate)}")
        if shortcut not in SHORTCUTS:
            raise ValueError(f"shortcut {shortcut!r} is none of {', '.join(SHORTCUTS)}")
        self._norm_layer = norm_layer or nn.BatchNorm2d
        self.shortcut = shortcut
        self.groups, self.base_width = groups, width_per_group
        self.inplanes = 64
        self.dilation = 1
        self.conv1 = nn.Conv2d(3, self.inplanes, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = self._norm_layer(self.inplanes)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.layer1 = self._make_layer(block, 64, layers[0])
        self.layer2 = self._make_layer(block, 128, layers[1], stride=2, dilate=dilate[0])
        self.layer3 = self._make_layer(block, 256, layers[2], stride=2, dilate=dilate[1])
        self.layer4 = self._make_layer(block, 512, layers[3], stride=2, dilate=dilate[2])
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        initialise(self)
        if zero_init_residual:
            zero_last_norms(self)

    def _make_layer(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        planes: int,
        blocks: int,
        stride: int = 1,
        dilate: bool = False,
    ) -> nn.Sequential:
        """One stage. Its first block changes size and channels, and still has the dilation of the stage before."""
        norm_layer = self._norm_layer
        outplanes = planes * block.expansion
        dilation = self.dilation
        if dilate:
            self.dilation *= stride
            stride = 1
        layers = []
        for _ in range(blocks):
            changes = stride != 1 or self.inplanes != outplanes
            downsample: nn.Module | None = None
            if self.shortcut == "C" or (self.shortcut == "B" and changes):
                downsample = nn.Sequential(conv1x1(self.inplanes, outplanes, stride), norm_layer(outplanes))
            elif self.shortcut == "A" and changes:
                downsample = PaddedIdentity(self.inplanes, outplanes, stride)
            layers.append(
                block(
                    self.inplanes,
                    planes,
                    stride,
                    downsample,
                    self.groups,
                    self.base_width,
                    dilation,
                    norm_layer,
                    residual=self.shortcut != "none",
                )
            )
            self.inplanes, stride, dilation = outplanes, 1, self.dilation
        return nn.Sequential(*layers)

    def _forward_impl(self, x: Tensor) -> Tensor:
        # Sizes for 224 x 224 pixels, with e = block.expansion: table 1 of the paper.
        x = self.relu(self.bn1(self.conv1(x)))  # (N, 64, 112, 112)
        x = self.maxpool(x)  # (N, 64, 56, 56)
        x = self.layer1(x)  # (N, 64 e, 56, 56)
        x = self.layer2(x)  # (N, 128 e, 28, 28)
        x = self.layer3(x)  # (N, 256 e, 14, 14)
        x = self.layer4(x)  # (N, 512 e, 7, 7)
        x = torch.flatten(self.avgpool(x), 1)  # (N, 512 e)
        return self.fc(x)

    def forward(self, x: Tensor) -> Tensor:
        return self._forward_impl(x)


def initialise(model: nn.Module) -> None:
    """Convolutions: normal with variance 2 / (out channels * kernel pixels), He et al., arXiv 1502.01852. Norms: x."""
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        elif isinstance(module, nn.BatchNorm2d | nn.GroupNorm):
            nn.init.constant_(module.weight, 1)
            nn.init.constant_(module.bias, 0)


def zero_last_norms(model: nn.Module) -> None:
    """F(x) = 0 to begin with, so that every block starts as its shortcut (Goyal et al., arXiv 1706.02677)."""
    for module in model.modules():
        last = module.bn3 if isinstance(module, Bottleneck) else module.bn2 if isinstance(module, BasicBlock) else None
        if last is not None and last.weight is not None:
            nn.init.constant_(last.weight, 0)
