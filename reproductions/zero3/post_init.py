"""Acting at the end of every module's constructor, by replacing the constructors.

Mirrors InsertPostInitMethodToModuleSubClasses in deepspeed.runtime.zero.partition_parameters, 0.19.8.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from torch import nn

from . import comm
from .zero_parameter import is_zero_param

zero_init_context = 0
"""How many contexts are nested; the outermost one replaces and restores."""


def get_all_subclasses(cls: type) -> set[type]:
    found: set[type] = set()
    waiting = [cls]
    while waiting:
        for sub in waiting.pop().__subclasses__():
            if sub not in found:
                found.add(sub)
                waiting.append(sub)
    return found


class InsertPostInitMethodToModuleSubClasses:
    """A context in which ``_post_init_method(module)`` runs once after the most derived constructor of each module."""

    def __init__(self, enabled: bool = True) -> None:
        self.enabled = enabled

    def __enter__(self) -> InsertPostInitMethodToModuleSubClasses:
        global zero_init_context
        if self.enabled:
            if zero_init_context == 0:
                self.patch_init_and_builtins()
            zero_init_context += 1
        return self

    def __exit__(self, *exception: object) -> None:
        global zero_init_context
        if self.enabled:
            zero_init_context -= 1
            if zero_init_context == 0:
                self.unpatch_init_and_builtins()

    def _post_init_method(self, module: nn.Module) -> None:
        raise NotImplementedError

    def patch_init_and_builtins(self) -> None:
        """Replaces ``__init__`` of all subclasses of nn.Module, present and future, and nn.Module.apply."""

        def apply_with_gather(original: Callable[..., Any]) -> Callable[..., Any]:
            """Module.apply in whose function the module's parameters are whole; rank 0's changes are everybody's."""

            @functools.wraps(original)
            def wrapped_apply(module: nn.Module, function: Callable[[nn.Module], None]) -> Any:
                def wrapped_function(each: nn.Module) -> None:
                    params: list[Any] = [param for param in each.parameters(recurse=False) if is_zero_param(param)]
                    if params:
                        params[0].all_gather(params)
                    function(each)
                    for param in params:
                        comm.broadcast(param.data, 0, "apply")
                    if params:
                        params[0].partition(params, has_been_updated=True)

                return original(module, wrapped_function)

            return wrapped_apply

        def partition_after(original: Callable[..., None]) -> Callable[..., None]:
            """``__init__`` followed by the post-init method, once for a chain of constructors."""

            @functools.wraps(original)
            def wrapper(module: nn.Module, *args: Any, **kwargs: Any) -> None:
                # Set through __dict__: before nn.Module.__init__ has run, a module refuses other attributes.
                outermost = "_ds_child_entered" not in module.__dict__
                module.__dict__["_ds_child_entered"] = True
                original(module, *args, **kwargs)
                if outermost:
                    del module.__dict__["_ds_child_entered"]
                    self._post_init_method(module)

            return wrapper

        def _enable_class(cls: Any) -> None:
            if "__init__" in cls.__dict__:
                cls._old_init = cls.__init__
                cls.__init__ = partition_after(cls.__init__)

        def _init_subclass(cls: type, **kwargs: Any) -> None:
            _enable_class(cls)

        for cls in get_all_subclasses(nn.Module):
            _enable_class(cls)
        self._old_init_subclass = nn.Module.__dict__.get("__init_subclass__")
        self._old_apply = nn.Module.apply
        nn.Module.__init_subclass__ = classmethod(_init_subclass)  # type: ignore[assignment]
        nn.Module.apply = apply_with_gather(nn.Module.apply)  # type: ignore[method-assign]

    def unpatch_init_and_builtins(self) -> None:
        def _disable_class(cls: Any) -> None:
            if "_old_init" in cls.__dict__:
                cls.__init__ = cls._old_init
                del cls._old_init

        for cls in get_all_subclasses(nn.Module):
            _disable_class(cls)
        if self._old_init_subclass is None:
            del nn.Module.__init_subclass__
        else:
            nn.Module.__init_subclass__ = self._old_init_subclass  # type: ignore[method-assign]
        nn.Module.apply = self._old_apply  # type: ignore[method-assign]
