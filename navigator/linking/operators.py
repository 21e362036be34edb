"""Operators: which special methods they run on instances, and what they make of containers and strings."""

from __future__ import annotations

from navigator.linking.calls import Arguments, CallSite, call_member, element, known_length
from navigator.linking.containers import copy_fields, on_update
from navigator.linking.frames import Frame
from navigator.linking.solver import Solver
from navigator.linking.values import (
    ClassValue,
    ContainerValue,
    ExternalValue,
    InstanceValue,
    LiteralValue,
    NativeMethod,
    TextValue,
    Value,
)

_ARITHMETIC = {
    "+": "add", "-": "sub", "*": "mul", "@": "matmul", "/": "truediv", "//": "floordiv", "%": "mod", "**": "pow",
    "<<": "lshift", ">>": "rshift", "&": "and", "|": "or", "^": "xor",
}  # fmt: skip
_COMPARISONS = {
    "<": ("__lt__", "__gt__"), ">": ("__gt__", "__lt__"), "<=": ("__le__", "__ge__"), ">=": ("__ge__", "__le__"),
    "==": ("__eq__", "__eq__"), "!=": ("__ne__", "__ne__"), "<>": ("__ne__", "__ne__"),
}  # fmt: skip
_UNARY = {"~": "__invert__", "u-": "__neg__", "u+": "__pos__"}
_SET_LIKE = frozenset({"|", "&", "^", "-", "+"})


def special_methods(symbol: str, operands: int) -> tuple[tuple[str, ...], str]:
    """The special methods of the left operand in order of preference, and that of the right operand."""
    if operands == 1:
        return ((_UNARY[symbol],) if symbol in _UNARY else ()), ""
    if symbol in _COMPARISONS:
        left, right = _COMPARISONS[symbol]
        return (left,), right
    if symbol in _ARITHMETIC:
        name = _ARITHMETIC[symbol]
        return (f"__{name}__",), f"__r{name}__"
    if symbol.endswith("=") and symbol[:-1] in _ARITHMETIC:
        name = _ARITHMETIC[symbol[:-1]]
        return (f"__i{name}__", f"__{name}__"), f"__r{name}__"
    if symbol in ("in", "not in"):
        return (), "__contains__"
    return (), ""


class Operation:
    """One operator expression in one frame."""

    __slots__ = ("operands", "site", "symbol", "target")

    def __init__(self, symbol: str, operands: tuple[int, ...], target: int, site: int) -> None:
        self.symbol = symbol
        self.operands = operands
        self.target = target
        self.site = site


def _defines(solver: Solver, value: Value, name: str) -> bool:
    return isinstance(value, InstanceValue) and solver.binder(value.cls, name) is not None


def on_left(solver: Solver, operation: Operation, frame: Frame, value: Value, node: int) -> None:
    """A value arrives at the left (or only) operand."""
    symbol, target = operation.symbol, operation.target
    names, _ = special_methods(symbol, len(operation.operands))
    if isinstance(value, InstanceValue):
        for name in names:
            if _defines(solver, value, name):
                arguments = Arguments(operation.operands[1:])
                site = CallSite(operation.site, arguments, target, "implicit", name)
                call_member(solver, site, frame, value, node)
                return
        if symbol == "!=" and _defines(solver, value, "__eq__"):
            site = CallSite(operation.site, Arguments(operation.operands[1:]), solver.node(), "implicit", "__eq__")
            call_member(solver, site, frame, value, node)
    elif isinstance(value, ContainerValue):
        _on_container(solver, operation, frame, value)
    elif isinstance(value, LiteralValue | TextValue):
        if symbol in ("+", "+=", "*", "%", "%=", "*="):
            solver.add(target, solver.literal("str"))
            if symbol in ("+", "+=") and isinstance(value, TextValue):
                solver.watch(operation.operands[1], _on_concatenation, (value, target), frame)
    elif isinstance(value, ExternalValue):
        if symbol not in ("in", "not in", "is", "is not", "not"):
            solver.add(target, solver.unknown)
    elif isinstance(value, ClassValue) and symbol == "|":
        solver.add(target, value)


def on_right(solver: Solver, operation: Operation, frame: Frame, value: Value, node: int) -> None:
    """A value arrives at the right operand."""
    symbol = operation.symbol
    _, name = special_methods(symbol, 2)
    left = operation.operands[0]
    if isinstance(value, InstanceValue):
        if name == "__contains__" and not _defines(solver, value, name):
            if _defines(solver, value, "__iter__"):
                from navigator.linking.containers import iterate

                iterate(solver, value, solver.node(), frame, operation.site)
        elif name and _defines(solver, value, name):
            if name != "__contains__" and _left_has_own(solver, operation):
                return
            site = CallSite(operation.site, Arguments((left,)), operation.target, "implicit", name)
            call_member(solver, site, frame, value, node)
    elif isinstance(value, ContainerValue):
        if symbol in ("+=", "|=", "+", "|"):
            for other in list(solver.values(left)):
                if isinstance(other, ContainerValue):
                    _merge(solver, operation, frame, other, value)
    elif isinstance(value, ExternalValue) and symbol not in ("in", "not in", "is", "is not"):
        solver.add(operation.target, solver.unknown)


def _left_has_own(solver: Solver, operation: Operation) -> bool:
    """Whether every left operand answers the operator itself, so that the reflected method is not asked."""
    names, _ = special_methods(operation.symbol, 2)
    held = solver.values(operation.operands[0])
    return bool(held) and all(any(_defines(solver, v, n) for n in names) for v in held)


def _on_container(solver: Solver, operation: Operation, frame: Frame, value: ContainerValue) -> None:
    symbol, target = operation.symbol, operation.target
    if symbol in ("+=", "|=", "&=", "-=", "^="):
        solver.add(target, value)
    elif symbol in _SET_LIKE or symbol == "*":
        made = solver.container(value.type, frame, operation)
        copy_fields(solver, value, made)
        solver.add(target, made)
    if symbol in ("+=", "|=", "+", "|"):
        for other in list(solver.values(operation.operands[1])):
            if isinstance(other, ContainerValue):
                _merge(solver, operation, frame, value, other)


def _merge(solver: Solver, operation: Operation, frame: Frame, left: ContainerValue, right: ContainerValue) -> None:
    """Elements of the right operand join the result."""
    if operation.symbol.endswith("="):
        into = left
    else:
        into = solver.container(left.type, frame, operation)
    key = ("merged", operation, into, right)
    if key in solver.linked or into is right:
        return
    solver.linked.add(key)
    length = known_length(left) if operation.symbol == "+" else None
    if into.type == "dict":
        on_update(solver, into, frame, right, -1)
    elif length is not None and right.type == left.type:
        from navigator.linking.calls import each_field

        def link(name: int | str, node: int) -> None:
            if isinstance(name, int):
                solver.edge(node, element(solver, into, length + name))

        each_field(right, link)
        solver.edge(right.star, into.star)
    else:
        solver.edge(solver.elements(right), into.star)


def _on_concatenation(solver: Solver, data: tuple[TextValue, int], _frame: Frame, value: Value, _node: int) -> None:
    left, target = data
    if isinstance(value, TextValue):
        solver.add(target, solver.text(left.text + value.text))


def native_method_of(value: Value) -> NativeMethod | None:
    return value if isinstance(value, NativeMethod) else None
