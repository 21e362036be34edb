"""The hooks that gather a module's parameters before it is used and give them back afterwards, forward and backward.

Mirrors DeepSpeedZeRoOffload and ZeROOrderedDict in deepspeed.runtime.zero.parameter_offload, 0.19.8.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from .config import DeepSpeedConfig
from .partition_parameters import Init
from .partitioned_param_coordinator import PartitionedParameterCoordinator
from .zero_parameter import (
    ZeroParamStatus,
    _init_external_params,
    apply_to_tensors_only,
    gathered,
    is_zero_param,
    modules_by_id,
    register_external_parameter,
    tensors_in,
)

FWD_MODULE_STACK: list[nn.Module] = []
"""The modules whose forward is running, outermost first."""


class ZeROOrderedDict(dict[str, Any]):
    """A module's ``_parameters``: a scattered parameter that forward reads is gathered, and from then on also
    belongs to the module that was running (an embedding's weight used by the output layer)."""

    in_forward = False

    def __getitem__(self, key: str) -> Any:
        param = super().__getitem__(key)
        if ZeROOrderedDict.in_forward and getattr(param, "ds_status", None) is ZeroParamStatus.NOT_AVAILABLE:
            module: Any = FWD_MODULE_STACK[-1]
            register_external_parameter(module, param)
            param.all_gather()
            param.ds_active_sub_modules.add(module.ds_id)
        return param


class _PreBackwardFunction(torch.autograd.Function):
    """The identity; its backward runs when the first gradient of a module's output has arrived."""

    @staticmethod
    def forward(ctx: Any, tensor: Tensor, offload: DeepSpeedZeRoOffload, module: Any) -> Tensor:
        ctx.offload, ctx.module = offload, module
        module.applied_pre_backward_ref_cnt += 1
        return tensor.detach()

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Any:
        ctx.offload._run_before_backward_function(ctx.module)
        return (*gradients, None, None)


class _PostBackwardFunction(torch.autograd.Function):
    """The identity; the last of a module's inputs to get its gradient ends the module's backward."""

    @staticmethod
    def forward(ctx: Any, tensor: Tensor, offload: DeepSpeedZeRoOffload, module: Any) -> Tensor:
        ctx.offload, ctx.module = offload, module
        module.ds_grads_remaining += 1
        return tensor.detach()

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Any:
        ctx.module.ds_grads_remaining -= 1
        if ctx.module.ds_grads_remaining == 0:
            ctx.offload._run_after_backward_function(ctx.module)
        return (*gradients, None, None)


class DeepSpeedZeRoOffload:
    """Partitions ``module``'s parameters where Init has not, and keeps them scattered except where they are used."""

    def __init__(self, module: nn.Module, config: DeepSpeedConfig) -> None:
        self.module = module
        self._convert_to_zero_parameters(module, config.dtype)
        modules_by_id(module)
        for name, each in module.named_modules():
            each.ds_name = name or "(root)"  # type: ignore[assignment]
            _init_external_params(each)
            each._parameters = ZeROOrderedDict(each._parameters)
        zero = config.zero_optimization
        self.persistent_parameters = self.mark_persistent_parameters(zero.param_persistence_threshold)
        self.param_coordinator = PartitionedParameterCoordinator(zero)
        self.hooks: list[Any] = []
        self.setup_zero_stage3_hooks()

    def _convert_to_zero_parameters(self, module: nn.Module, dtype: torch.dtype) -> None:
        params: list[Any] = list(module.parameters())
        converted = [param for param in params if is_zero_param(param)]
        if not converted:
            Init(module=module, dtype=dtype)
        elif len(converted) < len(params):
            converted[0].convert_to_zero_parameters([param for param in params if not is_zero_param(param)])
        for name, buffer in module.named_buffers():
            if buffer.is_floating_point() and converted == [] and dtype is not torch.float32:
                owner, _, leaf = name.rpartition(".")
                module.get_submodule(owner)._buffers[leaf] = buffer.to(dtype)

    def mark_persistent_parameters(self, param_threshold: int) -> list[Any]:
        """Small parameters stay whole from one step to the next: gathering them costs more than keeping them."""
        found: list[Any] = [param for param in self.module.parameters() if param.ds_numel <= param_threshold]  # type: ignore[attr-defined]
        for param in found:
            param.ds_persist = True
        return found

    def get_param_coordinator(self) -> PartitionedParameterCoordinator:
        return self.param_coordinator

    def partition_all_parameters(self) -> None:
        """Gives back what is still whole; raises RuntimeError if a parameter cannot be."""
        self.get_param_coordinator().release_and_reset_all(self.module)
        params: list[Any] = list(self.module.parameters())
        for param in params:
            if param.ds_status is not ZeroParamStatus.NOT_AVAILABLE:
                raise RuntimeError(f"{param.ds_summary()} was expected to be released")

    def release_backward_leftovers(self) -> None:
        self.get_param_coordinator().release_backward_leftovers()

    def setup_zero_stage3_hooks(self) -> None:
        def _start_of_forward_hook(module: nn.Module, arguments: Any) -> None:
            if not FWD_MODULE_STACK:
                self.get_param_coordinator().reset_step()

        self.hooks.append(self.module.register_forward_pre_hook(_start_of_forward_hook))
        self._register_deepspeed_module(self.module)

    def _register_deepspeed_module(self, module: Any) -> None:
        """Children first. Hooks run in the order of their registration."""
        for child in module.children():
            if not hasattr(child, "applied_pre_backward_ref_cnt"):
                self._register_deepspeed_module(child)
        module.applied_pre_backward_ref_cnt = module.ds_grads_remaining = 0

        def _pre_forward_module_hook(module: Any, arguments: Any) -> None:
            self.pre_sub_module_forward_function(module)

        def _post_forward_module_hook(module: Any, arguments: Any, output: Any) -> None:
            self._keep_dangling_parameters(module, output)
            self.post_sub_module_forward_function(module)

        def _pre_backward_module_hook(module: Any, arguments: Any, output: Any) -> Any:
            return apply_to_tensors_only(lambda tensor: _PreBackwardFunction.apply(tensor, self, module), output)

        def _post_backward_module_hook(module: Any, arguments: Any, named: Any) -> Any:
            module.ds_grads_remaining = 0
            return apply_to_tensors_only(
                lambda tensor: _PostBackwardFunction.apply(tensor, self, module), (arguments, named)
            )

        self.hooks += [
            module.register_forward_pre_hook(_pre_forward_module_hook),
            module.register_forward_hook(_post_forward_module_hook),
            module.register_forward_hook(_pre_backward_module_hook),
            module.register_forward_pre_hook(_post_backward_module_hook, with_kwargs=True),
        ]

    def _keep_dangling_parameters(self, module: Any, output: Any) -> None:
        """A parameter that a module returns (a bias, say) stays whole until the module around it ends."""
        for tensor in tensors_in(output):
            if is_zero_param(tensor) and len(FWD_MODULE_STACK) > 1:
                outer: Any = FWD_MODULE_STACK[-2]
                register_external_parameter(outer, tensor)
                tensor.ds_active_sub_modules.add(outer.ds_id)  # type: ignore[attr-defined]

    def _run_before_backward_function(self, sub_module: Any) -> None:
        # A module may have run several times in forward: each of its backwards needs its parameters.
        if sub_module.applied_pre_backward_ref_cnt > 0:
            self.pre_sub_module_backward_function(sub_module)
            sub_module.applied_pre_backward_ref_cnt -= 1

    def _run_after_backward_function(self, sub_module: Any) -> None:
        self.post_sub_module_backward_function(sub_module)

    def pre_sub_module_forward_function(self, sub_module: nn.Module) -> None:
        FWD_MODULE_STACK.append(sub_module)
        param_coordinator = self.get_param_coordinator()
        param_coordinator.trace_prologue(sub_module)
        if param_coordinator.is_record_trace():
            param_coordinator.record_module(sub_module)
        param_coordinator.fetch_sub_module(sub_module, forward=True)

    def post_sub_module_forward_function(self, sub_module: nn.Module) -> None:
        FWD_MODULE_STACK.pop()
        self.get_param_coordinator().release_sub_module(sub_module, forward=True)

    def pre_sub_module_backward_function(self, sub_module: nn.Module) -> None:
        param_coordinator = self.get_param_coordinator()
        param_coordinator.trace_prologue(sub_module)
        if param_coordinator.is_record_trace():
            param_coordinator.record_module(sub_module)
        param_coordinator.fetch_sub_module(sub_module, forward=False)

    def post_sub_module_backward_function(self, sub_module: nn.Module) -> None:
        self.get_param_coordinator().release_sub_module(sub_module, forward=False)

    @contextmanager
    def forward_context(self) -> Iterator[None]:
        """What the root's forward runs in. A forward that raised leaves no trace of itself."""
        outer, ZeROOrderedDict.in_forward = ZeROOrderedDict.in_forward, True
        depth = len(FWD_MODULE_STACK)
        try:
            with torch.autograd.graph.saved_tensors_hooks(gathered.pack, gathered.unpack):
                yield
        finally:
            ZeROOrderedDict.in_forward = outer
            del FWD_MODULE_STACK[depth:]

    def destroy(self) -> None:
        for hook in self.hooks:
            hook.remove()
        self.hooks.clear()
