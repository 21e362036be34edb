"""The tree of visits: whatever is done to it, it stays a tree, and back leads where one came from."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from navigator.tui.history import Bookmark, History, Session, Sessions
from navigator.tui.history.tree import MOST_VISITS

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("go"), st.sampled_from("abcd")),
        st.tuples(st.sampled_from(["back", "forward"]), st.just("")),
        st.tuples(st.just("jump"), st.integers(0, 50).map(str)),
    ),
    max_size=60,
)


def done(history: History, steps: list[tuple[str, str]]) -> None:
    for what, which in steps:
        if what == "go":
            history.go(which)
        elif what == "jump":
            if history.visits:
                history.jump(int(which) % len(history.visits))
        else:
            getattr(history, what)()


@given(STEPS)
def test_it_stays_a_tree(steps: list[tuple[str, str]]) -> None:
    history = History()
    done(history, steps)
    assert history.sound()
    assert sorted(number for _, number in history.walk()) == list(range(len(history.visits)))
    assert msgspec.json.decode(msgspec.json.encode(history), type=History) == history


@given(STEPS, st.sampled_from("xyz"))
def test_back_undoes_going_and_forward_does_it_again(steps: list[tuple[str, str]], symbol: str) -> None:
    history = History()
    done(history, [("go", "a"), *steps])
    before, visits = history.current, len(history.visits)
    history.go(symbol)
    assert history.current == symbol
    assert history.back() == before
    assert history.forward() == symbol
    assert len(history.visits) == visits + 1


def test_going_where_one_has_been_from_here_makes_no_second_branch() -> None:
    history = History()
    done(history, [("go", "a"), ("go", "b"), ("back", ""), ("go", "c"), ("back", ""), ("go", "b")])
    assert [visit.symbol for visit in history.visits] == ["a", "b", "c"]
    assert history.after(0) == [1, 2]


def test_the_oldest_visits_are_forgotten() -> None:
    history = History()
    for number in range(MOST_VISITS + 40):
        history.go(str(number))
    assert len(history.visits) == MOST_VISITS
    assert history.sound() and history.current == str(MOST_VISITS + 39)


def test_markdown_has_notes_branches_and_names() -> None:
    history = History()
    done(history, [("go", "r:a"), ("go", "r:b"), ("back", ""), ("go", "r:c")])
    history.visits[1].name = "dead end"
    text = Session(history=history, bookmarks=[Bookmark("r:a", "r:b", "the call")]).as_markdown("w")
    assert "* `r:a` → `r:b`: the call" in text
    assert "  * `r:b` (dead end)" in text and "  * `r:c` ← here" in text


@pytest.mark.parametrize(
    "data", [b"", b"{", b'{"version": 99}', b"[]", b'{"history": {"visits": [{"symbol": "a", "before": 7}]}}']
)
def test_a_damaged_file_is_set_aside(tmp_path: Path, data: bytes) -> None:
    sessions = Sessions(tmp_path)
    (tmp_path / "w.json").write_bytes(data)
    assert sessions.load("w") == Session()
    assert "set aside" in sessions.message
    assert (tmp_path / "w.damaged").read_bytes() == data
    assert sessions.load("w") == Session() and sessions.message == ""


def test_names_of_workspaces_are_no_paths(tmp_path: Path) -> None:
    sessions = Sessions(tmp_path / "sessions")
    sessions.save("../../etc/w", Session(path_start="x"))
    assert sessions.load("../../etc/w").path_start == "x"
    assert [file.parent for file in tmp_path.rglob("*.json")] == [tmp_path / "sessions"]
