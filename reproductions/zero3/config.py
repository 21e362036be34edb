"""The configuration: the keys of deepspeed's JSON that this reproduction knows, under deepspeed's names and defaults.

Mirrors deepspeed.runtime.config and deepspeed.runtime.zero.config, 0.19.8. A key that is not here is an error, so that
no option is silently without effect.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec
import torch


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


class OffloadOptimizer(_Section):
    """Where fp32 master partitions and optimizer state live: ``none`` beside the parameters, ``cpu`` in host memory,
    ``nvme`` in memory-mapped files under ``nvme_path``."""

    device: Literal["none", "cpu", "nvme"] = "none"
    nvme_path: str = ""


class DeepSpeedZeroConfig(_Section):
    """Sizes are numbers of elements, not bytes."""

    stage: Literal[3] = 3
    reduce_bucket_size: int = 500_000_000
    sub_group_size: int = 1_000_000_000
    prefetch_bucket_size: int = msgspec.field(name="stage3_prefetch_bucket_size", default=50_000_000)
    param_persistence_threshold: int = msgspec.field(name="stage3_param_persistence_threshold", default=100_000)
    max_live_parameters: int = msgspec.field(name="stage3_max_live_parameters", default=1_000_000_000)
    max_reuse_distance: int = msgspec.field(name="stage3_max_reuse_distance", default=1_000_000_000)
    offload_optimizer: OffloadOptimizer = OffloadOptimizer()


class Optimizer(_Section):
    """``type`` is the name of a class of torch.optim, ``params`` its keyword arguments."""

    type: str
    params: dict[str, Any] = {}


class Fp16(_Section):
    """``loss_scale`` 0 means dynamic, beginning at 2 ** ``initial_scale_power``."""

    enabled: bool = False
    loss_scale: float = 0.0
    initial_scale_power: int = 16
    loss_scale_window: int = 1000
    hysteresis: int = 2
    consecutive_hysteresis: bool = False
    min_loss_scale: float = 1.0


class Bf16(_Section):
    enabled: bool = False


class DeepSpeedConfig(_Section):
    zero_optimization: DeepSpeedZeroConfig = DeepSpeedZeroConfig()
    optimizer: Optimizer | None = None
    gradient_accumulation_steps: int = 1
    gradient_clipping: float = 1.0
    train_micro_batch_size_per_gpu: int = 1
    fp16: Fp16 = Fp16()
    bf16: Bf16 = Bf16()

    @property
    def dtype(self) -> torch.dtype:
        """Of parameters, gradients and what is sent between ranks."""
        return torch.float16 if self.fp16.enabled else torch.bfloat16 if self.bf16.enabled else torch.float32


def read_config(raw: dict[str, Any] | DeepSpeedConfig) -> DeepSpeedConfig:
    """Raises ValueError naming the key that is unknown or has the wrong type."""
    if isinstance(raw, DeepSpeedConfig):
        return raw
    try:
        config = msgspec.convert(raw, DeepSpeedConfig)
    except msgspec.ValidationError as error:
        raise ValueError(f"configuration: {error}") from None
    if config.fp16.enabled and config.bf16.enabled:
        raise ValueError("configuration: fp16 and bf16 cannot both be enabled")
    if config.gradient_accumulation_steps < 1:
        raise ValueError("configuration: gradient_accumulation_steps is to be 1 or more")
    zero = config.zero_optimization
    if zero.offload_optimizer.device == "nvme" and not zero.offload_optimizer.nvme_path:
        raise ValueError("configuration: offload_optimizer.nvme_path names no folder")
    return config
