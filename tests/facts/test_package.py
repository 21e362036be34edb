"""The package's own face: languages, encoding, version, light imports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from navigator import facts
from navigator.facts import version
from navigator.facts.listing import listing


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("a.py", "python"),
        ("a/b.pyi", "python"),
        ("a/b.PYW", "python"),
        ("a.pyc", None),
        ("py", None),
        (".py", None),
        ("a/.py", None),
        ("a.py/b", None),
        ("Makefile", None),
        ("a.tar.gz", None),
    ],
)
def test_languages(path: str, language: str | None) -> None:
    assert facts.language_of(path) == language


def test_an_unknown_language_is_told() -> None:
    with pytest.raises(ValueError, match="no front end reads 'cobol'"):
        facts.extract(b"", "cobol")


def test_facts_survive_encoding() -> None:
    made = facts.extract(b"def f(a: 'B' = 1): return a.b(*a, k=[x for x in a])\nx: int = f(2)\n", "python")
    encoded = facts.encode(made)
    assert facts.decode(encoded) == made
    assert facts.encode(facts.decode(encoded)) == encoded
    with pytest.raises(msgspec.DecodeError):
        facts.decode(encoded[:-1])


def test_the_version_follows_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    assert version.front_end_version() == facts.VERSION
    assert len(facts.VERSION) == 16
    version.front_end_version.cache_clear()
    changed = [("a.py", b"x = 1")]
    monkeypatch.setattr(version, "_sources", lambda *_: changed)
    first = version.front_end_version()
    version.front_end_version.cache_clear()
    changed[0] = ("a.py", b"x = 2")
    assert version.front_end_version() != first
    version.front_end_version.cache_clear()
    monkeypatch.undo()
    assert version.front_end_version() == facts.VERSION


def test_importing_loads_no_parser() -> None:
    code = (
        "import sys, navigator.facts as facts; facts.language_of('a.py'); facts.VERSION\n"
        "heavy = {'tree_sitter', 'tree_sitter_python', 'email', 'importlib.metadata'}\n"
        "print(sorted(heavy & set(sys.modules))); facts.extract(b'', 'python'); print('tree_sitter' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["[]", "True"]


def test_the_version_follows_the_grammar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "grammar"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "_binding.so").write_text("12")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert version._installed("grammar") == "grammar [2]"
    (tmp_path / "grammar-1.2.dist-info").mkdir()
    assert version._installed("grammar") == "grammar-1.2.dist-info"
    assert version._installed("no_such_grammar") == "no_such_grammar"


def test_unknown_attributes_are_errors() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        facts.nothing  # type: ignore[attr-defined]  # noqa: B018


def test_a_listing_shows_every_instruction() -> None:
    source = """\
from m import *
import a
__all__ = ["f"]
@a.d
async def f(x: int = 1, *y, **z) -> str:
    global g
    g = [x, *y][1:]
    x[0], (b, *c) = y
    del x.y, x[0]
    async with x as w: await w
    try:
        yield f"{x}a"
    except E as e:
        raise e
    if x is None: x = -1 + 2
    match x:
        case C(p): pass
    return lambda: (yield from x)
class C(a.B, metaclass=M):
    n: int
    def m(self): return super().m(*self, **self)
x = (
"""
    shown = listing(facts.extract(source.encode(), "python"))
    for word in (
        "module <module>() line 1",
        "from m import *",
        "import a (top)",
        "exports: f",
        "decorate",
        "async function f(x",
        ": int = ",
        "-> str",
        "[1:]",
        "= unpack",
        "del ",
        "async enter",
        "= await",
        "= yield ",
        "yield from",
        "= format ",
        "catch ",
        "raise ",
        "where not none",
        "match argument 0",
        "closure f.<lambda:18>",
        "= class C(",
        "metaclass=",
        "super C of self",
        "problem 22: syntax error near 'x = ('",
    ):
        assert word in shown, word
    assert "(target=" not in shown
