"""Functions that are replaced by name; mirrors ``modules.sd_hijack_utils`` of webui 1.10.1."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any


def always_true_func(*args: Any, **kwargs: Any) -> bool:
    return True


class CondFunc:
    """Puts itself in the place of the function ``path``, a dotted name.

    A call runs ``sub_func(original, *args)`` if ``cond_func(original, *args)``, and the original otherwise. Several
    may be put over each other; each has the one before as its original.
    """

    def __init__(
        self, path: str, sub_func: Callable[..., Any], cond_func: Callable[..., bool] = always_true_func
    ) -> None:
        owner, name = _resolve(path)
        self._orig_func = getattr(owner, name)
        self._sub_func = sub_func
        self._cond_func = cond_func

        # A plain function, so that it binds to instances as a method does.
        def replacement(*args: Any, **kwargs: Any) -> Any:
            return self(*args, **kwargs)

        setattr(owner, name, replacement)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self._cond_func(self._orig_func, *args, **kwargs):
            return self._sub_func(self._orig_func, *args, **kwargs)
        return self._orig_func(*args, **kwargs)


def _resolve(path: str) -> tuple[Any, str]:
    """The object that has the last name of a dotted path: a module, or a class in one."""
    names = path.split(".")
    for length in range(len(names) - 1, 0, -1):
        try:
            owner: Any = importlib.import_module(".".join(names[:length]))
        except ModuleNotFoundError:
            continue
        for name in names[length:-1]:
            owner = getattr(owner, name)
        return owner, names[-1]
    raise ModuleNotFoundError(f"no module begins {path}")
