"""Dotted strings taken apart and put together again, as code does that is configured by the names of things."""

from __future__ import annotations

from navigator.linking.calls import CallSite, element
from navigator.linking.frames import Frame
from navigator.linking.solver import Solver
from navigator.linking.values import ContainerValue, TextValue, Value

_SPLITS = frozenset({"split", "rsplit", "partition", "rpartition"})


def take_apart(solver: Solver, site: CallSite, frame: Frame, text: TextValue, name: str) -> bool:
    """``text.split(".")`` and its kin; whether ``name`` is one of them."""
    if name not in _SPLITS or "." not in text.text:
        return False
    whole = text.text
    if name == "partition":
        head, _, tail = whole.partition(".")
        parts = [head, ".", tail]
    elif name == "rpartition":
        head, _, tail = whole.rpartition(".")
        parts = [head, ".", tail]
    elif len(site.arguments.positional) > 1 or site.arguments.keywords:
        # A bound on the number of pieces: in practice one split, at the end meant.
        parts = list(whole.rsplit(".", 1) if name == "rsplit" else whole.split(".", 1))
    else:
        parts = whole.split(".")
    made = solver.container("list", frame, site, text)
    for position, part in enumerate(parts):
        solver.add(element(solver, made, position), solver.text(part))
    if name in ("split", "rsplit"):
        solver.made[("pieces", made)] = (whole,)
    solver.add(site.target, made)
    return True


def copy_pieces(solver: Solver, source: ContainerValue, target: ContainerValue) -> None:
    """A slice of a split string: pieces of the same strings."""
    pieces = solver.made.get(("pieces", source))
    if pieces:
        known = solver.made.get(("pieces", target), ())
        solver.made[("pieces", target)] = tuple(dict.fromkeys((*known, *pieces)))


def put_together(solver: Solver, site: CallSite, frame: Frame) -> None:
    """``".".join(pieces)`` of a split dotted string: every beginning that names a module."""
    if site.arguments.positional and site.arguments.positional[0] >= 0:
        solver.watch(site.arguments.positional[0], _on_pieces, site, frame)


def _on_pieces(solver: Solver, site: CallSite, _frame: Frame, value: Value, _node: int) -> None:
    if not isinstance(value, ContainerValue):
        return
    for whole in solver.made.get(("pieces", value), ()):
        while whole:
            if solver.spaces.is_module(whole):
                solver.add(site.target, solver.named_text(whole))
            whole = whole.rpartition(".")[0]
