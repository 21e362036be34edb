"""The real torchvision: its Python runs on any torch once the two C++ operators that it names are declared."""

from __future__ import annotations

import importlib
import importlib.util
import warnings
from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="session")
def real() -> Iterator[Any]:
    """The module torchvision.models.resnet."""
    if importlib.util.find_spec("torchvision") is None:
        pytest.skip("torchvision is not installed: pip install --no-deps torchvision==0.28.0 pillow")
    import torch

    library = torch.library.Library("torchvision", "DEF")
    for operator in ("nms", "qnms"):
        if not hasattr(torch.ops.torchvision, operator):
            library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    with warnings.catch_warnings():
        # That its C++ operators do not load is known, and no matter here.
        warnings.simplefilter("ignore")
        module = importlib.import_module("torchvision.models.resnet")
    yield module
    del library


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch = pytest.importorskip("torch", reason="the reproduction needs torch (extra: reproductions)")
    torch.set_num_threads(1)
