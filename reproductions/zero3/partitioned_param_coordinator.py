"""When parameters are gathered and given back: by need, and ahead of need along the recorded order of modules.

Mirrors PartitionedParameterCoordinator in deepspeed.runtime.zero.partitioned_param_coordinator, 0.19.8.
"""

from __future__ import annotations

import enum
from collections import deque
from typing import Any, NamedTuple

import torch
from torch import nn

from . import comm
from .all_gather_handles import MultipleAllGatherHandles
from .config import DeepSpeedZeroConfig
from .event_log import log
from .zero_parameter import ZeroParamStatus, iter_params


class ZeRoTraceMode(enum.Enum):
    INVALID = 1
    """Nothing is known; the next root forward begins to record."""
    RECORD = 2
    """The order of the sub-modules is being written down."""
    COMPLETE = 3
    """The order is known and followed; parameters are fetched before they are needed."""


class _ParamInTrace(NamedTuple):
    param: Any
    step_id_last_used_at: int


class PartitionedParameterCoordinator:
    """Sizes are elements: at most ``max_live_parameters`` whole at once when prefetching, ``prefetch_bucket_size`` a
    prefetch, and a parameter needed again within ``max_reuse_distance`` is not given back."""

    def __init__(self, config: DeepSpeedZeroConfig) -> None:
        self.config = config
        self.trace_mode = ZeRoTraceMode.INVALID
        self.step_id = 0
        self.available: dict[int, int] = {}
        self.submodule_order: list[Any] = []
        self.param_order: list[_ParamInTrace] = []
        self.param_queue: deque[_ParamInTrace] = deque()
        self.inflight: dict[int, MultipleAllGatherHandles] = {}
        self._fetched_for_step: dict[int, int] = {}
        self._backward_modules: dict[int, Any] = {}

    # Tracing

    def is_record_trace(self) -> bool:
        return self.trace_mode is ZeRoTraceMode.RECORD

    def is_complete_trace(self) -> bool:
        return self.trace_mode is ZeRoTraceMode.COMPLETE

    def _invalidate_trace(self) -> None:
        self.trace_mode = ZeRoTraceMode.INVALID
        self.submodule_order, self.param_order = [], []
        self.param_queue.clear()
        self._wait_for_inflight()

    def trace_prologue(self, sub_module: Any) -> None:
        """Forgets the trace when this is not the module that it says comes next."""
        if not self.is_complete_trace():
            return
        expected = self.submodule_order[self.step_id] if self.step_id < len(self.submodule_order) else None
        if expected is not sub_module:
            expects = "the end" if expected is None else f"module {expected.ds_id}"
            log.add("invalidate", f"{expects}, got {sub_module.ds_id}")
            self._invalidate_trace()

    def record_module(self, sub_module: nn.Module) -> None:
        self.submodule_order.append(sub_module)

    def construct_parameter_trace_from_module_trace(self) -> None:
        self.param_order = [
            _ParamInTrace(param, step) for step, each in enumerate(self.submodule_order) for param in iter_params(each)
        ]

    def reset_step(self) -> None:
        """A root forward begins: INVALID becomes RECORD, and RECORD, which now holds one pass, COMPLETE."""
        self._wait_for_inflight()
        if self.is_record_trace():
            self.construct_parameter_trace_from_module_trace()
            steps = [each.step_id_last_used_at for each in self.param_order]
            assert_ints_same_as_other_ranks([each.ds_id for each in self.submodule_order])
            assert_ints_same_as_other_ranks([each.param.ds_id for each in self.param_order])
            assert_ints_same_as_other_ranks(steps)
            self.trace_mode = ZeRoTraceMode.COMPLETE
        elif self.trace_mode is ZeRoTraceMode.INVALID:
            self.trace_mode = ZeRoTraceMode.RECORD
        self.param_queue = deque(self.param_order)
        self._fetched_for_step = {}
        self.step_id = 0

    def _wait_for_inflight(self) -> None:
        for handle in self.inflight.values():
            handle.wait()
        self.inflight.clear()

    # Fetching

    @torch.no_grad()
    def fetch_sub_module(self, current_submodule: Any, forward: bool) -> None:
        """Returns when the module's parameters are whole; begins to gather those that the trace says come next."""
        if not forward:
            self._backward_modules[current_submodule.ds_id] = current_submodule
        self._fetch_sub_module_impl(current_submodule, forward)

    def _fetch_sub_module_impl(self, current_submodule: Any, forward: bool) -> None:
        params = iter_params(current_submodule)
        self.__all_gather_params(params, forward)
        for param in params:
            param.ds_active_sub_modules.add(current_submodule.ds_id)
            handle = self.inflight.pop(param.ds_id, None)
            if handle is not None:
                handle.wait()
        log.add("use", current_submodule.ds_name, tuple(each.ds_id for each in params))
        if self.is_complete_trace():
            self._pass_in_queue(params)
            self._prefetch(forward)
        self.step_id += 1

    def _pass_in_queue(self, params: list[Any]) -> None:
        """Takes the module's parameters off the queue, if an earlier prefetch has not."""
        expected = {each.ds_id for each in params if self._fetched_for_step.get(each.ds_id, -1) < self.step_id}
        passed: set[int] = set()
        while self.param_queue and len(passed) < len(expected):
            entry = self.param_queue.popleft()
            self._fetched_for_step[entry.param.ds_id] = entry.step_id_last_used_at
            passed.add(entry.param.ds_id)
        if passed != expected:
            raise RuntimeError(
                f"trace at step {self.step_id}: parameters {sorted(expected)} come, not {sorted(passed)}"
            )

    def _prefetch(self, forward: bool) -> None:
        limit = min(self.config.max_live_parameters - sum(self.available.values()), self.config.prefetch_bucket_size)
        chosen: dict[int, Any] = {}
        numel = 0
        while self.param_queue and numel < limit:
            param, step = self.param_queue.popleft()
            self._fetched_for_step[param.ds_id] = step
            if param.ds_status is ZeroParamStatus.NOT_AVAILABLE and param.ds_id not in chosen:
                chosen[param.ds_id] = param
                numel += param.ds_numel
        self.__all_gather_params(list(chosen.values()), forward)

    def __all_gather_params(self, params: list[Any], forward: bool) -> None:
        missing = [param for param in params if param.ds_status is ZeroParamStatus.NOT_AVAILABLE]
        if missing:
            self.__all_gather_params_(missing, forward)

    def __all_gather_params_(self, params: list[Any], forward: bool) -> None:
        handle = params[0].all_gather_coalesced(params)
        for param in params:
            self.inflight[param.ds_id] = handle
            self.available[param.ds_id] = param.ds_numel

    # Releasing

    @torch.no_grad()
    def release_sub_module(self, submodule: Any, forward: bool) -> None:
        """The module is done: its parameters are given back unless somebody uses them or soon will."""
        if not forward:
            self._backward_modules.pop(submodule.ds_id, None)
        kept = self._soon_again() if self.is_complete_trace() else set()
        released = []
        for param in iter_params(submodule):
            param.ds_active_sub_modules.discard(submodule.ds_id)
            keep = param.ds_id in kept or (param.ds_persist and self.is_complete_trace())
            if not keep and not param.is_external_param and self.__release_param(param):
                released.append(param.ds_id)
        log.add("release", submodule.ds_name, tuple(released))

    def _soon_again(self) -> set[int]:
        """The ds_ids needed within max_reuse_distance elements from here, by the trace."""
        soon: set[int] = set()
        distance = 0
        for module in self.submodule_order[self.step_id :]:
            params = iter_params(module)
            distance += sum(param.ds_numel for param in params)
            if distance > self.config.max_reuse_distance:
                break
            soon.update(param.ds_id for param in params)
        return soon

    def __release_param(self, param: Any) -> bool:
        if param.ds_status is not ZeroParamStatus.AVAILABLE or param.ds_active_sub_modules:
            return False
        param.partition()
        self.available.pop(param.ds_id, None)
        return True

    def release_backward_leftovers(self) -> None:
        """Releases modules whose backward ended without a gradient of their input, as that of the first layer."""
        for module in list(self._backward_modules.values()):
            self.release_sub_module(module, forward=False)

    def release_and_reset_all(self, module: nn.Module) -> None:
        """Every parameter is given back, the persistent ones too."""
        self._wait_for_inflight()
        self._backward_modules.clear()
        for param in module.parameters():
            param.ds_active_sub_modules.clear()  # type: ignore[attr-defined]
            self.__release_param(param)
        self.available.clear()


def assert_ints_same_as_other_ranks(values: list[int]) -> None:
    """Raises RuntimeError where the ranks do not all have the same list: their collectives would not match."""
    mine = torch.tensor([len(values), *values], dtype=torch.int64, device=comm.local_device())
    size = torch.tensor([mine.numel(), -mine.numel()], device=comm.local_device())
    comm.all_reduce(size, torch.distributed.ReduceOp.MAX, "trace length")
    if int(size[0]) == -int(size[1]):
        theirs = mine.clone()
        comm.broadcast(theirs, 0, "trace")
        differs = torch.tensor([int(not torch.equal(mine, theirs))], device=comm.local_device())
        comm.all_reduce(differs, torch.distributed.ReduceOp.MAX, "trace comparison")
        if not int(differs):
            return
    raise RuntimeError(f"rank {comm.get_rank()} runs its modules in another order than rank 0: {values[:50]}")
