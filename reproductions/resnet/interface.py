"""What stands between the name ``resnet50`` and its body: pretrained weights, and two decorators for old callers.

Mirrors torchvision.models._api and ._utils 0.29.2. Weights are read from the folder where torch keeps downloads;
nothing is fetched.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import torch

BUILTIN_MODELS: dict[str, Callable[..., Any]] = {}
"""Every builder by name, as callers see it."""


def register_model() -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Puts the decorated builder into BUILTIN_MODELS, and returns it as it is."""

    def wrapper(builder: Callable[..., Any]) -> Callable[..., Any]:
        if builder.__name__ in BUILTIN_MODELS:
            raise ValueError(f"there is a model {builder.__name__} already")
        BUILTIN_MODELS[builder.__name__] = builder
        return builder

    return wrapper


@dataclass(frozen=True)
class Weights:
    """A file of weights: its name ends in the first digits of its SHA-256. ``num_params`` as torchvision states it."""

    file: str
    num_params: int
    num_classes: int = 1000


class WeightsEnum(Enum):
    """The weights that there are for one builder."""

    @classmethod
    def verify(cls, obj: Any) -> Any:
        """``obj`` if it is None or a member, else the member of that name; KeyError or TypeError if there is none."""
        if obj is None or isinstance(obj, cls):
            return obj
        if isinstance(obj, str):
            return cls[obj.removeprefix(f"{cls.__name__}.")]
        raise TypeError(f"weights are a {cls.__name__}, or the name of one, not a {type(obj).__name__}")

    def get_state_dict(self) -> Mapping[str, torch.Tensor]:
        """The tensors by name; FileNotFoundError or ValueError say which file is missing or damaged."""
        file = Path(torch.hub.get_dir()) / "checkpoints" / self.value.file
        if not file.exists():
            raise FileNotFoundError(f"{file} is not there: let torchvision download it, or copy it there")
        expected = file.stem.rpartition("-")[2]
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        if not digest.startswith(expected):
            raise ValueError(f"{file} is damaged: its SHA-256 begins with {digest[: len(expected)]}")
        tensors: Mapping[str, torch.Tensor] = torch.load(file, map_location="cpu", weights_only=True)
        return tensors


def kwonly_to_pos_or_kw(fn: Callable[..., Any]) -> Callable[..., Any]:
    """Lets old callers give keyword-only arguments by position, with a warning."""
    parameters = list(inspect.signature(fn).parameters.values())
    first = next((at for at, each in enumerate(parameters) if each.kind is each.KEYWORD_ONLY), None)
    if first is None:
        raise TypeError(f"{fn.__name__} has no keyword-only parameter")
    names = [each.name for each in parameters[first:]]

    @functools.wraps(fn)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        by_position = dict(zip(names, args[first:], strict=False))
        if by_position:
            warnings.warn(f"give by keyword: {', '.join(by_position)}", stacklevel=2)
        return fn(*args[:first], **kwargs, **by_position)

    return wrapper


def handle_legacy_interface(**weights: tuple[str, Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """``weights=("pretrained", DEFAULT)`` turns the old ``pretrained=True`` into ``weights=DEFAULT``, and warns."""

    def outer_wrapper(builder: Callable[..., Any]) -> Callable[..., Any]:
        @kwonly_to_pos_or_kw
        @functools.wraps(builder)
        def inner_wrapper(*args: Any, **kwargs: Any) -> Any:
            for name, (old_name, default) in weights.items():
                # By position the old flag arrives under the new name.
                flag = kwargs.pop(old_name, kwargs.get(name))
                if isinstance(flag, bool):
                    kwargs[name] = default if flag else None
                    warnings.warn(f"{old_name} is deprecated: this is {name}={kwargs[name]}", stacklevel=3)
            return builder(*args, **kwargs)

        return inner_wrapper

    return outer_wrapper


def _overwrite_named_param(kwargs: dict[str, Any], name: str, value: Any) -> None:
    """Sets an argument that the builder decides; ValueError where the caller decided otherwise."""
    if kwargs.setdefault(name, value) != value:
        raise ValueError(f"{name} is {value} here, not {kwargs[name]}")
