from __future__ import annotations

import pytest

from navigator.sources import SpecError
from navigator.sources.selection import Selection


def _wanted(paths: str, include: tuple[str, ...] = (), exclude: tuple[str, ...] = ()) -> list[str]:
    selection = Selection([".py"], include, exclude)
    return [path for path in paths.split() if selection.wants(path)]


def test_globs_reach_what_lies_below() -> None:
    paths = "setup.py pkg/a.py pkg/sub/b.py docs/conf.py pkg/data.txt"
    assert _wanted(paths) == ["setup.py", "pkg/a.py", "pkg/sub/b.py", "docs/conf.py"]
    assert _wanted(paths, include=("pkg",)) == ["pkg/a.py", "pkg/sub/b.py"]
    assert _wanted(paths, include=("pkg/",), exclude=("sub/",)) == ["pkg/a.py"]
    assert _wanted(paths, exclude=("/*.py", "docs/**")) == ["pkg/a.py", "pkg/sub/b.py"]
    assert _wanted(paths, include=("b.py", "conf.*")) == ["pkg/sub/b.py", "docs/conf.py"]
    assert _wanted(paths, include=("pkg/*.py",)) == ["pkg/a.py"]


@pytest.mark.parametrize("glob", ["", "  ", "!a", "#a", "../a", "a/../b", "[ab", "a\0", "/", "a\\", "a\nb"])
@pytest.mark.parametrize("option", ["include", "exclude"])
def test_what_is_no_glob_is_told(glob: str, option: str) -> None:
    with pytest.raises(SpecError, match=f"^{option} glob .* is not valid: "):
        Selection([".py"], **{option: [glob]})


def test_suffixes_are_needed() -> None:
    for suffixes in ([], ".py", [""]):
        with pytest.raises(SpecError, match="suffix"):
            Selection(suffixes)
