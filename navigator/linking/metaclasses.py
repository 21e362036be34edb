"""Classes as objects: what their metaclasses run when they are made, called, and used as operands."""

from __future__ import annotations

from navigator.facts import vocabulary as v
from navigator.linking.calls import (
    NATIVE_FUNCTIONS,
    Arguments,
    CallSite,
    call_function,
    construct,
    metaclass_of,
    on_method,
)
from navigator.linking.frames import Frame
from navigator.linking.natives import argument
from navigator.linking.receivers import MADE
from navigator.linking.solver import Solver
from navigator.linking.values import ClassMethodValue, ClassValue, FunctionValue, Value


def make(solver: Solver, frame: Frame, i: v.MakeClass, cls: ClassValue) -> None:
    """A class statement whose metaclass is in the workspace runs its ``__prepare__``, ``__new__`` and ``__init__``."""
    metaclass = metaclass_of(solver, cls)
    if metaclass is None:
        return
    solver.add(made_by(solver, metaclass), cls)
    keywords = [(name, frame.node(slot)) for name, slot in i.keywords if name != "metaclass"]
    name, bases, namespace = solver.node(), solver.node(), solver.node()
    solver.add(name, solver.text(cls.definition.facts.name))
    held = solver.container("tuple", cls, "bases")
    for base in cls.bases:
        solver.add(held.star, base)
    solver.add(bases, held)
    solver.add(namespace, solver.container("dict", cls, "namespace"))
    for hook, receiver, arguments in (
        ("__prepare__", metaclass, (name, bases)),
        ("__new__", metaclass, (name, bases, namespace)),
        ("__init__", cls, (name, bases, namespace)),
    ):
        if solver.binder(metaclass, hook) is not None:
            site = CallSite(i.site, Arguments(arguments, keywords), solver.node(), "implicit", hook)
            solver.watch(solver.lookup(metaclass, hook), _on_hook, (site, receiver), frame)


def _on_hook(solver: Solver, data: tuple[CallSite, ClassValue], frame: Frame, value: Value, node: int) -> None:
    site, receiver = data
    if isinstance(value, ClassMethodValue):
        solver.watch(value.function, _on_hook, data, frame)
    elif isinstance(value, FunctionValue):
        call_function(solver, site, frame, value, receiver, node)


def made_by(solver: Solver, metaclass: ClassValue) -> int:
    """The node of the classes that a metaclass makes."""
    return solver.field(metaclass, MADE)


def type_new(solver: Solver, site: CallSite, frame: Frame) -> None:
    """``type.__new__(metaclass, name, bases, namespace)``, or the same by way of ``super()``."""
    source = argument(site, 0)
    if source >= 0:
        solver.watch(source, _on_metaclass, site.target, frame)


def _on_metaclass(solver: Solver, target: int, _frame: Frame, value: Value, _node: int) -> None:
    if isinstance(value, ClassValue):
        solver.edge(made_by(solver, value), target)


def type_call(solver: Solver, site: CallSite, frame: Frame) -> None:
    """``type.__call__(cls, ...)``: what calling a class does when its metaclass does not say otherwise."""
    source = argument(site, 0)
    if source >= 0:
        rest = Arguments(site.arguments.positional[1:], site.arguments.keywords)
        solver.watch(source, _on_called_class, CallSite(site.site, rest, site.target, "call", "__call__"), frame)


def _on_called_class(solver: Solver, site: CallSite, frame: Frame, value: Value, node: int) -> None:
    if isinstance(value, ClassValue):
        construct(solver, site, frame, value, node, plain=True)


def call_special(solver: Solver, site: CallSite, frame: Frame, cls: ClassValue) -> bool:
    """Call a special method of a class itself, which its metaclass has; tell whether there is one."""
    metaclass = metaclass_of(solver, cls)
    if metaclass is None or solver.binder(metaclass, site.name) is None:
        return False
    solver.watch(solver.lookup(metaclass, site.name), on_method, (site, cls), frame)
    return True


NATIVE_FUNCTIONS["builtins.type.__new__"] = type_new
NATIVE_FUNCTIONS["builtins.type.__call__"] = type_call
