"""Differences of random graphs: nothing where nothing changed, and applied to the earlier graph they give the later."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from navigator.callgraph import Call, CallKind, Certainty, Role, Symbol, SymbolKind
from navigator.callgraph.diff import Defined, Side, diff, paired

ENDS = st.sampled_from(
    [
        f"r:{name}"
        for module in ("a", "b.c")
        for name in (module, f"{module}.C", f"{module}.C.m", f"{module}.C.n", f"{module}.f", f"{module}.g")
    ]
)
KINDS = {"C": SymbolKind.CLASS, "m": SymbolKind.METHOD, "n": SymbolKind.METHOD}
TEXTS = st.sampled_from(["", "one", "two", "three", "four"])


def defined(identity: str, whole: str = "", own: str = "", parameters: tuple[str, ...] = ()) -> Defined:
    name = identity.partition(":")[2]
    module = "b.c" if name.startswith("b.c") else "a"
    kind = SymbolKind.MODULE if name == module else KINDS.get(name[-1], SymbolKind.FUNCTION)
    symbol = Symbol(identity, name, kind, "r", f"{module}.py", 1, 2, Role.SOURCE)
    return Defined(symbol, module, whole, own, parameters)


def call(caller: str, callee: str) -> Call:
    return Call(caller, callee, "a.py", 1, 0, 1, 3, CallKind.CALL, Certainty.EXACT)


def side(definitions: list[Defined], ends: set[tuple[str, str]]) -> Side:
    known = {each.symbol.id: each for each in definitions}
    return Side(known, {pair: call(*pair) for pair in sorted(ends) if set(pair) <= known.keys()})


SIDES = st.builds(
    side,
    st.lists(st.builds(defined, ENDS, TEXTS, TEXTS), unique_by=lambda each: each.symbol.id),
    st.sets(st.tuples(ENDS, ENDS), max_size=12),
)


@given(SIDES)
@settings(max_examples=100)
def test_a_graph_does_not_differ_from_itself(graph: Side) -> None:
    assert diff(graph, graph) == ()


@given(SIDES, SIDES)
@settings(max_examples=300)
def test_the_earlier_graph_with_all_changes_is_the_later(before: Side, after: Side) -> None:
    modules = diff(before, after)
    pairs = paired(before.defined, after.defined)
    removed = {symbol.id for module in modules for symbol in module.removed}
    added = {symbol.id for module in modules for symbol in module.added}
    assert {pairs.forwards[each] for each in before.defined.keys() - removed} | added == after.defined.keys()
    gone = {(each.caller, each.callee) for module in modules for each in module.calls_removed}
    come = {(each.caller, each.callee) for module in modules for each in module.calls_added}
    kept = {(pairs.now(caller), pairs.now(callee)) for caller, callee in before.calls.keys() - gone}
    assert kept | come == after.calls.keys()
    assert not kept & come


@given(SIDES, SIDES)
@settings(max_examples=300)
def test_definitions_are_paired_one_to_one_and_every_new_id_is_told(before: Side, after: Side) -> None:
    pairs = paired(before.defined, after.defined)
    assert pairs.backwards == {new: old for old, new in pairs.forwards.items()}
    assert all(pairs.forwards[each] == each for each in before.defined.keys() & after.defined.keys())
    told = {
        (each.before.id, each.after.id) for module in diff(before, after) for each in (*module.moved, *module.renamed)
    }
    for old, new in pairs.forwards.items():
        owners = old.rpartition(".")[0], new.rpartition(".")[0]
        with_its_owner = pairs.forwards.get(owners[0]) == owners[1]
        assert old == new or (old, new) in told or with_its_owner


@given(SIDES, SIDES)
@settings(max_examples=100)
def test_the_order_of_definitions_and_calls_does_not_count(before: Side, after: Side) -> None:
    def backwards(graph: Side) -> Side:
        return Side(dict(reversed(graph.defined.items())), dict(reversed(graph.calls.items())))

    assert diff(backwards(before), backwards(after)) == diff(before, after)


def test_what_is_recognised_keeps_its_calls() -> None:
    before = side(
        [defined("r:a"), defined("r:a.C", "class"), defined("r:a.C.m", "", "x"), defined("r:a.f", "f", "f")],
        {("r:a.f", "r:a.C.m")},
    )
    after = side(
        [
            defined("r:a"),
            defined("r:b.c"),
            defined("r:b.c.C", "class"),
            defined("r:b.c.C.m"),
            defined("r:a.g", "f", "f"),
        ],
        {("r:a.g", "r:b.c.C.m")},
    )
    modules = {each.module: each for each in diff(before, after)}
    assert [(each.before.id, each.after.id) for each in modules["b.c"].moved] == [("r:a.C", "r:b.c.C")]
    assert [change.after.id for change in modules["b.c"].changed] == ["r:b.c.C.m"], "its text, not its name"
    assert [(each.before.id, each.after.id) for each in modules["a"].renamed] == [("r:a.f", "r:a.g")]
    assert not any(module.calls_added or module.calls_removed for module in modules.values())


def test_two_of_the_same_content_are_told_apart_by_name_or_not_at_all() -> None:
    before = side([defined("r:a.f", "same"), defined("r:a.g", "same")], set())
    named = side([defined("r:b.c.f", "same"), defined("r:b.c.g", "same")], set())
    assert len(diff(before, named)[0].moved) == 2
    other = side([defined("r:b.c.m", "same"), defined("r:b.c.n", "same")], set())
    unlike = {each.module: each for each in diff(before, other)}
    assert len(unlike["a"].removed) == 2 and len(unlike["b.c"].added) == 2


def test_parameters_that_went_and_came() -> None:
    before = side([defined("r:a.f", "one", "one", ("steps", "seed"))], set())
    after = side([defined("r:a.f", "two", "two", ("request", "seed"))], set())
    ((change,),) = [module.changed for module in diff(before, after)]
    assert (change.parameters_removed, change.parameters_added) == (("steps",), ("request",))
