"""What is trained: two small models on made-up data that every rank can make for itself."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class MLP(nn.Sequential):
    """Rows of 32 numbers to 10 classes; odd widths, so that every parameter needs padding."""

    def __init__(self, width: int = 101) -> None:
        super().__init__(nn.Linear(32, width), nn.Tanh(), nn.Linear(width, width), nn.Tanh(), nn.Linear(width, 10))


class Block(nn.Module):
    """x + attention(norm(x)), then x + mlp(norm(x)); a token sees the tokens before it."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x: Tensor) -> Tensor:
        batch, length, width = x.shape
        # [B, T, 3W] -> 3 x [B, heads, T, W / heads]
        q, k, v = self.qkv(self.norm1(x)).view(batch, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        attended = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.proj(attended.transpose(1, 2).reshape(batch, length, width))
        out: Tensor = x + self.mlp(self.norm2(x))
        return out


class TokenEmbedding(nn.Embedding):
    """Small initial values, set within the constructor: after it, under zero.Init, there is only a slice to set."""

    def reset_parameters(self) -> None:
        nn.init.normal_(self.weight, std=0.02)


class Transformer(nn.Module):
    """Next-token logits [B, T, vocabulary]; the output layer reads the embedding's weight."""

    def __init__(self, vocabulary: int = 61, width: int = 48, depth: int = 3, heads: int = 4, length: int = 16) -> None:
        super().__init__()
        self.embed, self.position = TokenEmbedding(vocabulary, width), TokenEmbedding(length, width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(depth))
        self.norm = nn.LayerNorm(width)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.embed(tokens) + self.position(torch.arange(tokens.shape[1], device=tokens.device))
        for block in self.blocks:
            x = block(x)
        return nn.functional.linear(self.norm(x), self.embed.weight)


def build(model: str, seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    return MLP() if model == "mlp" else Transformer()


def batch(model: str, step: int, size: int, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Inputs and targets [size, ...] of the step, the same in every process."""
    generator = torch.Generator().manual_seed(seed * 1_000_003 + step)
    if model == "mlp":
        x = torch.randn(size, 32, generator=generator)
        return x, (x[:, :10] + 0.5 * x[:, 10:20]).argmax(1)
    start = torch.randint(0, 61, (size, 1), generator=generator)
    stride = torch.randint(1, 5, (size, 1), generator=generator)
    tokens = (start + stride * torch.arange(17)) % 61
    return tokens[:, :-1], tokens[:, 1:]


def share(tensor: Tensor, rank: int, world_size: int) -> Tensor:
    """The rank's part of a batch, whose size the number of ranks has to divide."""
    return tensor.chunk(world_size)[rank]


def loss_of(logits: Tensor, targets: Tensor) -> Tensor:
    """Mean cross-entropy, in fp32 whatever the model computes in."""
    return nn.functional.cross_entropy(logits.float().flatten(0, -2), targets.flatten())
