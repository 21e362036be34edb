"""From a parameter's full gradient on every rank to the mean of one slice on each.

Mirrors the part of DeepSpeedZeroOptimizer_Stage3 (deepspeed.runtime.zero.stage3, 0.19.8) that runs during backward.
Full gradients exist between autograd's hook and the reduction of their bucket, and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from .base_optimizer import ZeROOptimizer, count_used_parameters_in_backward
from .coalesced_collectives import ReduceScattered, reduce_scatter_coalesced
from .config import DeepSpeedConfig
from .parameter_offload import DeepSpeedZeRoOffload


@dataclass
class IPGBucketZ3:
    """Independent parameter gradients on their way: ``params`` whose gradients fill the first ``elements`` of
    ``buffer``, which exists only while a backward pass runs."""

    buffer: Tensor | None = None
    params: list[Any] = field(default_factory=list)
    elements: int = 0

    def clear(self) -> None:
        self.params, self.elements = [], 0


class GradientPartitioning(ZeROOptimizer):
    """Needs ``fp16_groups``, the parameters by sub-group; gives ``averaged_gradients``, their slices' gradients."""

    parameter_offload: DeepSpeedZeRoOffload

    def __init__(self, config: DeepSpeedConfig) -> None:
        super().__init__()
        self.config = config
        self.reduce_bucket_size = config.zero_optimization.reduce_bucket_size
        self.fp16_groups: list[list[Any]] = []
        self.averaged_gradients: dict[int, list[Tensor]] = {}
        self.ipg_buckets: dict[torch.dtype, IPGBucketZ3] = {}
        self._reducing: list[tuple[list[Any], ReduceScattered]] = []
        self._written: set[int] = set()
        self._grad_hooks: list[Any] = []

    def _create_grad_partitions(self, device: torch.device) -> None:
        """One flat buffer with a view for each parameter's slice; it lives as long as the optimizer."""
        params = [param for group in self.fp16_groups for param in group]
        sizes = [param.partition_numel() for param in params]
        self.grad_partitions_flat_buffer = torch.zeros(sum(sizes), dtype=self.config.dtype, device=device)
        views = self.grad_partitions_flat_buffer.split(sizes) if sizes else ()
        self.__param_id_to_grad_partition = {p.ds_id: view for p, view in zip(params, views, strict=True)}
        self._bucket_elements = min(self.reduce_bucket_size, sum(param.ds_numel for param in params))

    def create_reduce_and_remove_grad_hooks(self) -> None:
        """Asks autograd to hand over every gradient as soon as it is complete."""
        trainable = [param for group in self.fp16_groups for param in group]
        for param in trainable:
            # autograd remembers a leaf's shape when it first meets it, so it has to meet the whole parameter.
            param.all_gather()

            def wrapper(param: Any) -> None:
                def reduce_partition_and_remove_grads(*_: Any) -> None:
                    refresh = self.should_refresh_expected_hook_count()
                    self.reenter_backward_if_needed()
                    self.reduce_ready_partitions_and_remove_grads(param)
                    if refresh:
                        self._expected_hooks = count_used_parameters_in_backward(trainable)
                    self.update_hook_state_and_maybe_run_epilogue(self._expected_hooks)

                param.ds_grad_accumulator = torch.autograd.graph.get_gradient_edge(param).node
                self._grad_hooks.append(param.register_post_accumulate_grad_hook(reduce_partition_and_remove_grads))

            wrapper(param)
            param.partition()

    def reduce_ready_partitions_and_remove_grads(self, param: Any) -> None:
        self.reduce_independent_p_g_buckets_and_remove_grads(param)

    def reduce_independent_p_g_buckets_and_remove_grads(self, param: Any) -> None:
        """Puts the gradient in its bucket, and sends the bucket off first if it would not fit."""
        bucket = self.ipg_buckets.setdefault(param.grad.dtype, IPGBucketZ3())
        if bucket.elements and bucket.elements + param.ds_numel > self.reduce_bucket_size:
            self.__reduce_and_partition_ipg_grads(bucket)
        self.__add_grad_to_ipg_bucket(bucket, param)

    def __add_grad_to_ipg_bucket(self, bucket: IPGBucketZ3, param: Any) -> None:
        """Copies the gradient into the contiguous buffer; one larger than the buffer stays where it is."""
        if bucket.elements + param.ds_numel <= self._bucket_elements:
            if bucket.buffer is None:
                bucket.buffer = param.grad.new_empty(self._bucket_elements)
            place = bucket.buffer.narrow(0, bucket.elements, param.ds_numel).view(param.grad.shape)
            place.copy_(param.grad)
            param.grad.data = place
        bucket.params.append(param)
        bucket.elements += param.ds_numel

    @torch.no_grad()
    def __reduce_and_partition_ipg_grads(self, bucket: IPGBucketZ3) -> None:
        if not bucket.params:
            return
        bucket.params.sort(key=lambda each: each.ds_id)  # the same order on every rank
        params = bucket.params
        reduction = self.__avg_scatter_grads(params)
        for param in params:
            param.grad = None
        bucket.clear()
        # One reduction runs while the next bucket fills; two would hold two buckets.
        self._finish_reductions()
        self._reducing.append((params, reduction))

    def __avg_scatter_grads(self, params: list[Any]) -> ReduceScattered:
        return reduce_scatter_coalesced([param.grad for param in params], tuple(param.ds_id for param in params))

    def _finish_reductions(self) -> None:
        for params, reduction in self._reducing:
            self.partition_grads(params, reduction.wait())
        self._reducing.clear()

    @torch.no_grad()
    def partition_grads(self, params: list[Any], grad_partitions: list[Tensor]) -> None:
        """Adds this rank's slices to those of earlier micro steps. What a slice holds beyond the parameter is 0."""
        for param, grad_partition in zip(params, grad_partitions, strict=True):
            view = self.__param_id_to_grad_partition[param.ds_id]
            if param.ds_id in self._written:
                view.add_(grad_partition.to(view.device))
            else:
                view.copy_(grad_partition)
                self._written.add(param.ds_id)

    def backward_epilogue(self) -> None:
        """The backward pass is over: sends off the last, partly filled buckets and gives their memory back."""
        for bucket in self.ipg_buckets.values():
            self.__reduce_and_partition_ipg_grads(bucket)
        self._finish_reductions()
        self.ipg_buckets.clear()
        for number, group in enumerate(self.fp16_groups):
            views = [self.__param_id_to_grad_partition[param.ds_id] for param in group]
            for param, view in zip(group, views, strict=True):
                if param.ds_id not in self._written:
                    view.zero_()  # holds the gradient of an earlier step
            self.averaged_gradients[number] = views
        self.parameter_offload.release_backward_leftovers()
        self.exit_backward()

    def finish_backward(self) -> None:
        """For a backward pass that reached no parameter of this optimizer, and so called no hook."""
        if self._backward_hook_state.backward_active_depth:
            self.backward_epilogue()

    def _forget_gradients(self) -> None:
        """The next gradients begin a new sum."""
        self._written.clear()
        self.averaged_gradients.clear()
