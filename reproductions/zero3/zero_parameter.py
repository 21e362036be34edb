"""The life of a ds-parameter: its states, what it belongs to, and which gathered memory is whose.

Mirrors ZeroParamStatus, free_param, register_external_parameter and their neighbours in
deepspeed.runtime.zero.partition_parameters and .utils, 0.19.8.

A ds-parameter is a torch Parameter with further attributes: ds_id, ds_status, ds_shape, ds_numel, ds_tensor (this
rank's slice), ds_persist, ds_active_sub_modules, and functions such as all_gather and partition that Init puts on it.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn


class ZeroParamStatus(enum.Enum):
    AVAILABLE = 1
    """The whole parameter is in ``param.data``."""
    NOT_AVAILABLE = 2
    """``param.data`` is empty; every rank has its slice."""
    INFLIGHT = 3
    """An all-gather is under way."""


def is_zero_param(parameter: Any) -> bool:
    return hasattr(parameter, "ds_id")


class Gathered:
    """Which gathered parameter a piece of memory belongs to.

    autograd saves views of weights for the backward pass (``weight.t()`` in a linear layer), and a view keeps the whole
    gathered parameter alive after its release. So what is saved is the view's geometry, and the memory is looked up
    again when the backward pass, for which the parameter has been gathered anew, needs it. Upstream replaces
    torch.nn.functional.linear to the same end; saved-tensor hooks serve every operator.
    """

    def __init__(self) -> None:
        self._owner: dict[int, Any] = {}

    def add(self, param: Any) -> None:
        if param.ds_numel:
            self._owner[param.data.untyped_storage().data_ptr()] = param

    def remove(self, param: Any) -> None:
        if param.data.numel():
            self._owner.pop(param.data.untyped_storage().data_ptr(), None)

    def pack(self, tensor: Tensor) -> Any:
        if tensor.layout is not torch.strided or not tensor.numel():
            return tensor
        param = self._owner.get(tensor.untyped_storage().data_ptr())
        if param is None or tensor.dtype != param.dtype:
            return tensor
        offset = tensor.storage_offset() - param.data.storage_offset()
        return param, tensor.size(), tensor.stride(), offset

    def unpack(self, saved: Any) -> Tensor:
        if isinstance(saved, Tensor):
            return saved
        param, size, stride, offset = saved
        if param.ds_status is not ZeroParamStatus.AVAILABLE:
            raise RuntimeError(f"backward needs {param.ds_summary()}, which is not gathered")
        data: Tensor = param.data
        return data.as_strided(size, stride, data.storage_offset() + offset)


gathered = Gathered()


def free_param(param: Any) -> None:
    """Gives the gathered memory back; raises RuntimeError while a sub-module uses the parameter."""
    if param.ds_active_sub_modules:
        raise RuntimeError(f"{param.ds_summary()} is still in use by modules {sorted(param.ds_active_sub_modules)}")
    gathered.remove(param)
    param.data = torch.empty(0, dtype=param.dtype, device=param.device)
    param.ds_status = ZeroParamStatus.NOT_AVAILABLE


def _init_external_params(module: Any) -> None:
    """Gives the module its (empty) list of parameters that it uses though another module owns them."""
    if not hasattr(module, "_external_params"):
        module._external_params = {}


def register_external_parameter(module: Any, parameter: Any) -> None:
    """From now on ``parameter`` is gathered and released with ``module`` as well as with its owner."""
    _init_external_params(module)
    module._external_params[parameter.ds_id] = parameter


def iter_params(module: Any) -> list[Any]:
    """The parameters that the module itself uses, its external ones too, by ds_id, each once."""
    own = {param.ds_id: param for param in module._parameters.values() if param is not None}
    return [param for _, param in sorted({**own, **module._external_params}.items())]


def apply_to_tensors_only(function: Callable[[Tensor], Tensor], value: Any) -> Any:
    """The same tuples, lists and mappings with ``function`` applied to the tensors that need gradients."""
    if isinstance(value, Tensor):
        return function(value) if value.requires_grad else value
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(apply_to_tensors_only(function, each) for each in value))
    if isinstance(value, tuple | list):
        return type(value)(apply_to_tensors_only(function, each) for each in value)
    if type(value) is dict:
        return {key: apply_to_tensors_only(function, each) for key, each in value.items()}
    if isinstance(value, dict):  # an output class with methods of its own
        for key, each in list(value.items()):
            value[key] = apply_to_tensors_only(function, each)
    return value


def tensors_in(value: Any) -> Iterable[Tensor]:
    """Every tensor in nested tuples, lists and mappings."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, tuple | list):
        for each in value:
            yield from tensors_in(each)
    elif isinstance(value, dict):
        yield from tensors_in(list(value.values()))


def modules_by_id(module: nn.Module) -> None:
    """Numbers the modules in the order of module.modules(), the same on every rank."""
    for number, each in enumerate(module.modules()):
        each.ds_id = number  # type: ignore[assignment]
