"""A residual network of plain numbers: each block adds its input to what its layers make of it."""

from __future__ import annotations


class Bottleneck:
    """Scales its input, and adds the input to that."""

    def __init__(self, weight: float) -> None:
        self.weight = weight

    def forward(self, x: float) -> float:
        identity = x
        return self.weight * x + identity


class ResNet:
    """A chain of blocks."""

    def __init__(self, layers: int) -> None:
        self.layers = self._make_layer(layers)

    def _make_layer(self, blocks: int) -> list[Bottleneck]:
        return [Bottleneck(0.5**depth) for depth in range(blocks)]

    def _forward_impl(self, x: float) -> float:
        for block in self.layers:
            x = block.forward(x)
        return x

    def forward(self, x: float) -> float:
        return self._forward_impl(x)


def resnet50() -> ResNet:
    return ResNet(3)


if __name__ == "__main__":
    print(resnet50().forward(1.0))
