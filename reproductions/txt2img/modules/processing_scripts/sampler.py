"""Steps, sampler and scheduler of a request; mirrors ``modules.processing_scripts.sampler`` of webui 1.10.1."""

from __future__ import annotations

from typing import Any

from .. import scripts


class ScriptSampler(scripts.Script):
    count_args = 3

    def title(self) -> str:
        return "Sampler"

    def setup(self, p: Any, *args: Any) -> None:
        p.steps, p.sampler_name, p.scheduler = args
