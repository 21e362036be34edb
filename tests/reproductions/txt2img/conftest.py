"""The trained model, and one thread: with two a busy machine is slower than with one."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch = pytest.importorskip("torch", reason="the reproduction needs torch (extra: reproductions)")
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def trained() -> Any:
    pytest.importorskip("torch", reason="the reproduction needs torch (extra: reproductions)")
    pytest.importorskip("safetensors", reason="the weights are in safetensors")
    from reproductions.txt2img import weights

    return weights.load_model()
