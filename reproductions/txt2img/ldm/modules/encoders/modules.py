"""From texts to vectors; mirrors ``ldm.modules.encoders.modules``.

Upstream uses CLIP's text encoder. Here it is a transformer of two layers over a vocabulary of words, trained with the
UNet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import torch
from torch import nn

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
WORDS = ("a", "photo", "of", "the", "digit", "number", "picture", "drawing", "handwritten", "an", ",")


class WordTokenizer:
    """Words and numerals of a small vocabulary; all others are one token."""

    pad_token_id, bos_token_id, eos_token_id, unk_token_id = range(4)

    def __init__(self) -> None:
        first = self.unk_token_id + 1
        self.vocabulary = {word: first + index for index, word in enumerate((*WORDS, *DIGITS))}
        self.vocab_size = first + len(self.vocabulary)
        self.vocabulary.update({str(number): self.vocabulary[word] for number, word in enumerate(DIGITS)})

    def encode(self, text: str) -> list[int]:
        parts = re.findall(r"\w+|[^\w\s]", text.lower())
        return [self.vocabulary.get(part, self.unk_token_id) for part in parts]


class CLIPTextModel(nn.Module):
    """Token ids (batch x tokens) to vectors (batch x tokens x channels); each token sees those before it."""

    def __init__(self, vocab_size: int, max_length: int, dim: int, heads: int = 4, layers: int = 2) -> None:
        super().__init__()
        self.token_embedding = nn.Embedding(vocab_size, dim)
        self.position_embedding = nn.Parameter(torch.randn(max_length, dim) * 0.02)
        layer = nn.TransformerEncoderLayer(
            dim, heads, dim * 2, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
        )
        self.encoder = nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)
        self.final_layer_norm = nn.LayerNorm(dim)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        length = tokens.shape[1]
        h = self.token_embedding(tokens) + self.position_embedding[:length]
        mask = torch.ones(length, length, dtype=torch.bool, device=tokens.device).triu(1)
        return self.final_layer_norm(self.encoder(h, mask=mask))


class FrozenCLIPEmbedder(nn.Module):
    """Texts, cut to ``max_length`` tokens with start and end, to vectors."""

    def __init__(self, max_length: int = 10, dim: int = 32) -> None:
        super().__init__()
        self.tokenizer = WordTokenizer()
        self.max_length = max_length
        self.transformer = CLIPTextModel(self.tokenizer.vocab_size, max_length, dim)

    def forward(self, text: Sequence[str]) -> torch.Tensor:
        tokenizer, rows = self.tokenizer, []
        for each in text:
            ids = tokenizer.encode(each)[: self.max_length - 2]
            row = [tokenizer.bos_token_id, *ids, tokenizer.eos_token_id]
            rows.append(row + [tokenizer.pad_token_id] * (self.max_length - len(row)))
        tokens = torch.tensor(rows, device=self.transformer.position_embedding.device)
        return self.transformer(tokens)
