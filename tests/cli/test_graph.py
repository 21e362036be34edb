"""``navigator graph`` on the small graph made by hand."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("shop")


def test_callers_stand_left_and_callees_right(run: Run) -> None:
    found = run("graph", "checkout", "--width", "100")
    assert found.status == 0
    (row,) = (line for line in found.out.splitlines() if "│ checkout │" in line)
    assert row.index("test_checkout") < row.index("checkout │")
    assert "Cart.total" in found.out
    assert "\x1b" not in found.out


def test_a_path_goes_down(run: Run) -> None:
    lines = run("graph", "test_checkout", "--to", "tax.rate", "--width", "80").out.splitlines()
    assert lines[0].endswith("[test_checkout]")
    assert any("rate" in line for line in lines[1:])


def test_no_path_is_nothing_found(run: Run) -> None:
    found = run("graph", "tax.rate", "--to", "test_checkout")
    assert (found.status, found.out) == (1, "")
    assert found.err == "no calls lead from tax.rate to test_checkout\n"


def test_what_is_left_out_is_said(run: Run) -> None:
    found = run("graph", "checkout", "--siblings", "1", "--callers", "0")
    assert " more" in found.out
    assert "showing 1 of 2 callees of shop.core.checkout" in found.out


def test_ascii(run: Run) -> None:
    assert run("graph", "checkout", "--ascii").out.isascii()


@pytest.mark.parametrize("words", [("--group", "modul"), ("--frame", "round"), ("--width", "3"), ("--role", "x")])
def test_bad_options_are_bad_input(run: Run, words: tuple[str, ...]) -> None:
    found = run("graph", "checkout", *words)
    assert (found.status, found.out) == (2, "")
    assert len(found.err.splitlines()) == 1


def test_groups(run: Run) -> None:
    found = run("graph", "checkout", "--group", "module", "--json").json
    assert {node["id"] for node in found["nodes"]} >= {"group:shop.core"}
