"""The ten builders of torchvision.models.resnet 0.29.2 and the weights that there are for each.

The number in a name counts the weighted layers: convolutions without projections, and the classifier.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .blocks import BasicBlock, Bottleneck
from .interface import Weights, WeightsEnum, _overwrite_named_param, handle_legacy_interface, register_model
from .network import ResNet


def _resnet(
    block: type[BasicBlock] | type[Bottleneck],
    layers: Sequence[int],
    weights: WeightsEnum | None,
    **kwargs: Any,
) -> ResNet:
    """The network, with the weights in it if there are any; these say how many classes there are."""
    if weights is not None:
        _overwrite_named_param(kwargs, "num_classes", weights.value.num_classes)
    model = ResNet(block, layers, **kwargs)
    if weights is not None:
        model.load_state_dict(weights.get_state_dict())
    return model


class ResNet18_Weights(WeightsEnum):
    IMAGENET1K_V1 = Weights("resnet18-f37072fd.pth", 11_689_512)
    DEFAULT = IMAGENET1K_V1


class ResNet34_Weights(WeightsEnum):
    IMAGENET1K_V1 = Weights("resnet34-b627a593.pth", 21_797_672)
    DEFAULT = IMAGENET1K_V1


class ResNet50_Weights(WeightsEnum):
    IMAGENET1K_V1 = Weights("resnet50-0676ba61.pth", 25_557_032)
    IMAGENET1K_V2 = Weights("resnet50-11ad3fa6.pth", 25_557_032)
    DEFAULT = IMAGENET1K_V2


class ResNet101_Weights(WeightsEnum):
    IMAGENET1K_V1 = Weights("resnet101-63fe2227.pth", 44_549_160)
    IMAGENET1K_V2 = Weights("resnet101-cd907fc2.pth", 44_549_160)
    DEFAULT = IMAGENET1K_V2


class ResNet152_Weights(WeightsEnum):
    IMAGENET1K_V1 = Weights("resnet152-394f9c45.pth", 60_192_808)
    IMAGENET1K_V2 = Weights("resnet152-f82ba261.pth", 60_192_808)
    DEFAULT = IMAGENET1K_V2


class ResNeXt50_32X4D_Weights(WeightsEnum):
    IMAGENET1K_V1 = Weights("resnext50_32x4d-7cdf4587.pth", 25_028_904)
    IMAGENET1K_V2 = Weights("resnext50_32x4d-1a0047aa.pth", 25_028_904)
    DEFAULT = IMAGENET1K_V2


class ResNeXt101_32X8D_Weights(WeightsEnum):
    IMAGENET1K_V1 = Weights("resnext101_32x8d-8ba56ff5.pth", 88_791_336)
    IMAGENET1K_V2 = Weights("resnext101_32x8d-110c445d.pth", 88_791_336)
    DEFAULT = IMAGENET1K_V2


class ResNeXt101_64X4D_Weights(WeightsEnum):
    IMAGENET1K_V1 = Weights("resnext101_64x4d-173b62eb.pth", 83_455_272)
    DEFAULT = IMAGENET1K_V1


class Wide_ResNet50_2_Weights(WeightsEnum):
    IMAGENET1K_V1 = Weights("wide_resnet50_2-95faca4d.pth", 68_883_240)
    IMAGENET1K_V2 = Weights("wide_resnet50_2-9ba9bcbe.pth", 68_883_240)
    DEFAULT = IMAGENET1K_V2


class Wide_ResNet101_2_Weights(WeightsEnum):
    IMAGENET1K_V1 = Weights("wide_resnet101_2-32ee1156.pth", 126_886_696)
    IMAGENET1K_V2 = Weights("wide_resnet101_2-d733dc28.pth", 126_886_696)
    DEFAULT = IMAGENET1K_V2


@register_model()
@handle_legacy_interface(weights=("pretrained", ResNet18_Weights.IMAGENET1K_V1))
def resnet18(*, weights: ResNet18_Weights | None = None, **kwargs: Any) -> ResNet:
    return _resnet(BasicBlock, [2, 2, 2, 2], ResNet18_Weights.verify(weights), **kwargs)


@register_model()
@handle_legacy_interface(weights=("pretrained", ResNet34_Weights.IMAGENET1K_V1))
def resnet34(*, weights: ResNet34_Weights | None = None, **kwargs: Any) -> ResNet:
    return _resnet(BasicBlock, [3, 4, 6, 3], ResNet34_Weights.verify(weights), **kwargs)


@register_model()
@handle_legacy_interface(weights=("pretrained", ResNet50_Weights.IMAGENET1K_V1))
def resnet50(*, weights: ResNet50_Weights | None = None, **kwargs: Any) -> ResNet:
    return _resnet(Bottleneck, [3, 4, 6, 3], ResNet50_Weights.verify(weights), **kwargs)


@register_model()
@handle_legacy_interface(weights=("pretrained", ResNet101_Weights.IMAGENET1K_V1))
def resnet101(*, weights: ResNet101_Weights | None = None, **kwargs: Any) -> ResNet:
    return _resnet(Bottleneck, [3, 4, 23, 3], ResNet101_Weights.verify(weights), **kwargs)


@register_model()
@handle_legacy_interface(weights=("pretrained", ResNet152_Weights.IMAGENET1K_V1))
def resnet152(*, weights: ResNet152_Weights | None = None, **kwargs: Any) -> ResNet:
    return _resnet(Bottleneck, [3, 8, 36, 3], ResNet152_Weights.verify(weights), **kwargs)


@register_model()
@handle_legacy_interface(weights=("pretrained", ResNeXt50_32X4D_Weights.IMAGENET1K_V1))
def resnext50_32x4d(*, weights: ResNeXt50_32X4D_Weights | None = None, **kwargs: Any) -> ResNet:
    _overwrite_named_param(kwargs, "groups", 32)
    _overwrite_named_param(kwargs, "width_per_group", 4)
    return _resnet(Bottleneck, [3, 4, 6, 3], ResNeXt50_32X4D_Weights.verify(weights), **kwargs)


@register_model()
@handle_legacy_interface(weights=("pretrained", ResNeXt101_32X8D_Weights.IMAGENET1K_V1))
def resnext101_32x8d(*, weights: ResNeXt101_32X8D_Weights | None = None, **kwargs: Any) -> ResNet:
    _overwrite_named_param(kwargs, "groups", 32)
    _overwrite_named_param(kwargs, "width_per_group", 8)
    return _resnet(Bottleneck, [3, 4, 23, 3], ResNeXt101_32X8D_Weights.verify(weights), **kwargs)


@register_model()
@handle_legacy_interface(weights=("pretrained", ResNeXt101_64X4D_Weights.IMAGENET1K_V1))
def resnext101_64x4d(*, weights: ResNeXt101_64X4D_Weights | None = None, **kwargs: Any) -> ResNet:
    _overwrite_named_param(kwargs, "groups", 64)
    _overwrite_named_param(kwargs, "width_per_group", 4)
    return _resnet(Bottleneck, [3, 4, 23, 3], ResNeXt101_64X4D_Weights.verify(weights), **kwargs)


@register_model()
@handle_legacy_interface(weights=("pretrained", Wide_ResNet50_2_Weights.IMAGENET1K_V1))
def wide_resnet50_2(*, weights: Wide_ResNet50_2_Weights | None = None, **kwargs: Any) -> ResNet:
    _overwrite_named_param(kwargs, "width_per_group", 128)
    return _resnet(Bottleneck, [3, 4, 6, 3], Wide_ResNet50_2_Weights.verify(weights), **kwargs)


@register_model()
@handle_legacy_interface(weights=("pretrained", Wide_ResNet101_2_Weights.IMAGENET1K_V1))
def wide_resnet101_2(*, weights: Wide_ResNet101_2_Weights | None = None, **kwargs: Any) -> ResNet:
    _overwrite_named_param(kwargs, "width_per_group", 128)
    return _resnet(Bottleneck, [3, 4, 23, 3], Wide_ResNet101_2_Weights.verify(weights), **kwargs)
