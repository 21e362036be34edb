"""Where reading begins: on graphs written by hand, and on the miniatures' own."""

from __future__ import annotations

from navigator.callgraph import Role, Symbol, SymbolKind
from navigator.callgraph.entry_points import entry_points


def symbol(name: str, kind: SymbolKind = SymbolKind.FUNCTION, role: Role = Role.SOURCE) -> Symbol:
    return Symbol(f"root:{name}", name, kind, "root", "app.py", 1, 2, role)


def names(symbols: list[Symbol], calls: list[tuple[str, str]]) -> list[str]:
    numbers = {each.name: number for number, each in enumerate(symbols)}
    found = entry_points(dict(enumerate(symbols)), [(numbers[one], numbers[other]) for one, other in calls])
    return [symbols[number].name for number in found]


def test_what_nobody_calls_and_reaches_most_comes_first() -> None:
    symbols = [symbol(name) for name in ("app.main", "app.load", "app.parse", "app.other", "app._private", "app.leaf")]
    calls = [
        ("app.main", "app.load"),
        ("app.load", "app.parse"),
        ("app.other", "app.leaf"),
        ("app._private", "app.main"),
    ]
    # A private caller makes main no beginning; without it, main is.
    assert names(symbols, calls) == ["app.other"]
    assert names(symbols, calls[:3]) == ["app.main", "app.other"]


def test_modules_tests_and_own_closures_do_not_count_as_callers() -> None:
    symbols = [
        symbol("app.run"),
        symbol("app.step"),
        symbol("app.run.again"),
        symbol("app", SymbolKind.MODULE),
        symbol("tests.test_run", role=Role.TEST),
    ]
    calls = [("app", "app.run"), ("tests.test_run", "app.run"), ("app.run", "app.run.again"), ("app.run", "app.step")]
    calls += [("app.run.again", "app.run")]
    assert names(symbols, calls) == ["app.run"]


def test_a_ring_of_calls_begins_somewhere() -> None:
    symbols = [symbol("a.one"), symbol("a.two"), symbol("a.three")]
    assert names(symbols, [("a.one", "a.two"), ("a.two", "a.one"), ("a.two", "a.three")])[0] in ("a.one", "a.two")


def test_nothing_that_calls_gives_nothing() -> None:
    assert names([symbol("a.one")], []) == []
