"""The engine that a training loop talks to. Mirrors DeepSpeedEngine in deepspeed.runtime.engine, 0.19.8."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from . import comm
from .config import DeepSpeedConfig
from .event_log import log
from .parameter_offload import DeepSpeedZeRoOffload
from .stage3 import DeepSpeedZeroOptimizer_Stage3

Client = torch.optim.Optimizer | Callable[[list[nn.Parameter]], torch.optim.Optimizer]


class DeepSpeedEngine(nn.Module):
    """``engine(batch)``, ``engine.backward(loss)``, ``engine.step()``, on every rank with its own part of the batch.

    ``optimizer`` is a torch optimizer over the model's parameters or a function that makes one from them; without it
    the configuration's is used; with neither the engine only runs forward.
    """

    optimizer: DeepSpeedZeroOptimizer_Stage3 | DeepSpeedZeRoOffload

    def __init__(self, model: nn.Module, optimizer: Client | None, config: DeepSpeedConfig) -> None:
        super().__init__()
        self.module, self.config = model, config
        self.micro_steps = self.global_steps = self.skipped_steps = 0
        self._configure_optimizer(optimizer)

    def _configure_optimizer(self, client: Client | None) -> None:
        basic: torch.optim.Optimizer | None
        if isinstance(client, torch.optim.Optimizer):
            basic = client
        elif client is not None:
            basic = client(list(self.module.parameters()))
        else:
            basic = self._configure_basic_optimizer()
        self.optimizer = self._configure_zero_optimizer(basic)

    def _configure_basic_optimizer(self) -> torch.optim.Optimizer | None:
        chosen = self.config.optimizer
        if chosen is None:
            return None
        cls = getattr(torch.optim, chosen.type, None)
        if not (isinstance(cls, type) and issubclass(cls, torch.optim.Optimizer)):
            raise ValueError(f"configuration: optimizer.type: torch.optim has no {chosen.type}")
        return cls(self.module.parameters(), **chosen.params)

    def _configure_zero_optimizer(
        self, optimizer: torch.optim.Optimizer | None
    ) -> DeepSpeedZeroOptimizer_Stage3 | DeepSpeedZeRoOffload:
        if optimizer is None:
            return DeepSpeedZeRoOffload(self.module, self.config)
        return DeepSpeedZeroOptimizer_Stage3(self.module, optimizer, self.config)

    @property
    def parameter_offload(self) -> DeepSpeedZeRoOffload:
        if isinstance(self.optimizer, DeepSpeedZeRoOffload):
            return self.optimizer
        return self.optimizer.parameter_offload

    def _zero_optimizer(self) -> DeepSpeedZeroOptimizer_Stage3:
        if isinstance(self.optimizer, DeepSpeedZeRoOffload):
            raise RuntimeError("this engine has no optimizer: it only runs forward")
        return self.optimizer

    def forward(self, *inputs: Any, **named: Any) -> Any:
        if isinstance(self.optimizer, DeepSpeedZeroOptimizer_Stage3):
            self.optimizer.clear_backward_seen_flag()
        with log.during("forward"), self.parameter_offload.forward_context():
            return self.module(*inputs, **named)

    def backward(self, loss: Tensor) -> None:
        """``loss`` is this rank's mean. Gradients are averaged over ranks and over the steps that are accumulated."""
        optimizer = self._zero_optimizer()
        scaled = optimizer.scale_if_loss(loss / self.config.gradient_accumulation_steps)
        with log.during("backward"):
            optimizer.enter_backward()
            scaled.backward()  # type: ignore[no-untyped-call]
            optimizer.finish_backward()

    def is_gradient_accumulation_boundary(self) -> bool:
        return (self.micro_steps + 1) % self.config.gradient_accumulation_steps == 0

    def step(self) -> None:
        """Updates the parameters, at the last of gradient_accumulation_steps calls; otherwise only counts."""
        self._zero_optimizer()
        if self.is_gradient_accumulation_boundary():
            with log.during("step"):
                self._take_model_step()
        self.micro_steps += 1

    def _take_model_step(self) -> None:
        optimizer = self._zero_optimizer()
        optimizer.step()
        if optimizer.overflow:
            self.skipped_steps += 1
        optimizer.zero_grad()
        self.global_steps += 1

    def get_global_grad_norm(self) -> float:
        """Of the last step's gradients, before clipping."""
        return self._zero_optimizer()._global_grad_norm

    def save_checkpoint(self, save_dir: str | Path, tag: str | None = None, client_state: Any = None) -> None:
        """All ranks have to call it. An interrupted save leaves the one before as it was."""
        from .checkpoint import save

        save(self, Path(save_dir), tag or f"global_step{self.global_steps}", client_state)

    def load_checkpoint(self, load_dir: str | Path, tag: str | None = None) -> Any:
        """The client state of the checkpoint ``tag``, or of the last complete one. The number of ranks may differ."""
        from .checkpoint import load

        return load(self, Path(load_dir), tag)

    def consolidated_state_dict(self) -> dict[str, Tensor] | None:
        """The whole model in host memory on rank 0, None elsewhere; whole parameters exist one at a time."""
        from .gathered_parameters import GatheredParameters

        result: dict[str, Tensor] = {}
        for name, param in self.module.named_parameters(remove_duplicate=False):
            with GatheredParameters(param):
                if comm.get_rank() == 0:
                    result[name] = param.detach().cpu().clone()
        if comm.get_rank() != 0:
            return None
        persistent = self.module.state_dict(keep_vars=True)
        result.update(
            {
                name: persistent[name].detach().cpu().clone()
                for name, _ in self.module.named_buffers()
                if name in persistent
            }
        )
        return result
