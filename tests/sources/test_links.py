from __future__ import annotations

import pytest

from navigator.sources import Limits, RefusedError
from navigator.sources.links import resolved
from navigator.sources.selection import Selection


def _resolved(files: str, links: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    aliases, faults = resolved({path: path for path in files.split()}, links, Selection([".py"]))
    return aliases, {fault.path: fault.message for fault in faults}


def test_links_to_files_and_folders() -> None:
    aliases, faults = _resolved(
        "a/x.py a/y.py c.py", {"b": "a", "d/e.py": "../c.py", "f": "b", "a/z.py": "./x.py", "g.py": "d/e.py"}
    )
    assert aliases == {
        "b/x.py": "a/x.py",
        "b/y.py": "a/y.py",
        "b/z.py": "a/x.py",
        "f/x.py": "a/x.py",
        "f/y.py": "a/y.py",
        "f/z.py": "a/x.py",
        "d/e.py": "c.py",
        "g.py": "c.py",
        "a/z.py": "a/x.py",
    }
    assert not faults


def test_a_parent_is_that_of_the_real_folder() -> None:
    aliases, _ = _resolved("deep/real/x.py deep/y.py", {"short": "deep/real", "up.py": "short/../y.py"})
    assert aliases["up.py"] == "deep/y.py"


@pytest.mark.parametrize(
    ("links", "message"),
    [
        ({"x.py": "../x.py"}, "leaves"),
        ({"x.py": "/etc/x.py"}, "leaves"),
        ({"x": "a/../../b"}, "leaves"),
        ({"x.py": "y.py", "y.py": "x.py"}, "circle"),
        ({"x.py": "x.py"}, "circle"),
        ({"x": "."}, "circle"),
        ({"a/x": ".."}, "circle"),
        ({"a/x": "../a"}, "circle"),
        ({"x.py": "gone.py"}, "not part of the source"),
    ],
)
def test_links_that_stand_for_nothing(links: dict[str, str], message: str) -> None:
    aliases, faults = _resolved("a/b.py", links)
    assert not aliases
    assert all(message in fault for fault in faults.values())
    assert set(faults) == set(links)


def test_links_that_could_not_matter_are_passed_over() -> None:
    assert _resolved("a.py", {"big.bin": "../store/1", "README.txt": "gone"}) == ({}, {})


def test_a_linked_folder_is_followed_once() -> None:
    aliases, faults = _resolved("a/x.py b/y.py", {"a/b": "../b", "l": "a"})
    assert aliases == {"a/b/y.py": "b/y.py", "l/x.py": "a/x.py"}
    assert "l/b" in faults


def test_a_farm_of_links_does_not_explode() -> None:
    files = {f"real/{number}.py": number for number in range(100)}
    links = {f"link{number}": "real" for number in range(200)}
    with pytest.raises(RefusedError, match="multiply"):
        resolved(files, links, Selection([".py"], limits=Limits(files=5000)))
