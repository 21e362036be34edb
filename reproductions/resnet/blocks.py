"""What a residual network is stacked from: two kinds of block, and the shortcuts beside them.

Mirrors ``conv3x3``, ``conv1x1``, ``BasicBlock`` and ``Bottleneck`` of torchvision.models.resnet 0.29.2, which has
option B only; A and C are those of the paper (He et al., Deep Residual Learning, arXiv 1512.03385, section 3.3).
Shapes: N images, C channels, H by W pixels.
"""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor, nn
from torch.nn import functional

Norm = Callable[[int], nn.Module]
"""Makes the normalisation of that many channels: a class such as BatchNorm2d, or a function."""


def conv3x3(in_planes: int, out_planes: int, stride: int = 1, groups: int = 1, dilation: int = 1) -> nn.Conv2d:
    """(N, in, H, W) -> (N, out, H / stride, W / stride). No bias: the normalisation that follows has one."""
    return nn.Conv2d(in_planes, out_planes, 3, stride, padding=dilation, dilation=dilation, groups=groups, bias=False)


def conv1x1(in_planes: int, out_planes: int, stride: int = 1) -> nn.Conv2d:
    """Mixes the channels of each pixel: (N, in, H, W) -> (N, out, H / stride, W / stride)."""
    return nn.Conv2d(in_planes, out_planes, 1, stride, bias=False)


class PaddedIdentity(nn.Module):
    """Option A: every stride-th pixel, and channels of zeros behind those that there are. No parameters."""

    def __init__(self, inplanes: int, outplanes: int, stride: int) -> None:
        super().__init__()
        if outplanes < inplanes:
            raise ValueError(f"option A cannot make {outplanes} channels of {inplanes}: it only adds some")
        self.added, self.stride = outplanes - inplanes, stride

    def forward(self, x: Tensor) -> Tensor:
        kept = x[:, :, :: self.stride, :: self.stride]
        return functional.pad(kept, (0, 0, 0, 0, 0, self.added))


class BasicBlock(nn.Module):
    """y = relu(F(x) + shortcut(x)) with F = two 3x3 convolutions; without ``residual`` a plain y = relu(F(x)).

    ``downsample`` is the shortcut where it is no identity. Groups, other widths and dilation are Bottleneck's.
    """

    expansion = 1

    def __init__(
        self,
        inplanes: int,
        planes: int,
        stride: int = 1,
        downsample: nn.Module | None = None,
        groups: int = 1,
        base_width: int = 64,
        dilation: int = 1,
        norm_layer: Norm | None = None,
        residual: bool = True,
    ) -> None:
        super().__init__()
        if groups != 1 or base_width != 64:
            raise ValueError(f"BasicBlock has one group of width 64, not {groups} of {base_width}")
        if dilation > 1:
            raise NotImplementedError(f"BasicBlock has no dilation, {dilation} was asked for")
        norm = norm_layer or nn.BatchNorm2d
        self.conv1 = conv3x3(inplanes, planes, stride)
        self.bn1 = norm(planes)
        self.conv2 = conv3x3(planes, planes)
        self.bn2 = norm(planes)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample
        self.residual = residual

    def forward(self, x: Tensor) -> Tensor:
        out = self.relu(self.bn1(self.conv1(x)))  # (N, planes, H / stride, W / stride)
        out = self.bn2(self.conv2(out))
        if self.residual:
            out += x if self.downsample is None else self.downsample(x)
        return self.relu(out)


class Bottleneck(nn.Module):
    """As BasicBlock, with F = 1x1 to ``width`` channels, 3x3 there, 1x1 to four times ``planes``.

    The stride is on the 3x3 ("v1.5"), where the paper has it on the first 1x1 and so never sees three of four pixels.
    """

    expansion = 4

    def __init__(
        self,
        inplanes: int,
        planes: int,
        stride: int = 1,
        downsample: nn.Module | None = None,
        groups: int = 1,
        base_width: int = 64,
        dilation: int = 1,
        norm_layer: Norm | None = None,
        residual: bool = True,
    ) -> None:
        super().__init__()
        norm = norm_layer or nn.BatchNorm2d
        width = int(planes * (base_width / 64)) * groups
        self.conv1 = conv1x1(inplanes, width)
        self.bn1 = norm(width)
        self.conv2 = conv3x3(width, width, stride, groups, dilation)
        self.bn2 = norm(width)
        self.conv3 = conv1x1(width, planes * self.expansion)
        self.bn3 = norm(planes * self.expansion)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample
        self.residual = residual

    def forward(self, x: Tensor) -> Tensor:
        out = self.relu(self.bn1(self.conv1(x)))  # (N, width, H, W)
        out = self.relu(self.bn2(self.conv2(out)))  # (N, width, H / stride, W / stride)
        out = self.bn3(self.conv3(out))  # (N, 4 planes, H / stride, W / stride)
        if self.residual:
            out += x if self.downsample is None else self.downsample(x)
        return self.relu(out)
