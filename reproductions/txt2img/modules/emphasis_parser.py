"""Attention weights in a prompt; ``parse_prompt_attention`` of webui's ``modules.prompt_parser``.

(word)       1.1 times the attention         [word]     divided by 1.1
(word:1.4)   1.4 times                       \\( \\[ \\\\   the characters themselves
BREAK        fills the current chunk of tokens up
"""

from __future__ import annotations

import re

ROUND = 1.1
SQUARE = 1 / 1.1
BREAK = ["BREAK", -1]

_TOKEN = re.compile(r"\\[()\[\]\\]?|[(\[]|:\s*([+-]?[.\d]+)\s*\)|[)\]:]|[^\\()\[\]:]+")
_BREAK = re.compile(r"\s*\bBREAK\b\s*")


def parse_prompt_attention(text: str) -> list[list[str | float]]:
    """Pairs of text and weight. A bracket without a partner weighs all that follows it, or stands for itself.

    Raises ValueError for a weight like ``1.2.3``.
    """
    result: list[list[str | float]] = []
    opened: dict[str, list[int]] = {"(": [], "[": []}

    def multiply(start: int, factor: float) -> None:
        for pair in result[start:]:
            pair[1] *= factor  # type: ignore[operator]

    for token in _TOKEN.finditer(text):
        part, weight = token[0], token[1]
        if part.startswith("\\"):
            result.append([part[1:], 1.0])
        elif part in opened:
            opened[part].append(len(result))
        elif weight is not None and opened["("]:
            multiply(opened["("].pop(), float(weight))
        elif part == ")" and opened["("]:
            multiply(opened["("].pop(), ROUND)
        elif part == "]" and opened["["]:
            multiply(opened["["].pop(), SQUARE)
        else:
            first, *others = _BREAK.split(part)
            result.append([first, 1.0])
            for other in others:
                result += [list(BREAK), [other, 1.0]]
    for start in opened["("]:
        multiply(start, ROUND)
    for start in opened["["]:
        multiply(start, SQUARE)
    return _merged(result) or [["", 1.0]]


def _merged(pairs: list[list[str | float]]) -> list[list[str | float]]:
    """Runs of equal weight as one pair."""
    result: list[list[str | float]] = []
    for text, weight in pairs:
        if result and result[-1][1] == weight:
            result[-1][0] += text  # type: ignore[operator]
        else:
            result.append([text, weight])
    return result
