from __future__ import annotations

import pytest

from navigator.callgraph import Role
from navigator.sources.roles import role_of


@pytest.mark.parametrize(
    "path",
    [
        "tests/x.py",
        "pkg/test/x.py",
        "pkg/unit_tests/data/x.py",
        "test_x.py",
        "pkg/x_test.py",
        "pkg/conftest.py",
        "pkg/tests.py",
        "src/Shape.test.ts",
        "src/__tests__/Shape.tsx",
        "src/shape-spec.js",
        "tests/vendor/x.py",
    ],
)
def test_tests(path: str) -> None:
    assert role_of(path) is Role.TEST


@pytest.mark.parametrize(
    "path",
    [
        "pip/_vendor/rich/x.py",
        "third_party/tests/x.py",
        "a/third-party/x.py",
        "3rdparty/x.py",
        "node_modules/konva/index.js",
        "a/extern/x.py",
        "externals/x.py",
    ],
)
def test_vendored(path: str) -> None:
    assert role_of(path) is Role.VENDORED


@pytest.mark.parametrize(
    "path", ["pkg/testing/x.py", "pkg/latest/x.py", "contest/x.py", "pkg/vendors_api.py", "attest.py", "internal/x.py"]
)
def test_source(path: str) -> None:
    assert role_of(path) is Role.SOURCE


def test_a_folder_with_another_distributions_metadata_is_vendored() -> None:
    assert role_of("pkg/bundle/six.py", {"pkg/bundle"}) is Role.VENDORED
    assert role_of("pkg/bundle/deep/six.py", {"pkg/bundle"}) is Role.VENDORED
    assert role_of("pkg/six.py", {"pkg/bundle"}) is Role.SOURCE
