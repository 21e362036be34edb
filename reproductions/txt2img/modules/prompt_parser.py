"""From the text of a prompt to conditioning, step by step; mirrors ``modules.prompt_parser`` of webui 1.10.1.

    a (very:1.4) [big:small:0.5] three AND a seven :0.6

`( )`, `[ ]` and `(text:1.4)` weigh words (``parse_prompt_attention``, used by the text encoder), `[a:b:when]` changes
the prompt while it is sampled (``prompt_grammar``), AND composes prompts, each with a weight of its own (Liu et al.,
Compositional Visual Generation with Composable Diffusion Models, arXiv 2206.01714).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch

from . import prompt_grammar
from .emphasis_parser import parse_prompt_attention

__all__ = ["parse_prompt_attention"]

re_AND = re.compile(r"\bAND\b")
re_weight = re.compile(r"\s*:\s*([-+]?(?:\d+\.?|\d*\.\d+))?\s*$")


def get_learned_conditioning_prompt_schedules(
    prompts: Sequence[str], base_steps: int, hires_steps: int | None = None, use_old_scheduling: bool = False
) -> list[list[list[Any]]]:
    """For each prompt ``[[last step, text until then], ...]``; the last step of all is ``base_steps``.

    For the second pass of hires fix ``hires_steps`` is its number of steps: there whole numbers count from the start of
    the first pass, fractions from 1.0. With ``use_old_scheduling`` a number below 1 is a fraction, dot or not.
    """
    hires = hires_steps is not None and not use_old_scheduling
    steps = hires_steps if hires else base_steps
    assert steps is not None

    def step_of(number: str) -> int:
        value = float(number)
        if use_old_scheduling:
            value = value * steps if value < 1 else value
        elif "." in number:
            value = (value - hires) * steps
        else:
            value -= base_steps if hires else 0
        # A number like 1e999 is beyond every step.
        return int(min(max(value, -1.0), steps))

    def get_schedule(prompt: str) -> list[list[Any]]:
        try:
            tree = prompt_grammar.parse(prompt)
        except prompt_grammar.Ungrammatical:
            return [[steps, prompt]]
        when: dict[int, int] = {}
        ends = {steps}
        for form in prompt_grammar.forms(tree):
            if isinstance(form, prompt_grammar.Scheduled):
                when[id(form)] = step_of(form.when)
                ends |= {when[id(form)]} if when[id(form)] >= 1 else set()
            else:
                ends.update(range(1, steps + 1))
        return [[end, prompt_grammar.at_step(tree, end, when)] for end in sorted(ends)]

    schedules = {prompt: get_schedule(prompt) for prompt in set(prompts)}
    return [schedules[prompt] for prompt in prompts]


class ScheduledPromptConditioning(NamedTuple):
    """``cond`` (tokens x channels) holds until the end of step ``end_at_step``."""

    end_at_step: int
    cond: torch.Tensor


class SdConditioning(list[str]):
    """Prompts, and what else the text encoder may want to know about the request."""

    def __init__(
        self,
        prompts: Sequence[str],
        is_negative_prompt: bool = False,
        width: int | None = None,
        height: int | None = None,
        copy_from: Sequence[str] | None = None,
    ) -> None:
        super().__init__(prompts)
        source = prompts if copy_from is None else copy_from
        self.is_negative_prompt = is_negative_prompt or getattr(source, "is_negative_prompt", False)
        self.width = width or getattr(source, "width", None)
        self.height = height or getattr(source, "height", None)


def get_learned_conditioning(
    model: Any,
    prompts: Sequence[str],
    steps: int,
    hires_steps: int | None = None,
    use_old_scheduling: bool = False,
) -> list[list[ScheduledPromptConditioning]]:
    """For each prompt its schedule, with the conditioning of each text in it; equal prompts are encoded once."""
    schedules = get_learned_conditioning_prompt_schedules(prompts, steps, hires_steps, use_old_scheduling)
    cache: dict[str, list[ScheduledPromptConditioning]] = {}
    for prompt, schedule in zip(prompts, schedules, strict=True):
        if prompt not in cache:
            conds = model.get_learned_conditioning(SdConditioning([text for _, text in schedule], copy_from=prompts))
            cache[prompt] = [
                ScheduledPromptConditioning(end, cond) for (end, _), cond in zip(schedule, conds, strict=True)
            ]
    return [cache[prompt] for prompt in prompts]


def get_multicond_prompt_list(
    prompts: Sequence[str],
) -> tuple[list[list[tuple[int, float]]], SdConditioning, dict[str, int]]:
    """Splits prompts at AND: for each the (index, weight) of its parts, the distinct parts, and their indexes."""
    parts = SdConditioning([], copy_from=prompts)
    indexes: dict[str, int] = {}
    result = []
    for prompt in prompts:
        row = []
        for part in re_AND.split(prompt):
            text, weight = _split_weight(part)
            if text not in indexes:
                indexes[text] = len(parts)
                parts.append(text)
            row.append((indexes[text], weight))
        result.append(row)
    return result, parts, indexes


def _split_weight(part: str) -> tuple[str, float]:
    """The weight is a number after the last colon, at the very end: ``a seven :0.6``."""
    colon = part.rfind(":")
    found = re_weight.match(part, len(part[:colon].rstrip())) if colon >= 0 else None
    if found and found[1] is not None:
        return part[: found.start()], float(found[1])
    return part.rstrip(), 1.0


@dataclass
class ComposableScheduledPromptConditioning:
    """One part of an AND prompt."""

    schedules: list[ScheduledPromptConditioning]
    weight: float = 1.0


@dataclass
class MulticondLearnedConditioning:
    """The parts of each prompt of a batch; ``shape`` is (batch,)."""

    shape: tuple[int, ...]
    batch: list[list[ComposableScheduledPromptConditioning]]


def get_multicond_learned_conditioning(
    model: Any,
    prompts: Sequence[str],
    steps: int,
    hires_steps: int | None = None,
    use_old_scheduling: bool = False,
) -> MulticondLearnedConditioning:
    """As ``get_learned_conditioning``, for prompts with AND."""
    rows, parts, _ = get_multicond_prompt_list(prompts)
    learned = get_learned_conditioning(model, parts, steps, hires_steps, use_old_scheduling)
    batch = [[ComposableScheduledPromptConditioning(learned[index], weight) for index, weight in row] for row in rows]
    return MulticondLearnedConditioning((len(prompts),), batch)


def _cond_at(schedule: Sequence[ScheduledPromptConditioning], current_step: int) -> torch.Tensor:
    return next((entry.cond for entry in schedule if current_step <= entry.end_at_step), schedule[0].cond)


def stack_conds(conds: list[torch.Tensor]) -> torch.Tensor:
    """One batch from conditionings of different length, the short ones filled up with their last vector."""
    longest = max(cond.shape[0] for cond in conds)
    return torch.stack([torch.cat([cond, cond[-1:].repeat(longest - cond.shape[0], 1)]) for cond in conds])


def reconstruct_cond_batch(c: list[list[ScheduledPromptConditioning]], current_step: int) -> torch.Tensor:
    """The conditioning of each prompt at a step, counted from 0: batch x tokens x channels."""
    return stack_conds([_cond_at(schedule, current_step) for schedule in c])


def reconstruct_multicond_batch(
    c: MulticondLearnedConditioning, current_step: int
) -> tuple[list[list[tuple[int, float]]], torch.Tensor]:
    """For each prompt the (row, weight) of its parts, and the rows: parts x tokens x channels."""
    rows: list[list[tuple[int, float]]] = []
    conds: list[torch.Tensor] = []
    for parts in c.batch:
        rows.append([(len(conds) + index, part.weight) for index, part in enumerate(parts)])
        conds += [_cond_at(part.schedules, current_step) for part in parts]
    return rows, stack_conds(conds)
