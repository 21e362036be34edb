"""Commits with which something came and went: against asking at every commit."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from navigator.workspaces.transitions import Transition, transitions

Parents = dict[str, list[str]]


@st.composite
def histories(draw: st.DrawFn) -> Parents:
    """Commits after their parents, with merges and several first ones."""
    parents: Parents = {}
    for number in range(draw(st.integers(1, 14))):
        earlier = [*parents]
        count = draw(st.integers(0 if number == 0 or draw(st.booleans()) else 1, min(2, number)))
        parents[f"c{number}"] = draw(st.permutations(earlier))[:count]
    return parents


def every(parents: Parents, holds: dict[str, bool]) -> list[Transition]:
    """The definition itself."""
    found = []
    for commit, of in parents.items():
        before = [holds[parent] for parent in of]
        if holds[commit] and not any(before):
            found.append(Transition(commit, True))
        elif not holds[commit] and before and all(before):
            found.append(Transition(commit, False))
    return found


@given(histories(), st.data())
@settings(max_examples=200)
def test_where_the_state_decides_it_is_exact(parents: Parents, data: st.DataObject) -> None:
    state = {commit: data.draw(st.sampled_from([None, "a", "b", "c"])) for commit in parents}
    table = {"a": True, "b": False, "c": True}
    holds = {commit: table[each] if (each := state[commit]) is not None else False for commit in parents}
    assert transitions(parents, state, holds.__getitem__) == every(parents, holds)


@given(st.integers(1, 400), st.data())
@settings(max_examples=100)
def test_a_change_within_one_state_is_bisected(length: int, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, length - 1))
    parents = {f"c{n}": [f"c{n - 1}"] if n else [] for n in range(length)}
    asked: list[str] = []

    def holds(commit: str) -> bool:
        asked.append(commit)
        return int(commit[1:]) >= at

    assert transitions(parents, dict.fromkeys(parents, "same"), holds) == [Transition(f"c{at}", True)]
    assert len(asked) == len(set(asked)) <= length.bit_length() + 2


@given(histories(), st.data())
@settings(max_examples=200)
def test_what_is_told_is_true(parents: Parents, data: st.DataObject) -> None:
    """Whatever the states hide, a change that is told of is one."""
    holds = {commit: data.draw(st.booleans()) for commit in parents}
    asked: set[str] = set()

    def ask(commit: str) -> bool:
        asked.add(commit)
        return holds[commit]

    for each in transitions(parents, dict.fromkeys(parents, "same"), ask):
        if each.commit in asked and asked >= set(parents[each.commit]):
            assert each in every(parents, holds)


def test_a_change_in_a_merged_branch_is_found_there() -> None:
    parents = {"a": [], "m1": ["a"], "m2": ["m1"], "b1": ["a"], "b2": ["b1"], "merge": ["m2", "b2"], "end": ["merge"]}
    has = {"b2", "merge", "end"}
    found = transitions(parents, dict.fromkeys(parents, "same"), has.__contains__)
    assert found == [Transition("b2", True)]
