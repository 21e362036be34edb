"""What is found while one types, and in which order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from navigator.callgraph import Role, Symbol, SymbolKind
from navigator.tui.search import Names, Query, parsed
from navigator.tui.search.matching import weighed


def names(*given: str, kind: SymbolKind = SymbolKind.FUNCTION, file: str = "m.py") -> Names:
    return Names(Symbol(f"r:{name}", name, kind, "r", file, 1, 2) for name in given)


def found(known: Names, typed: str, **more: object) -> list[str]:
    return [match.symbol.name for match in known.find(parsed(typed), **more)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("pimg", "modules.processing.process_images"),
        ("process_images", "modules.processing.process_images"),
        ("pii", "modules.processing.process_images_inner"),
        ("cfgd", "modules.sd_samplers_cfg_denoiser.CFGDenoiser"),
        ("processing.proc", "modules.processing.process_images"),
        ("PROCESS", "modules.processing.process_images"),
    ],
)
def test_what_comes_first(typed: str, first: str) -> None:
    known = names(
        "modules.processing.process_images_inner",
        "modules.processing.process_images",
        "modules.postprocessing.run_postprocessing",
        "modules.sd_samplers_cfg_denoiser.CFGDenoiser",
        "modules.sd_samplers_cfg_denoiser.CFGDenoiser.forward",
        "modules.images.image_grid",
    )
    assert found(known, typed)[0] == first


@given(
    st.lists(st.text("abcAB_.1", min_size=1, max_size=12), min_size=1, max_size=30, unique=True),
    st.text("abAB1", max_size=4),
)
def test_all_that_hold_the_letters_and_no_others(given: list[str], letters: str) -> None:
    def holds(name: str) -> bool:
        rest = iter(name.lower())
        return all(letter in rest for letter in letters.lower())

    expected = {name for name in given if holds(name)} if letters else set()
    assert set(found(names(*given), letters)) == expected


@given(st.text("abAB_.1", min_size=1, max_size=14), st.data())
def test_the_places_are_those_of_the_letters(name: str, data: st.DataObject) -> None:
    chosen = sorted(data.draw(st.sets(st.integers(0, len(name) - 1), min_size=1)))
    letters = "".join(name[place] for place in chosen)
    _, places = weighed(name, letters)
    assert [name[place].lower() for place in places] == [letter.lower() for letter in letters]
    assert list(places) == sorted(set(places))


def test_prefixes() -> None:
    assert parsed("kind:class root:ldm file:*.py cfg d") == Query("cfgd", "class", "ldm", "*.py", "")
    assert parsed("file:a text:Foo bar: baz") == Query("", file="a", text="Foo bar: baz")
    assert parsed("a:b") == Query("a:b")


def test_recent_ones_come_first_without_letters_and_among_equals() -> None:
    known = names("one.run", "two.run", "three.other")
    assert found(known, "", recent=["r:two.run"]) == ["two.run"]
    assert found(known, "run", recent=["r:two.run"])[0] == "two.run"


def test_code_before_tests_and_externals() -> None:
    known = Names(
        [
            Symbol("e:run", "pkg.run", SymbolKind.EXTERNAL, "e", "", 0, 0),
            Symbol("t:run", "pkg.run", SymbolKind.FUNCTION, "t", "t.py", 1, 2, Role.TEST),
            Symbol("r:run", "pkg.run", SymbolKind.FUNCTION, "r", "r.py", 1, 2),
        ]
    )
    assert [match.symbol.id for match in known.find(parsed("run"))] == ["r:run", "t:run", "e:run"]
