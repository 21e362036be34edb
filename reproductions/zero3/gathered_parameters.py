"""Reading or changing whole parameters outside of forward and backward.

Mirrors GatheredParameters in deepspeed.runtime.zero.partition_parameters, 0.19.8.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from torch import nn

from . import comm
from .zero_parameter import ZeroParamStatus, is_zero_param


class GatheredParameters:
    """A context in which ``params`` are whole on every rank; all ranks have to enter it.

    With ``modifier_rank`` that rank's changes are broadcast and kept; without, changes are lost. Parameters that were
    whole before stay so.
    """

    def __init__(self, params: Any, modifier_rank: int | None = None, enabled: bool = True) -> None:
        listed: Iterable[Any] = [params] if isinstance(params, nn.Parameter) else list(params)
        by_id = {param.ds_id: param for param in listed if is_zero_param(param)}
        self.params = [by_id[key] for key in sorted(by_id)] if enabled else []
        self.modifier_rank = modifier_rank

    def __enter__(self) -> GatheredParameters:
        self.gathered_here = {each.ds_id for each in self.params if each.ds_status is ZeroParamStatus.NOT_AVAILABLE}
        if self.params:
            self.params[0].all_gather(self.params)
        return self

    def __exit__(self, *exception: object) -> None:
        for param in self.params:
            here = param.ds_id in self.gathered_here
            if self.modifier_rank is not None and exception[0] is None:
                comm.broadcast(param.data, self.modifier_rank, "modified parameters")
                active, param.ds_active_sub_modules = param.ds_active_sub_modules, set()
                param.partition(has_been_updated=True)
                param.ds_active_sub_modules = active
                if not here:
                    param.all_gather()
            elif here and not param.ds_active_sub_modules:
                param.partition()
