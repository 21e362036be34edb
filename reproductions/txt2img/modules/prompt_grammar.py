"""Prompt editing: a prompt that changes from step to step.

    [before:after:when]   before until step `when`, after from then on; a fraction means that share of the steps
    [after:when]          nothing, then after
    [before::when]        before, then nothing
    [one|two|three]       each for one step, in turn

The language is that of ``modules.prompt_parser`` of webui, without its grammar: one pass with a stack, so that a long
or deeply nested prompt costs what its length is. Brackets that do not make one of these forms are left as they are.
What upstream's grammar does not derive at all (a ``|`` or a final backslash outside brackets) is no editing either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

TOKEN = re.compile(r"(?:[^\\\[\]():|]|\\[^\n])+|[\[\]():|]")
NUMBER = re.compile(r"\s*([-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?)\s*")


@dataclass
class Scheduled:
    """``before`` until ``when`` (the text of a number, as it stands in the prompt), ``after`` from then on."""

    before: Sequence
    after: Sequence
    when: str


@dataclass
class Alternate:
    """One of the options each step, in turn."""

    options: list[Sequence]


Sequence = list["str | Scheduled | Alternate"]


class Ungrammatical(ValueError):
    """The prompt is none of the language: it is taken as it stands."""


@dataclass
class _Open:
    """A bracket that waits for its partner: what stands between its colons or bars, and those separators."""

    bracket: str
    parts: list[Sequence] = field(default_factory=lambda: [[]])
    separators: list[str] = field(default_factory=list)

    def literal(self) -> Sequence:
        """The same as plain text, with the bracket itself."""
        return [self.bracket, *self.inside()]

    def inside(self) -> Sequence:
        result = list(self.parts[0])
        for separator, part in zip(self.separators, self.parts[1:], strict=True):
            result += [separator, *part]
        return result

    def closed(self) -> Sequence | None:
        """What the pair of brackets means; None if such a pair means nothing."""
        kinds = set(self.separators)
        if self.bracket == "(":
            return ["(", *self.inside(), ")"] if self.separators in ([], [":"]) else None
        if not kinds:
            return ["[", *self.inside(), "]"]
        if kinds == {"|"}:
            return [Alternate(self.parts)]
        if kinds == {":"} and len(self.parts) in (2, 3):
            last = self.parts[-1]
            number = NUMBER.fullmatch(last[0]) if len(last) == 1 and isinstance(last[0], str) else None
            if number:
                before: Sequence = self.parts[0] if len(self.parts) == 3 else []
                return [Scheduled(before, self.parts[-2], number[1])]
        return None


def parse(prompt: str) -> Sequence:
    """The prompt as text and editing forms; raises Ungrammatical."""
    done: Sequence = []
    stack: list[_Open] = []

    def give_up() -> None:
        """No open bracket can be closed any more: a form contains only whole forms."""
        for bracket in stack:
            if "|" in bracket.separators:
                raise Ungrammatical(prompt)
            done.extend(bracket.literal())
        stack.clear()

    place = 0
    for token in TOKEN.finditer(prompt):
        if token.start() != place:
            raise Ungrammatical(prompt)
        place, text = token.end(), token[0]
        if text in ("[", "("):
            stack.append(_Open(text))
        elif text in (":", "|"):
            if stack:
                stack[-1].separators.append(text)
                stack[-1].parts.append([])
            elif text == "|":
                raise Ungrammatical(prompt)
            else:
                done.append(text)
        elif text in ("]", ")"):
            meant = stack[-1].closed() if stack and stack[-1].bracket == {"]": "[", ")": "("}[text] else None
            if meant is None:
                give_up()
                done.append(text)
            else:
                stack.pop()
                (stack[-1].parts[-1] if stack else done).extend(meant)
        else:
            (stack[-1].parts[-1] if stack else done).append(text)
    if place != len(prompt):
        raise Ungrammatical(prompt)
    give_up()
    return done


def forms(tree: Sequence) -> Iterator[Scheduled | Alternate]:
    """Every editing form, outer ones first."""
    waiting = list(tree)
    while waiting:
        item = waiting.pop(0)
        if isinstance(item, Scheduled):
            yield item
            waiting += [*item.before, *item.after]
        elif isinstance(item, Alternate):
            yield item
            waiting += [each for option in item.options for each in option]


def at_step(tree: Sequence, step: int, when: dict[int, int]) -> str:
    """The prompt's text at ``step``, counted from 1; ``when`` holds each Scheduled's step by its ``id``."""
    text: list[str] = []
    waiting = list(reversed(tree))
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            text.append(item)
        elif isinstance(item, Scheduled):
            waiting += reversed(item.before if step <= when[id(item)] else item.after)
        else:
            waiting += reversed(item.options[(step - 1) % len(item.options)])
    return "".join(text)
