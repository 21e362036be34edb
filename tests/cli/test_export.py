"""``navigator export`` on the small graph made by hand."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import networkx
import pytest

from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("shop")


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("x.svg", "<?xml"),
        ("x.html", "<!doctype html>"),
        ("x.dot", "digraph"),
        ("x.gv", "digraph"),
        ("x.mmd", "---"),
        ("x.txt", " "),
        ("x.graphml", "<?xml"),
        ("x.csv", "caller,callee"),
        ("x.json", '{"schema"'),
    ],
)
def test_the_name_of_the_file_tells_the_format(run: Run, tmp_path: Path, name: str, start: str) -> None:
    target = tmp_path / name
    found = run("export", "checkout", "-o", str(target))
    assert (found.status, found.out, found.err) == (0, "", f"wrote {target}\n")
    assert target.read_text().startswith(start)


def test_data_of_a_view_holds_what_the_view_shows(run: Run) -> None:
    data = run("export", "checkout", "--callers", "0", "--format", "json").json
    names = {symbol["name"] for symbol in data["symbols"]}
    assert "shop.core.checkout" in names
    assert not any("test_checkout" in name for name in names)
    ids = {symbol["id"] for symbol in data["symbols"]}
    assert data["calls"] and all({call["caller"], call["callee"]} <= ids for call in data["calls"])
    rows = list(csv.DictReader(io.StringIO(run("export", "checkout", "--callers", "0", "--format", "csv").out)))
    assert [(row["caller"], row["line"]) for row in rows] == [(c["caller"], str(c["line"])) for c in data["calls"]]


def test_graphml_is_the_whole_graph(run: Run) -> None:
    data = run("export", "--format", "json").json
    graph = networkx.parse_graphml(run("export", "--format", "graphml").out, force_multigraph=True)
    assert set(graph) == {symbol["id"] for symbol in data["symbols"]}
    assert graph.number_of_edges() == len(data["calls"])
    kinds = {symbol["id"]: symbol["kind"] for symbol in data["symbols"]}
    assert {key: graph.nodes[key]["kind"] for key in graph} == kinds


def test_a_picture_of_everything_is_refused_with_counts(run: Run, tmp_path: Path) -> None:
    found = run("export", "-o", str(tmp_path / "x.svg"))
    assert (found.status, found.out) == (2, "")
    assert "a svg of all 13 symbols and" in found.err and "--module" in found.err
    assert not list(tmp_path.glob("x.svg*"))


def test_a_view_of_more_than_the_limit_is_refused(run: Run) -> None:
    found = run("export", "--module", "*", "--limit", "2", "--format", "svg")
    assert (found.status, found.out) == (2, "")
    assert "nodes pass these filters, and --limit is 2" in found.err


def test_groups_may_be_drawn_of_everything(run: Run) -> None:
    text = run("export", "--group", "module", "--collapse", "*", "--format", "mermaid").out
    assert "shop" in text and "flowchart" in text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("nothing_like_this",), "nothing_like_this"),
        (("checkout", "--format", "svgg"), "svgg"),
        (("checkout", "--root", "elsewhere"), "no root 'elsewhere'; there is:"),
        (("--module", "no.such.*", "--format", "svg"), "nothing to write: no calls pass these filters"),
        (("--to", "checkout", "--format", "svg"), "--to needs a SYMBOL"),
        (("checkout", "--view", "x"), "no view is saved as 'x'"),
        (("checkout", "--kind", "sing"), "sing"),
        (("checkout", "-o", "/no/such/folder/x.svg"), "cannot write /no/such/folder/x.svg"),
    ],
)
def test_mistakes_are_one_line(run: Run, words: tuple[str, ...], message: str) -> None:
    found = run("export", *words)
    assert (found.status, found.out) == (2, "")
    assert len(found.err.splitlines()) == 1 and message in found.err


def test_views_are_saved_and_exported_again(run: Run) -> None:
    first = run("graph", "checkout", "--callers", "0", "--save", "the till", "--json").json
    again = run("graph", "--view", "the till", "--json").json
    assert (again["nodes"], again["edges"]) == (first["nodes"], first["edges"])
    wider = run("graph", "--view", "the till", "--callers", "1", "--json").json
    assert len(wider["nodes"]) > len(first["nodes"])
    assert "the till" in run("export", "--view", "the till", "--format", "svg").out
    found = run("graph", "--view", "the tilt")
    assert found.status == 2 and "the till" in found.err


def test_filters_of_calls(run: Run) -> None:
    everything = run("graph", "checkout", "--callees", "3", "--json").json["edges"]
    exact = run("graph", "checkout", "--callees", "3", "--certainty", "exact", "--json").json["edges"]
    assert {edge["certainty"] for edge in exact} == {"exact"}
    assert {edge["certainty"] for edge in everything} > {"exact"}
    constructs = run("graph", "checkout", "--callees", "3", "--kind", "construct", "--json").json["edges"]
    assert {edge["kind"] for edge in constructs} <= {"construct"}


def test_hidden_and_pinned(run: Run) -> None:
    def names(*words: str) -> set[str]:
        return {node["name"] for node in json.loads(run("graph", "checkout", *words, "--json").out)["nodes"]}

    assert "shop.core.Cart.total" in names()
    assert "shop.core.Cart.total" not in names("--hide", "Cart.total")
    assert "shop.tax.rate" in names("--pin", "tax.rate", "--callees", "0")


def test_saved_views_are_listed_and_removed(run: Run) -> None:
    assert run("views").status == 1
    run("graph", "checkout", "--save", "the till")
    run("graph", "checkout", "--save", "till two")
    assert run("views", "--json").json["views"] == ["the till", "till two"]
    assert run("views").out.split("\n")[:2] == ["the till", "till two"]
    assert run("views", "--remove", "the tll").status == 2
    assert run("views", "--remove", "the till").status == 0
    assert run("views", "--json").json["views"] == ["till two"]


def test_data_says_which_options_it_does_not_hold(run: Run) -> None:
    found = run("export", "checkout", "--format", "csv", "--theme", "dark", "--group", "module")
    assert found.status == 0
    assert "--theme, --group: csv holds symbols and calls only" in found.err
    assert "holds" not in run("export", "checkout", "--format", "csv", "--callers", "2").err
