"""ZeRO stage 3 in real processes: parameters, gradients and optimizer state cut into one slice a rank.

Mirrors DeepSpeed 0.19.8 under its own names. Begin with engine.py; README.md says what is where.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from torch import nn

from . import comm
from .config import DeepSpeedConfig, read_config
from .engine import Client, DeepSpeedEngine
from .gathered_parameters import GatheredParameters
from .partition_parameters import Init

__all__ = ["DeepSpeedConfig", "DeepSpeedEngine", "GatheredParameters", "Init", "initialize"]


def initialize(
    model: nn.Module,
    optimizer: Client | None = None,
    config: dict[str, Any] | DeepSpeedConfig | None = None,
    folder: Path | None = None,
) -> DeepSpeedEngine:
    """The engine around ``model``, whose parameters are partitioned if they are not yet. All ranks have to call it.

    ``config`` has deepspeed's keys; ``folder`` is that of comm.init_distributed.
    """
    comm.init_distributed(folder=folder)
    return DeepSpeedEngine(model, optimizer, read_config(config or {}))
