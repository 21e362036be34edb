"""The degradation experiment: plain and residual nets of several depths on scikit-learn's 8 x 8 digits.

The nets are those of the paper's section 4.2 (6 n + 2 weighted layers), kept at one width and one size, so that a
shortcut is a mere ``+ x``: plain and residual nets have the same parameters, initial values and batches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from .blocks import BasicBlock, conv3x3
from .network import initialise

KINDS = ("plain", "residual")
WIDTH, BATCH, LEARNING_RATE, MOMENTUM, WEIGHT_DECAY = 16, 128, 0.03, 0.9, 1e-4
HELD_OUT = 360


@dataclass(frozen=True)
class Digits:
    """Images (N, 1, 8, 8), mean 0 and deviation 1 over the training images, and labels (N) of 0 to 9."""

    images: Tensor
    labels: Tensor
    test_images: Tensor
    test_labels: Tensor


def load(device: str) -> Digits:
    """The 1,797 digits that come with scikit-learn. Nothing is fetched. The last 360 are held out."""
    from sklearn.datasets import load_digits

    bunch = load_digits()
    images = torch.tensor(bunch.images, dtype=torch.float32, device=device).unsqueeze(1)
    labels = torch.tensor(bunch.target, dtype=torch.int64, device=device)
    train = images[:-HELD_OUT]
    images = (images - train.mean()) / train.std()
    return Digits(images[:-HELD_OUT], labels[:-HELD_OUT], images[-HELD_OUT:], labels[-HELD_OUT:])


class DigitsNet(nn.Module):
    """(N, 1, 8, 8) -> (N, 10): a 3x3 convolution, 3 n blocks of two, an average, a classifier; depth = 6 n + 2."""

    def __init__(self, depth: int, residual: bool) -> None:
        super().__init__()
        if depth < 8 or depth % 6 != 2:
            raise ValueError(f"{depth} is no depth of these nets: they have 6 n + 2 layers, so 8, 14, 20, 26, 32, ...")
        self.conv1 = conv3x3(1, WIDTH)
        self.bn1 = nn.BatchNorm2d(WIDTH)
        self.blocks = nn.Sequential(*(BasicBlock(WIDTH, WIDTH, residual=residual) for _ in range((depth - 2) // 2)))
        self.fc = nn.Linear(WIDTH, 10)
        initialise(self)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.relu(self.bn1(self.conv1(x)))  # (N, 16, 8, 8), and so through all blocks
        x = self.blocks(x).mean((2, 3))  # (N, 16)
        return self.fc(x)


@dataclass(frozen=True)
class Curve:
    """One training: the mean loss over each epoch's batches, and the share of held-out digits that are read right."""

    kind: str
    depth: int
    seed: int
    losses: tuple[float, ...]
    accuracy: float


def train(
    digits: Digits, kind: str, depth: int, seed: int, epochs: int, after_epoch: Callable[[int], None] = lambda _: None
) -> Curve:
    """Stochastic gradient descent; equal seeds give both kinds equal initial values and batches."""
    device = digits.images.device
    torch.manual_seed(seed)
    net = DigitsNet(depth, kind == "residual").to(device)
    optimizer = torch.optim.SGD(net.parameters(), LEARNING_RATE, MOMENTUM, weight_decay=WEIGHT_DECAY)
    chance = torch.Generator().manual_seed(seed)
    losses = []
    for epoch in range(epochs):
        net.train()
        total = torch.zeros((), device=device)
        for batch in batches(len(digits.labels), chance, device):
            loss = functional.cross_entropy(net(digits.images[batch]), digits.labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(batch)
        losses.append(total.item() / len(digits.labels))
        after_epoch(epoch + 1)
    net.eval()
    with torch.no_grad():
        right = (net(digits.test_images).argmax(1) == digits.test_labels).float().mean().item()
    return Curve(kind, depth, seed, tuple(losses), right)


def batches(count: int, chance: torch.Generator, device: torch.device) -> Iterator[Tensor]:
    """Every index once, in a random order."""
    yield from torch.randperm(count, generator=chance).to(device).split(BATCH)
