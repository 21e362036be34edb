"""Cutting parameters into slices, one a rank, and putting them together again.

Mirrors Init in deepspeed.runtime.zero.partition_parameters, 0.19.8:

    padding = (world - numel % world) % world;  slice = (numel + padding) / world;  rank r owns [r*slice, (r+1)*slice)
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn

from . import comm
from .all_gather_handles import AllGatherCoalescedHandle, MultipleAllGatherHandles
from .post_init import InsertPostInitMethodToModuleSubClasses
from .zero_parameter import ZeroParamStatus, free_param, is_zero_param

_next_ds_id = itertools.count()


def _dist_allgather_fn(shard: Tensor, output: Tensor, ids: tuple[int, ...]) -> comm.Pending:
    return comm.allgather_fn(output, shard, "parameters", ids)


class Init(InsertPostInitMethodToModuleSubClasses):
    """Partitions the parameters of modules: of those constructed inside ``with Init():``, or of ``module`` at once.

    As a context it keeps the peak at one module's parameters beside the slices, so that a model can be built that is
    larger than the memory of one process. ``dtype`` converts floating point parameters.
    """

    def __init__(self, module: nn.Module | None = None, dtype: torch.dtype | None = None, enabled: bool = True) -> None:
        super().__init__(enabled)
        if enabled:
            comm.init_distributed()
        self.dtype = dtype
        if enabled and module is not None:
            self._convert_to_zero_parameters(list(module.parameters()))

    def _post_init_method(self, module: nn.Module) -> None:
        for param in module.parameters(recurse=False):
            if not is_zero_param(param):
                self._zero_init_param(param)

    def _convert_to_zero_parameters(self, param_list: list[nn.Parameter]) -> None:
        for param in param_list:
            if not is_zero_param(param):
                self._zero_init_param(param)

    def _zero_init_param(self, param: Any) -> None:
        """Rank 0's values become everybody's, then each rank keeps its slice."""
        target = self.dtype if self.dtype is not None and param.is_floating_point() else param.dtype
        param.data = param.data.to(comm.local_device(), target)
        self._convert_to_deepspeed_param(param)
        comm.broadcast(param.data, 0, "initial values")
        param.partition()

    def _convert_to_deepspeed_param(self, param: Any) -> None:
        """Adds fields and functions. The functions are closures, as upstream has them: ``param.all_gather()``."""
        param.ds_id = next(_next_ds_id)
        param.ds_shape, param.ds_numel = param.shape, param.numel()
        param.ds_status = ZeroParamStatus.AVAILABLE
        param.ds_tensor = None
        param.ds_persist = param.is_external_param = False
        param.ds_active_sub_modules = set()

        def all_gather(param_list: list[Any] | None = None) -> None:
            """Returns when the parameters (this one by default) are whole."""
            self._all_gather([param] if param_list is None else param_list)

        def _all_gather_dtype(params: list[Any], dtype: torch.dtype) -> AllGatherCoalescedHandle:
            world, rank = comm.get_world_size(), comm.get_rank()
            size = sum(each.ds_tensor.ds_numel for each in params)
            flat = torch.empty(world * size, dtype=dtype, device=comm.local_device())
            partitions = list(flat.split(size)) if size else [flat] * world
            torch.cat([each.ds_tensor.data for each in params], out=partitions[rank])
            pending = _dist_allgather_fn(partitions[rank], flat, tuple(each.ds_id for each in params))
            return AllGatherCoalescedHandle(pending, params, partitions)

        def _all_gather_coalesced(params: list[Any]) -> MultipleAllGatherHandles:
            by_dtype: dict[torch.dtype, list[Any]] = {}
            for each in params:
                by_dtype.setdefault(each.ds_tensor.dtype, []).append(each)
            return MultipleAllGatherHandles([_all_gather_dtype(same, dtype) for dtype, same in by_dtype.items()])

        def all_gather_coalesced(params: Iterable[Any]) -> MultipleAllGatherHandles:
            """Begins to gather parameters that are NOT_AVAILABLE; ``wait()`` on the result ends it."""
            ordered = sorted(params, key=lambda each: each.ds_id)  # the same order on every rank
            for each in ordered:
                if each.ds_status is not ZeroParamStatus.NOT_AVAILABLE:
                    raise RuntimeError(f"{each.ds_summary()} cannot be gathered")
                each.ds_status = ZeroParamStatus.INFLIGHT
            return _all_gather_coalesced(ordered)

        def partition(param_list: list[Any] | None = None, has_been_updated: bool = False) -> None:
            self._partition([param] if param_list is None else param_list, has_been_updated)

        def aligned_size() -> int:
            return self._aligned_size(param)

        def padding_size() -> int:
            return self._padding_size(param)

        def partition_numel() -> int:
            return self._partition_numel(param)

        def ds_summary() -> str:
            return f"parameter {param.ds_id} {tuple(param.ds_shape)} ({param.ds_status.name})"

        def convert_to_zero_parameters(param_list: list[nn.Parameter]) -> None:
            self._convert_to_zero_parameters(param_list)

        param.all_gather, param.all_gather_coalesced, param.partition = all_gather, all_gather_coalesced, partition
        param.aligned_size, param.padding_size, param.partition_numel = aligned_size, padding_size, partition_numel
        param.ds_summary, param.convert_to_zero_parameters = ds_summary, convert_to_zero_parameters

    def _padding_size(self, param: Any) -> int:
        world = comm.get_world_size()
        return int((world - param.ds_numel % world) % world)

    def _aligned_size(self, param: Any) -> int:
        return int(param.ds_numel + self._padding_size(param))

    def _partition_numel(self, param: Any) -> int:
        return self._aligned_size(param) // comm.get_world_size()

    def _all_gather(self, param_list: list[Any]) -> None:
        missing = [param for param in param_list if param.ds_status is ZeroParamStatus.NOT_AVAILABLE]
        if missing:
            missing[0].all_gather_coalesced(missing).wait()

    def _partition(self, param_list: list[Any], has_been_updated: bool) -> None:
        for param in param_list:
            self._partition_param(param, has_been_updated)

    def _partition_param(self, param: Any, has_been_updated: bool) -> None:
        """Copies this rank's slice out of ``param.data``, unless that is unchanged since it was cut, and frees it."""
        if param.ds_status is ZeroParamStatus.INFLIGHT:
            raise RuntimeError(f"{param.ds_summary()} cannot be partitioned while it is being gathered")
        if param.ds_status is ZeroParamStatus.NOT_AVAILABLE:
            return
        if param.ds_tensor is None or has_been_updated:
            size = self._partition_numel(param)
            start = size * comm.get_rank()
            if param.ds_tensor is None:
                # Upstream leaves padding unset. Zeros are safe for optimizers that look at a whole tensor.
                param.ds_tensor = torch.zeros(size, dtype=param.dtype, device=comm.local_device())
                param.ds_tensor.ds_numel = size
            real = max(0, min(size, param.ds_numel - start))
            param.ds_tensor.data[:real].copy_(param.data.reshape(-1)[start : start + real])
        free_param(param)
