"""Stands for what was left out when this package was cut out of a larger one: it raises when it is used."""

from __future__ import annotations

from typing import Any


class LeftOut(NotImplementedError):
    """The code that runs has come to something that is not in the slice, whose upstream name is ``left_out``."""

    left_out = ""


def left_out(name: str, place: str) -> LeftOut:
    """The error for a definition of the upstream: its dotted name, and its file and line there."""
    error = LeftOut(f"{name} is not in this slice; upstream it is in {place}")
    error.left_out = name
    return error


class LeftOutClass(type):
    """The type of classes that are left out: they can be named and tested against, not built or looked into."""

    left_out: tuple[str, str]

    def __call__(cls, *arguments: Any, **keywords: Any) -> Any:
        raise left_out(*cls.left_out)

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        raise left_out(*cls.left_out)

    def __getitem__(cls, _: Any) -> Any:
        return cls


class LeftOutValue:
    """A module's value that is left out."""

    def __init__(self, name: str, place: str) -> None:
        object.__setattr__(self, "_left_out", (name, place))

    def __repr__(self) -> str:
        return "<{} ({}), not in this slice>".format(*object.__getattribute__(self, "_left_out"))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        raise left_out(*object.__getattribute__(self, "_left_out"))

    def _raise(self, *_: Any, **__: Any) -> Any:
        raise left_out(*object.__getattribute__(self, "_left_out"))

    __call__ = __getitem__ = __setitem__ = __delitem__ = __setattr__ = __iter__ = __len__ = __bool__ = _raise
    __contains__ = __enter__ = __exit__ = __lt__ = __le__ = __gt__ = __ge__ = _raise
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _raise
    __floordiv__ = __mod__ = __or__ = __ror__ = __and__ = __int__ = __float__ = __index__ = _raise
