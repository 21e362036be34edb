"""Definitions, call sites and scopes are those of ``ast`` and ``symtable`` on real code."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from navigator.facts import extract
from navigator.facts.python.front import scopes_of
from navigator.facts.python.source import decoded
from tests.facts import corpus, oracle

SHARES = 8
"""In how many tests the long comparison is cut, so that processes share it."""
SIZE = 40_000_000
"""How many bytes of installed packages it reads beside the standard library."""
TOO_NEW = pytest.mark.skipif(sys.version_info >= (3, 13), reason="symtable tells about annotations in another way")
GRAMMAR = {
    # A line to the left of its block inside brackets, which the grammar takes for the block's end.
    "test_compile.py",
    # ``from __future__ import *``, which ``ast`` accepts and the compiler does not.
    "badsyntax_future8.py",
    # Deeper than what is read, on purpose.
    "test_exceptions.py",
}


def in_shares(test: Callable[[int], None]) -> Callable[[int], None]:
    """A long comparison, once for each share of the files."""
    return pytest.mark.long(pytest.mark.parametrize("share", range(SHARES))(test))


def differences(file: Path) -> list[str]:
    """What the facts of a file say otherwise than the standard library; empty for files that it rejects."""
    source = file.read_bytes()
    tree = oracle.parsed(source)
    if tree is None or file.name in GRAMMAR:
        return []
    text, _ = decoded(source)
    facts = extract(source, "python")
    found = [f"{problem.line}: {problem.message}" for problem in facts.problems]
    definitions, untrusted = oracle.definitions_of_ast(tree, text)
    found += compare("definition", definitions, oracle.definitions_of_facts(facts), untrusted)
    calls, untrusted_calls = oracle.calls_of_ast(tree, text)
    found += compare("call", calls, oracle.calls_of_facts(facts), untrusted_calls)
    return [f"{file}: {one}" for one in found]


def compare(what: str, expected: Counter, found: Counter, untrusted: int) -> list[str]:  # type: ignore[type-arg]
    """Rows on one side only; ``untrusted`` is how many more the facts have at positions that cannot be compared."""
    missing = expected - found
    extra = found - expected
    if not missing and sum(extra.values()) == untrusted:
        return []
    return [f"{what} missing {row}" for row in missing] + [f"{what} extra {row}" for row in extra]


def scope_differences(file: Path) -> list[str]:
    """What the scopes of a file say otherwise than ``symtable``."""
    source = file.read_bytes()
    if oracle.parsed(source) is None or file.name in GRAMMAR:
        return []
    text, _ = decoded(source)
    try:
        expected = oracle.scopes_of_symtable(text)
    except SyntaxError:
        return []
    found = oracle.scopes_of_facts(scopes_of(source))
    return [
        f"{file}: {side} {row}"
        for side, rows in (("missing", expected - found), ("extra", found - expected))
        for row in rows
    ]


def test_a_sample_of_real_files() -> None:
    files = corpus.sample(150)
    assert len(files) == 150
    assert [one for file in files for one in differences(file)] == []


@TOO_NEW
def test_scopes_of_a_sample_of_real_files() -> None:
    assert [one for file in corpus.sample(150) for one in scope_differences(file)] == []


@in_shares
def test_many_files(share: int) -> None:
    files = corpus.share(share, SHARES, SIZE)
    assert len(files) > 200
    assert [one for file in files for one in differences(file)] == []


@in_shares
@TOO_NEW
def test_scopes_of_many_files(share: int) -> None:
    assert [one for file in corpus.share(share, SHARES, SIZE) for one in scope_differences(file)] == []


SOURCES = {
    "calls that start with a star": """\
x = [*f(a).g(b), *h(1)[2](3)]
f(*g(1) or h(2))
{*f(1)}
print(*f(1))
""",
    "type as a name": """\
type(a).b = 1
type(a)[f(1)] = 2
type(a, (b(1),), {}).c = 3
type[a].b = f(4)
""",
    "parenthesised callees": """\
(f)(1)
((f)(1))(2)
(lambda: f(1))()
""",
    "decorators": """\
@f(1)
@(lambda x: x)
@a[b(2)]
def g(a=h(3)): pass
@k(4)
class A(b(5), c=d(6)): pass
""",
    "comprehensions": """\
[f(x) for x in g(1) if h(x) for y in k(x)]
{f(1): g(2) for a in h(3)}
(f(i) for i in j(k(1)))
""",
    "with in brackets": """\
with (f(1) as a, g(2)): h(3)
with (f(1)): pass
with (f(1), g(2)) as b: pass
""",
    "match": """\
match f(1), g(2):
    case [a, b] if h(3): k(4)
    case _: m(5)
""",
    "semicolons": """\
def f(): g(1); h(2);
class A: x = f(1);
""",
    "conditional lambda": """\
f(lambda: g(1) if a else h(2), b)
""",
    "await": """\
async def f():
    await g(1) ** h(2)
    return await (k(3))
""",
    "print and exec": """\
print(f(1), file=g(2))
exec(f(1), g(2))
print
print (f(1))
x = print if a else print(2)
""",
    "annotations": """\
def f(a: g(1) = h(2), *b: k(3)) -> m(4): pass
x: f(5) = g(6)
a.b: f(7)
""",
    "global at a depth": """\
def f():
    if a:
        while b:
            global x
            x = 1
def g(): return x
""",
    "nonlocal": """\
def f():
    x = 1
    def g():
        def h():
            nonlocal x
            x += 1
        return h
""",
    "class scopes": """\
x = 1
class A:
    x = 2
    def f(self): return x
    y = [x for _ in x]
    z = lambda: x
""",
    "walrus": """\
def f():
    [y := x for x in a]
    return y
if (z := 1): pass
""",
    "super": """\
class A:
    def f(self): super().f()
    def g(self): return lambda: super(A, self)
""",
    "private names": """\
class A:
    def f(self, __x):
        __y = __x
        def __g(): return __y
""",
    "except": """\
try: pass
except E as e: pass
def f():
    try: pass
    except (A, B) as g: h(g)
""",
    "imports": """\
import a.b, c as d
from . import e, f as g
def h():
    import i.j
    from k import l
    return i, l
""",
    "deletions": """\
def f():
    x = 1
    del x, y[z]
""",
    "star targets": """\
a, *b = c
for d, (e, *f) in g: pass
with h as (i, *j): pass
""",
    "a declaration that binds nothing": """\
def f():
    (x): int
    y: int
    return x, y
""",
    "captures": """\
def f(a):
    match a:
        case {'k': b, **c}: pass
        case D(e, f=g) | [e, *g]: pass
        case h.i as j: pass
""",
}


@pytest.mark.parametrize("name", SOURCES)
def test_constructs(name: str, tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text(SOURCES[name])
    try:
        ast.parse(SOURCES[name])
    except SyntaxError:
        pytest.skip("this interpreter does not know the syntax")
    assert differences(file) == []
    if sys.version_info < (3, 13):
        assert scope_differences(file) == []
