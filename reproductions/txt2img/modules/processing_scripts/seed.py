"""Seed and variation seed of a request; mirrors ``modules.processing_scripts.seed`` of webui 1.10.1."""

from __future__ import annotations

from typing import Any

from .. import scripts


class ScriptSeed(scripts.Script):
    count_args = 6

    def title(self) -> str:
        return "Seed"

    def setup(self, p: Any, *args: Any) -> None:
        seed, extras, subseed, subseed_strength, resize_from_w, resize_from_h = args
        p.seed = seed
        if extras and subseed_strength > 0:
            p.subseed, p.subseed_strength = subseed, subseed_strength
        if extras and resize_from_w > 0 and resize_from_h > 0:
            p.seed_resize_from_w, p.seed_resize_from_h = resize_from_w, resize_from_h
