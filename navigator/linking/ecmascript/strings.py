"""Methods of constant strings: what they give is known where their arguments are."""

from __future__ import annotations

from collections.abc import Callable

from navigator.linking.calls import CallSite
from navigator.linking.ecmascript import objects
from navigator.linking.frames import Frame
from navigator.linking.solver import Solver
from navigator.linking.values import LiteralValue, TextValue, Value

Argument = str | int
CHOICES = 16
"""Values of one argument that are tried."""


def _character(text: str, position: Argument = 0) -> str:
    return text[position : position + 1] if isinstance(position, int) else ""


def _slice(text: str, start: Argument = 0, end: Argument | None = None) -> str:
    return text[int(start) : None if end is None else int(end)]


def _replace(text: str, old: Argument, new: Argument) -> str:
    return text.replace(str(old), str(new), 1)


FOLDED: dict[str, Callable[..., str]] = {
    "charAt": _character,
    "at": _character,
    "concat": lambda text, *rest: text + "".join(map(str, rest)),
    "replace": _replace,
    "replaceAll": lambda text, old, new: text.replace(str(old), str(new)),
    "slice": _slice,
    "substring": _slice,
    "toLowerCase": str.lower,
    "toUpperCase": str.upper,
    "toString": lambda text: text,
    "trim": str.strip,
    "valueOf": lambda text: text,
}


def fold(solver: Solver, site: CallSite, frame: Frame, value: TextValue) -> bool:
    """Add the result of a method of a constant string, for each combination of constant arguments.

    Tells whether the method is such a one.
    """
    name = site.name
    if name in ("replace", "replaceAll") and any(
        not isinstance(v, TextValue | LiteralValue) for n in site.arguments.positional[1:] for v in solver.values(n)
    ):
        return False
    positional = site.arguments.positional
    if any(p < 0 for p in positional) or len(positional) > 2 or (name not in FOLDED and name != "split"):
        return False
    solver.record(frame, site.site, f"builtins.String.{name}", site.kind, -1, value)
    if name == "split":
        for node in positional[:1]:
            solver.watch(node, _on_separator, (value, site), frame)
        return True
    if not positional:
        _give(solver, site, value, ())
    for node in positional:
        solver.watch(node, _on_argument, (value, site), frame)
    return True


def _on_argument(solver: Solver, data: tuple[TextValue, CallSite], _frame: Frame, value: Value, _node: int) -> None:
    text, site = data
    if _constant(value) is None:
        solver.add(site.target, solver.literal("str"))
        return
    choices: list[tuple[Argument, ...]] = [()]
    for node in site.arguments.positional:
        known = [k for v in list(solver.values(node))[:CHOICES] if (k := _constant(v)) is not None]
        choices = [(*before, k) for before in choices for k in known]
    for arguments in choices:
        _give(solver, site, text, arguments)


def _constant(value: Value) -> Argument | None:
    return value.text if isinstance(value, TextValue) else objects.number(value)


def _give(solver: Solver, site: CallSite, value: TextValue, arguments: tuple[Argument, ...]) -> None:
    try:
        made = FOLDED[site.name](value.text, *arguments)
    except (TypeError, ValueError):
        return
    if made and len(made) <= 200:
        solver.add(site.target, solver.named_text(made))


def _on_separator(solver: Solver, data: tuple[TextValue, CallSite], frame: Frame, value: Value, _node: int) -> None:
    text, site = data
    made = objects.make_object(solver, "array", frame, site, "split")
    if isinstance(value, TextValue):
        for position, part in enumerate(text.text.split(value.text)):
            if part:
                solver.add(objects.own(solver, made, position), solver.named_text(part))
    else:
        solver.add(made.star, solver.literal("str"))
        solver.add(made.star, text)
    solver.add(site.target, made)
