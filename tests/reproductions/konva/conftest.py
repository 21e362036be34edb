"""The real Konva, and the back ends that paint."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reproductions.konva import backend
from reproductions.konva.oracle import NoOracle, Oracle


@pytest.fixture(scope="module")
def oracle() -> Iterator[Oracle]:
    try:
        with Oracle() as real:
            yield real
    except NoOracle as missing:
        pytest.skip(f"the real Konva cannot run here: {missing}")


@pytest.fixture
def skia() -> Iterator[None]:
    if not backend.has_skia():
        pytest.skip("skia-python is not installed, or the system's libGL or libEGL is missing")
    backend.use("skia")
    yield
    backend.use("auto")


@pytest.fixture
def own_rasteriser() -> Iterator[None]:
    backend.use("numpy")
    yield
    backend.use("auto")
