"""One thread: with two a busy machine is slower than with one."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch = pytest.importorskip("torch", reason="the reproduction needs torch (extra: reproductions)")
    torch.set_num_threads(1)
