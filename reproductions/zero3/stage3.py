"""The optimizer of ZeRO stage 3: each rank updates its slices, in fp32, one sub-group after another.

Mirrors DeepSpeedZeroOptimizer_Stage3 in deepspeed.runtime.zero.stage3 and combine_grad_norm_groups in
deepspeed.runtime.utils, 0.19.8. Gradients come from gradient_partitioning.
"""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch._utils import _flatten_dense_tensors, _unflatten_dense_tensors

from . import comm
from .config import DeepSpeedConfig
from .gradient_partitioning import GradientPartitioning
from .loss_scaler import CreateLossScaler
from .optimizer_offload import OptimizerOffload
from .parameter_offload import DeepSpeedZeRoOffload

INVALID_NORM = -1.0


def combine_grad_norm_groups(norm_groups: list[float]) -> float:
    """The norm of the whole from the norms of the sub-groups: sqrt(sum n_i^2); inf where one is invalid."""
    if any(norm == INVALID_NORM for norm in norm_groups):
        return math.inf
    return math.sqrt(sum(norm * norm for norm in norm_groups))


class DeepSpeedZeroOptimizer_Stage3(GradientPartitioning):
    """Wraps ``init_optimizer``, any torch optimizer that treats elements alike, whose parameters must be ``module``'s.

    The wrapped optimizer sees one flat fp32 tensor at a time, never the parameters. A parameter that gets no gradient
    counts as having gradient 0, so weight decay and momentum still move it.
    """

    def __init__(self, module: nn.Module, init_optimizer: torch.optim.Optimizer, config: DeepSpeedConfig) -> None:
        super().__init__(config)
        self.module, self.optimizer = module, init_optimizer
        self.parameter_offload = self.initialize_ds_offload(module, config)
        self.loss_scaler = CreateLossScaler(config.dtype, config.fp16)
        self.offload = OptimizerOffload(config.zero_optimization.offload_optimizer)
        self.clip_grad = config.gradient_clipping
        self.overflow = False
        self._global_grad_norm = 0.0
        self.sub_group_to_group_id: list[int] = []
        for number, param_group in enumerate(self.optimizer.param_groups):
            trainable = [param for param in param_group["params"] if param.requires_grad]
            for sub_group in self._create_fp16_sub_groups(trainable):
                self.fp16_groups.append(sub_group)
                self.sub_group_to_group_id.append(number)
            param_group["params"] = []
        self.optimizer.state.clear()
        self.fp16_partitioned_groups = [[param.ds_tensor for param in group] for group in self.fp16_groups]
        self.fp16_partitioned_groups_flat = self.defragment(self.fp16_partitioned_groups)
        self.fp32_partitioned_groups_flat = [
            self.offload.master(flat, number) for number, flat in enumerate(self.fp16_partitioned_groups_flat)
        ]
        self._create_grad_partitions(self.offload.device)
        self.create_reduce_and_remove_grad_hooks()

    def initialize_ds_offload(self, module: nn.Module, config: DeepSpeedConfig) -> DeepSpeedZeRoOffload:
        return DeepSpeedZeRoOffload(module, config)

    @property
    def param_groups(self) -> list[dict[str, Any]]:
        """The wrapped optimizer's options, for learning rate schedules; their lists of parameters are empty."""
        return self.optimizer.param_groups

    @property
    def loss_scale(self) -> float:
        return self.loss_scaler.loss_scale

    def _create_fp16_sub_groups(self, params: list[Any]) -> list[list[Any]]:
        """Fills a sub-group until its slices reach sub_group_size, which the last one may exceed."""
        groups: list[list[Any]] = []
        size = self.config.zero_optimization.sub_group_size
        filled = size
        for param in params:
            if filled >= size:
                groups.append([])
                filled = 0
            groups[-1].append(param)
            filled += param.partition_numel()
        return groups

    @staticmethod
    def defragment(groups: list[list[Tensor]]) -> list[Tensor]:
        """Moves all slices into one flat buffer, of which each tensor becomes a view; returns a view a sub-group."""
        tensors = [tensor for group in groups for tensor in group]
        if not tensors:
            return []
        flat = torch.cat([tensor.data for tensor in tensors])
        for tensor, view in zip(tensors, flat.split([tensor.numel() for tensor in tensors]), strict=True):
            tensor.data = view
        return list(flat.split([sum(tensor.numel() for tensor in group) for group in groups]))

    @torch.no_grad()
    def step(self) -> None:
        """Updates every slice, or, when any rank's gradients hold inf or nan, none on any rank."""
        self._pre_step()
        self._partition_all_parameters()
        self._overflow_check_and_loss_scale_update()
        scaled_global_grad_norm = 0.0
        if not self.overflow:
            scaled_global_grad_norm = combine_grad_norm_groups(self._get_norm_groups())
            self.overflow = math.isinf(scaled_global_grad_norm)
        if self._loss_scale_update_and_overflow_cleanup():
            return
        # The scaler has moved on; these gradients were made with the scale from before.
        self._global_grad_norm = scaled_global_grad_norm / self._gradient_scale
        self.zero_grad()
        for sub_group_id in range(len(self.fp16_groups)):
            self._prepare_sub_group(sub_group_id)
            self.unscale_and_clip_grads(sub_group_id, scaled_global_grad_norm)
            self._optimizer_step(sub_group_id)
            self._reassign_or_swap_out_partitioned_parameters(sub_group_id)
            self._release_sub_group(sub_group_id)
        self._post_step()

    def _pre_step(self) -> None:
        if not self.averaged_gradients:
            raise RuntimeError("step() without gradients: call engine.backward(loss) first")
        self.ipg_buckets.clear()
        self._gradient_scale = self.loss_scale

    def _partition_all_parameters(self) -> None:
        self.parameter_offload.partition_all_parameters()

    def _overflow_check_and_loss_scale_update(self) -> None:
        self.overflow = self.config.fp16.enabled and self.check_overflow()

    def check_overflow(self) -> bool:
        return self._check_overflow()

    def _check_overflow(self) -> bool:
        return self.has_overflow()

    def has_overflow(self) -> bool:
        """Whether any rank's slices of the gradients hold inf or nan; the same answer on every rank."""
        found = (~torch.isfinite(self.grad_partitions_flat_buffer)).any().to(comm.local_device(), torch.int32)
        comm.all_reduce(found, dist.ReduceOp.MAX, "overflow")
        return bool(found.item())

    def _get_norm_groups(self) -> list[float]:
        return [self.get_grad_norm_direct(self.averaged_gradients[i]) for i in range(len(self.fp16_groups))]

    def get_grad_norm_direct(self, gradients: list[Tensor]) -> float:
        """sqrt(sum over ranks of sum g^2) for one sub-group, INVALID_NORM if that is no finite number."""
        norms = torch.stack(torch._foreach_norm(gradients, 2, dtype=torch.float32))  # type: ignore[call-overload]
        total = norms.square().sum().to(comm.local_device())
        comm.all_reduce(total, name="gradient norm")
        norm = math.sqrt(total.item()) if math.isfinite(total.item()) else math.inf
        return norm if math.isfinite(norm) else INVALID_NORM

    def _loss_scale_update_and_overflow_cleanup(self) -> bool:
        """Whether this step is skipped."""
        self._update_scale(self.overflow)
        if self.overflow:
            self._overflow_clean_up()
        return self.overflow

    def _update_scale(self, has_overflow: bool) -> None:
        self.loss_scaler.update_scale(has_overflow)

    def _overflow_clean_up(self) -> None:
        self.zero_grad()
        self._forget_gradients()

    def zero_grad(self) -> None:
        """Drops full gradients; the slices' gradients end with the step."""
        for group in self.fp16_groups:
            for param in group:
                param.grad = None

    def _prepare_sub_group(self, sub_group_id: int) -> None:
        self._prepare_fp32_grad_for_sub_group(sub_group_id)

    def _prepare_fp32_grad_for_sub_group(self, sub_group_id: int) -> None:
        flat: Tensor = _flatten_dense_tensors(self.averaged_gradients[sub_group_id])
        self.fp32_partitioned_groups_flat[sub_group_id].grad = flat.to(torch.float32)

    def unscale_and_clip_grads(self, sub_group_id: int, total_norm: float) -> None:
        """g / (scale * max(1, (norm / scale + 1e-6) / clip)), ``norm`` being that of the scaled gradients."""
        combined_scale = self._gradient_scale
        if self.clip_grad > 0:
            clip = (total_norm / self._gradient_scale + 1e-6) / self.clip_grad
            combined_scale *= max(1.0, clip)
        gradient = self.fp32_partitioned_groups_flat[sub_group_id].grad
        if gradient is not None and combined_scale != 1.0:
            gradient.mul_(1.0 / combined_scale)

    def _optimizer_step(self, sub_group_id: int) -> None:
        """The wrapped optimizer's own step, on one tensor."""
        param_group = self.optimizer.param_groups[self.sub_group_to_group_id[sub_group_id]]
        param_group["params"] = [self.fp32_partitioned_groups_flat[sub_group_id]]

        def step_with_gradscaler(optimizer: torch.optim.Optimizer) -> None:
            optimizer.step()

        step_with_gradscaler(self.optimizer)
        param_group["params"] = []

    def _reassign_or_swap_out_partitioned_parameters(self, sub_group_id: int) -> None:
        flat, master = self.fp16_partitioned_groups_flat[sub_group_id], self.fp32_partitioned_groups_flat[sub_group_id]
        if flat.data_ptr() != master.data_ptr():
            flat.copy_(master)
        self._unflatten_partitioned_parameters(sub_group_id)

    def _unflatten_partitioned_parameters(self, sub_group_id: int) -> None:
        tensors = self.fp16_partitioned_groups[sub_group_id]
        flat = self.fp16_partitioned_groups_flat[sub_group_id]
        for tensor, view in zip(tensors, _unflatten_dense_tensors(flat, tensors), strict=True):
            tensor.data = view

    def _release_sub_group(self, sub_group_id: int) -> None:
        master = self.fp32_partitioned_groups_flat[sub_group_id]
        master.grad = None
        self.offload.swap_out(self.optimizer.state[master], sub_group_id)

    def _post_step(self) -> None:
        """Persistent parameters are gathered again, in one collective; all others when forward comes to them."""
        self._forget_gradients()
        persistent = self.parameter_offload.persistent_parameters
        if persistent:
            persistent[0].all_gather(persistent)
