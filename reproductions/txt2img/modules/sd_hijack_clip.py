"""Prompts of any length and with weights, over a text encoder of fixed length; mirrors ``modules.sd_hijack_clip``.

A prompt is cut into chunks of the encoder's length, each encoded by itself between a start and an end token; the
chunks' vectors are laid end to end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from . import devices, prompt_parser, sd_emphasis
from .errors import BadRequest
from .shared import opts


class PromptChunk:
    """Token ids, and as many weights."""

    def __init__(self) -> None:
        self.tokens: list[int] = []
        self.multipliers: list[float] = []


class TextConditionalModel(torch.nn.Module):
    """From texts to conditioning; what a token is and how tokens are encoded is a subclass's affair."""

    chunk_length: int
    """Tokens of a chunk, without start and end."""

    id_start: int
    id_end: int
    id_pad: int

    def empty_chunk(self) -> PromptChunk:
        chunk = PromptChunk()
        self._close(chunk)
        return chunk

    def _close(self, chunk: PromptChunk) -> None:
        """Fills the chunk up and puts start and end around it."""
        missing = self.chunk_length - len(chunk.tokens)
        chunk.tokens = [self.id_start, *chunk.tokens, self.id_end, *[self.id_pad] * missing]
        chunk.multipliers = [1.0, *chunk.multipliers, *[1.0] * (missing + 1)]

    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        """The token ids of each text."""
        raise NotImplementedError

    def encode_with_transformers(self, tokens: torch.Tensor) -> torch.Tensor:
        """Vectors (batch x tokens x channels) of token ids (batch x tokens)."""
        raise NotImplementedError

    def tokenize_line(self, line: str) -> tuple[list[PromptChunk], int]:
        """The chunks of a prompt, one at least, and how many tokens it has."""
        try:
            parsed = prompt_parser.parse_prompt_attention(line) if opts.emphasis != "None" else [[line, 1.0]]
        except ValueError:
            raise BadRequest("the prompt has a weight that is no number, in a form like (word:1.2)") from None
        chunks: list[PromptChunk] = []
        chunk = PromptChunk()
        count = 0

        def next_chunk() -> None:
            nonlocal chunk
            self._close(chunk)
            chunks.append(chunk)
            chunk = PromptChunk()

        texts = [str(text) for text, _ in parsed]
        for tokens, text, (_, weight) in zip(self.tokenize(texts), texts, parsed, strict=True):
            if text == "BREAK" and weight == -1:
                next_chunk()
                continue
            for token in tokens:
                if len(chunk.tokens) == self.chunk_length:
                    next_chunk()
                chunk.tokens.append(token)
                chunk.multipliers.append(float(weight))
                count += 1
        if chunk.tokens or not chunks:
            next_chunk()
        return chunks, count

    def process_texts(self, texts: Sequence[str]) -> tuple[list[list[PromptChunk]], int]:
        """The chunks of each text, and the length of the longest in tokens; equal texts are cut once."""
        cache: dict[str, tuple[list[PromptChunk], int]] = {}
        for line in texts:
            if line not in cache:
                cache[line] = self.tokenize_line(line)
        return [cache[line][0] for line in texts], max(count for _, count in cache.values())

    def forward(self, texts: Sequence[str]) -> torch.Tensor:
        """Conditioning (batch x tokens x channels) of texts; tokens is a multiple of a whole chunk."""
        batch_chunks, _ = self.process_texts(texts)
        zs = []
        for index in range(max(len(chunks) for chunks in batch_chunks)):
            row = [chunks[index] if index < len(chunks) else self.empty_chunk() for chunks in batch_chunks]
            zs.append(self.process_tokens([chunk.tokens for chunk in row], [chunk.multipliers for chunk in row]))
        return torch.hstack(zs)

    def process_tokens(
        self, remade_batch_tokens: list[list[int]], batch_multipliers: list[list[float]]
    ) -> torch.Tensor:
        """One chunk of each text, encoded and weighed."""
        z = self.encode_with_transformers(torch.tensor(remade_batch_tokens, device=devices.device))
        emphasis = sd_emphasis.get_current_option(opts.emphasis)()
        emphasis.multipliers = torch.tensor(batch_multipliers, device=z.device, dtype=z.dtype)
        emphasis.z = z
        # Weights of 1 are left out of the arithmetic: they are to change no bit.
        if any(weight != 1.0 for row in batch_multipliers for weight in row):
            emphasis.after_transformers()
        return emphasis.z


class FrozenCLIPEmbedderWithCustomWordsBase(TextConditionalModel):
    """Around an encoder ``wrapped``, in whose place it stands as the model's ``cond_stage_model``."""

    def __init__(self, wrapped: Any) -> None:
        super().__init__()
        self.wrapped = wrapped

    def forward(self, texts: Sequence[str]) -> torch.Tensor:
        return super().forward(texts)


class FrozenCLIPEmbedderWithCustomWords(FrozenCLIPEmbedderWithCustomWordsBase):
    """Around ``FrozenCLIPEmbedder`` of ldm: its tokenizer, its transformer."""

    def __init__(self, wrapped: Any) -> None:
        super().__init__(wrapped)
        self.tokenizer = wrapped.tokenizer
        self.chunk_length = wrapped.max_length - 2
        self.id_start = self.tokenizer.bos_token_id
        self.id_end = self.tokenizer.eos_token_id
        self.id_pad = getattr(self.tokenizer, "pad_token_id", self.id_end)

    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        return [self.tokenizer.encode(text) for text in texts]

    def encode_with_transformers(self, tokens: torch.Tensor) -> torch.Tensor:
        return self.wrapped.transformer(tokens)
