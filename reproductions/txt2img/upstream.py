"""The real k-diffusion and ldm, where they are installed: what the reproduction is compared with.

Both packages import far more than their samplers and models: Lightning, data sets, torchvision's C++ operators. What of
that never runs here is put in their way as empty modules before they are imported.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import importlib.util
import io
import sys
import types
import warnings
from typing import Any, NamedTuple

import torch

_kept: list[Any] = []
"""Operators stay declared as long as the library that declares them lives."""


class NotInstalled(Exception):
    """The real thing is not there; the text says how to get it."""


class KDiffusion(NamedTuple):
    sampling: Any
    external: Any


class Ldm(NamedTuple):
    autoencoder: Any
    ddpm: Any
    openaimodel: Any
    attention: Any
    util: Any


def _declare_torchvision_operators() -> None:
    """torchvision's Python imports under any torch once the two operators that it names are declared."""
    library = torch.library.Library("torchvision", "FRAGMENT")
    for name in ("nms", "qnms"):
        if not hasattr(torch.ops.torchvision, name):
            library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _kept.append(library)


def _require(name: str, how: str) -> None:
    if name not in sys.modules and importlib.util.find_spec(name) is None:
        raise NotInstalled(f"{name} is not installed: pip install {how}")


@functools.cache
def k_diffusion() -> KDiffusion:
    """``k_diffusion.sampling`` and ``k_diffusion.external``. Raises NotInstalled."""
    _require("k_diffusion", "--no-deps k-diffusion==0.1.1.post1 torchdiffeq torchsde trampoline torchvision==0.28.0")
    for name in ("torchsde", "torchdiffeq", "torchvision", "scipy", "tqdm"):
        _require(name, name)
    found = importlib.util.find_spec("k_diffusion")
    assert found is not None and found.submodule_search_locations is not None
    package = types.ModuleType("k_diffusion")
    package.__path__ = list(found.submodule_search_locations)
    sys.modules["k_diffusion"] = package
    _declare_torchvision_operators()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return KDiffusion(*(importlib.import_module(f"k_diffusion.{name}") for name in ("sampling", "external")))


@functools.cache
def ldm() -> Ldm:
    """The modules of ldm that have a counterpart here. Raises NotInstalled."""
    _require("ldm", "--no-deps stable-diffusion-sdkit==2.1.5, and einops, omegaconf, torchvision==0.28.0")
    for name in ("einops", "omegaconf", "torchvision", "tqdm"):
        _require(name, name)
    _declare_torchvision_operators()
    lightning = types.ModuleType("pytorch_lightning")
    lightning.LightningModule = _LightningModule  # type: ignore[attr-defined]
    rank = types.ModuleType("pytorch_lightning.utilities.rank_zero")
    rank.rank_zero_only = lambda function: function  # type: ignore[attr-defined]
    distributed = types.ModuleType("pytorch_lightning.utilities.distributed")
    distributed.rank_zero_only = rank.rank_zero_only  # type: ignore[attr-defined]
    stubs = {
        "pytorch_lightning": lightning,
        "pytorch_lightning.utilities": types.ModuleType("pytorch_lightning.utilities"),
        "pytorch_lightning.utilities.rank_zero": rank,
        "pytorch_lightning.utilities.distributed": distributed,
    }
    for name, module in stubs.items():
        sys.modules.setdefault(name, module)
    places = ("models.autoencoder", "models.diffusion.ddpm", "modules.diffusionmodules.openaimodel")
    further = ("modules.attention", "modules.diffusionmodules.util")
    # One module says on standard output that it does without xformers.
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        return Ldm(*(importlib.import_module(f"ldm.{name}") for name in (*places, *further)))


class _LightningModule(torch.nn.Module):
    """What ldm uses of ``pytorch_lightning.LightningModule``."""

    global_step = 0

    @property
    def device(self) -> torch.device:
        return next(iter((*self.parameters(), *self.buffers(), torch.zeros(())))).device

    def log(self, *_: Any, **__: Any) -> None:
        """Nobody listens."""

    def log_dict(self, *_: Any, **__: Any) -> None:
        """Nobody listens."""
