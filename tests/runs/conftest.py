from __future__ import annotations

from pathlib import Path

import pytest

from navigator.runs import Reproduction, find_reproduction
from tests.runs.folders import lay_count


@pytest.fixture
def count(own_home: Path) -> Reproduction:
    """The counting reproduction, laid among the user's own."""
    lay_count(own_home)
    return find_reproduction("count")
