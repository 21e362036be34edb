"""When a backward pass begins and ends, counted in gradients.

Mirrors ZeROOptimizer and BackwardHookStateManager in deepspeed.runtime.base_optimizer, and
count_used_parameters_in_backward in deepspeed.runtime.utils, 0.19.8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

from .loss_scaler import DynamicLossScaler, LossScaler


def count_used_parameters_in_backward(parameters: Iterable[Any]) -> int:
    """How many of the parameters will get a gradient from the backward pass that is running."""
    return sum(torch._C._will_engine_execute_node(param.ds_grad_accumulator) for param in parameters)


class BackwardHookStateManager:
    """Finds the end of a backward pass, which may come in phases.

    Reentrant activation checkpointing runs backward passes within the backward pass; only the end of the outermost
    counts. autograd calls back at that end if asked during the pass; where it cannot be, gradients are counted.
    """

    def __init__(self, epilogue: Callable[[], None]) -> None:
        self.epilogue = epilogue
        self.reset_for_new_step()
        self.backward_active_depth = 0

    def reset_for_new_step(self) -> None:
        self.backward_seen_this_step = False
        self.callback_queued = False
        self.hooks_fired_this_backward = 0
        self.max_expected_hooks_seen = 0
        self.remaining_grad_acc_hooks = 0

    def enter_backward(self) -> None:
        if self.backward_active_depth == 0 and not self.backward_seen_this_step:
            self.reset_for_new_step()
        self.backward_active_depth += 1
        self.backward_seen_this_step = True

    def exit_backward(self) -> None:
        self.backward_active_depth = max(0, self.backward_active_depth - 1)

    def should_refresh_expected_hook_count(self) -> bool:
        """At the first gradient of a pass or of a phase. To be asked before reenter_backward_if_needed."""
        between_phases = self.remaining_grad_acc_hooks == 0 and self.backward_active_depth == 0
        return self.hooks_fired_this_backward == 0 or (between_phases and self.backward_seen_this_step)

    def reenter_backward_if_needed(self) -> None:
        """A gradient after the pass seemed over belongs to a further phase of it."""
        if self.remaining_grad_acc_hooks == 0 and self.backward_active_depth == 0 and self.backward_seen_this_step:
            self.enter_backward()

    def queue_post_backward_callback(self) -> bool:
        """Whether autograd will call the epilogue when the running backward ends."""
        if self.callback_queued:
            return True
        if self.backward_active_depth == 0 or torch._C._current_graph_task_id() == -1:
            return False
        torch.autograd.Variable._execution_engine.queue_callback(self.run_epilogue)  # type: ignore[attr-defined]
        self.callback_queued = True
        return True

    def run_epilogue(self) -> None:
        if self.backward_active_depth:
            self.callback_queued = False
            self.epilogue()

    def update_hook_state_and_maybe_run_epilogue(self, current_expected_count: int) -> None:
        """A gradient has been dealt with; ``current_expected_count`` of them are known to come in all."""
        self.hooks_fired_this_backward += 1
        self.max_expected_hooks_seen = max(self.max_expected_hooks_seen, current_expected_count)
        self.remaining_grad_acc_hooks = max(0, self.max_expected_hooks_seen - self.hooks_fired_this_backward)
        if not self.queue_post_backward_callback() and self.remaining_grad_acc_hooks == 0:
            self.run_epilogue()


class ZeROOptimizer:
    """What the engine asks of the optimizer around a backward pass."""

    loss_scaler: LossScaler | DynamicLossScaler

    def __init__(self) -> None:
        self._backward_hook_state = BackwardHookStateManager(self.backward_epilogue)

    def backward_epilogue(self) -> None:
        raise NotImplementedError

    def scale_if_loss(self, value: Tensor) -> Tensor:
        return self.loss_scaler.scale_loss(value)

    def enter_backward(self) -> None:
        self._backward_hook_state.enter_backward()

    def exit_backward(self) -> None:
        self._backward_hook_state.exit_backward()

    def clear_backward_seen_flag(self) -> None:
        """A forward begins, so that the next gradient is the first of another backward pass."""
        self._backward_hook_state.reset_for_new_step()

    def should_refresh_expected_hook_count(self) -> bool:
        return self._backward_hook_state.should_refresh_expected_hook_count()

    def reenter_backward_if_needed(self) -> None:
        self._backward_hook_state.reenter_backward_if_needed()

    def update_hook_state_and_maybe_run_epilogue(self, current_expected_count: int) -> None:
        self._backward_hook_state.update_hook_state_and_maybe_run_epilogue(current_expected_count)
