"""``.gitignore`` compared with git itself, over random trees and rules."""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from navigator.sources.names import unprintable
from navigator.sources.wildmatch import parse_rules

_NAMES = ["a", "b", "ab", "foo", "foo.py", "x.py", "[a]", "a b", "a ", "#c", "!d", "a*b", "doc", "é", "a\\b", "-"]
_PARTS = [
    *["a", "b", "ab", "foo", "*.py", "f?o", "*", "**", "[ab]", "[!a]", "[a-f]oo", "a\\ ", "\\#c", "\\!d", "a*", "*b"],
    *["doc", "\\[a\\]", "[[]a]", "a\\*b", "fo[o", "[]a]", "[^a]", "a**", "**b", "***", "[[:alpha:]]", "[[:bogus:]]"],
    *["[[:alpha:]-z]", "[a-]", "[-a]", "[b-a]", "é", "?", "??", "[é]", "a\\\\b", "a\\", "[\\]a]", "[a\\", "!d", "#c"],
    *["*a*b", "*.*", "[!-~]", "[[:a]", "[", "**\\"],
]
_LINES = ["", "!", "/", "//", "!/", " ", "**", "/**", "**/", "*/", "a\r", "\\"]


def _line(chance: random.Random) -> str:
    if chance.random() < 0.03:
        return chance.choice(_LINES)
    parts = ["".join(chance.choices(_PARTS, k=chance.choice([1, 1, 1, 2]))) for _ in range(chance.choice([1, 1, 2, 3]))]
    line = "!" * (chance.random() < 0.3) + "/" * (chance.random() < 0.3) + "/".join(parts)
    line += "/" * (chance.random() < 0.3)
    return line + chance.choice(["  ", "\\ ", " \\ ", "\t", "\r"]) * (chance.random() < 0.1)


def _plant(top: Path, chance: random.Random) -> None:
    for _ in range(40):
        place = top.joinpath(*chance.choices(_NAMES, k=chance.randint(1, 4)))
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.touch()
        except OSError:
            continue
    folders = [Path(place) for place, _, _ in os.walk(top) if ".git" not in Path(place).parts]
    for folder in [top, *chance.sample(folders, min(3, len(folders)))]:
        lines = [_line(chance) for _ in range(chance.randint(1, 6))]
        (folder / ".gitignore").write_text("\n".join(lines) + chance.choice(["", "\n"]), newline="")


def _agrees(top: Path, take: Callable, seed: int) -> None:
    chance = random.Random(seed)
    subprocess.run(["git", "init", "--quiet", top], check=True)
    _plant(top, chance)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--others", "--exclude-standard"], cwd=top, check=True, capture_output=True
    ).stdout
    expected = {path.decode() for path in listed.split(b"\0") if path}
    ours = {unprintable(entry.path) for entry in take(top, suffixes=_ALL).entries}
    rules = {str(file.relative_to(top)): file.read_bytes() for file in top.rglob(".gitignore")}
    assert ours == expected, (seed, rules)


_ALL = tuple({name[-1] for name in _NAMES} | {"e"})
"""Endings of every name there is."""


def test_random_trees_look_as_git_sees_them(empty_folder: Callable[[str], Path], take: Callable) -> None:
    for seed in range(12):
        _agrees(empty_folder("tree"), take, seed)


@pytest.mark.long
def test_many_random_trees_look_as_git_sees_them(empty_folder: Callable[[str], Path], take: Callable) -> None:
    for seed in range(100, 1100):
        _agrees(empty_folder("tree"), take, seed)


@pytest.mark.parametrize(
    ("rules", "ignored", "kept"),
    [
        ("*.py\n!keep.py\n", ["a.py", "d/b.py"], ["keep.py", "d/keep.py"]),
        ("/a.py\n", ["a.py"], ["d/a.py"]),
        ("d/*\n!d/keep.py\n", ["d/a.py"], ["d/keep.py"]),
        ("d/**/x.py\n", ["d/x.py", "d/e/f/x.py"], ["x.py"]),
        ("*.pyc\r\n__x__/\r\n", ["__x__"], ["a.py"]),
        ("\\#a.py\n#b.py\n", ["#a.py"], ["#b.py"]),
        ("a\\ \nb  \n", ["a ", "b"], ["a", "b "]),
        ("\ufeff*.py", ["a.py"], ["b.txt"]),
    ],
)
def test_rules(rules: str, ignored: list[str], kept: list[str]) -> None:
    parsed = parse_rules(rules.encode())
    assert all(parsed.verdict(path.encode(), True) for path in ignored)
    assert not any(parsed.verdict(path.encode(), False) for path in kept)


def test_hostile_patterns_cost_no_more_than_others() -> None:
    rules = parse_rules(b"*a*a*a*a*a*a*a*a*a*a*a*a*b\n**/a/**/a/**/a/**/a/**/a/**/b\n" + b" " * 20_000 + b"x\n")
    start = time.process_time()
    assert rules.verdict(b"a" * 250, False) is None
    assert rules.verdict(b"/".join([b"a"] * 1000), False) is None
    assert time.process_time() - start < 1
