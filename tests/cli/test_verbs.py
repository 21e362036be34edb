"""Every verb's data, talk and exit status, on the small graph made by hand."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from navigator.cli.commands import VERBS
from navigator.index import Home
from navigator.index.schema import REBUILT
from tests.cli.conftest import Run
from tests.index.sample import TEXTS, installed
from tests.workspaces.packages import SHOP, lay

pytestmark = pytest.mark.usefixtures("shop")

QUESTIONS = {
    "find": ("find", "checkout"),
    "show": ("show", "checkout"),
    "callers": ("callers", "checkout"),
    "callees": ("callees", "checkout"),
    "path": ("path", "test_checkout", "tax.rate"),
    "graph": ("graph", "checkout"),
    "impact": ("impact", "tax.rate"),
    "why": ("why", "checkout", "Cart.total"),
    "health": ("health",),
    "export": ("export", "--format", "json"),
    "list": ("list",),
}


def test_every_verb_is_asked() -> None:
    elsewhere = {
        "diff",
        "index",
        "log",
        "open",
        "overlay",
        "replay",
        "repro",
        "run",
        "runs",
        "serve",
        "slice",
        "trace",
        "tui",
        "trust",
        "views",
    }
    assert {*QUESTIONS, *elsewhere} == set(VERBS)


@pytest.mark.parametrize("verb", QUESTIONS)
def test_every_verb_speaks_json(run: Run, verb: str) -> None:
    found = run(*QUESTIONS[verb], "--json")
    assert found.status == 0
    assert found.json
    assert found.err == ""


@pytest.mark.parametrize("verb", [verb for verb in QUESTIONS if verb != "list"])
def test_every_question_can_name_its_workspace(run: Run, verb: str, home: Home) -> None:
    installed(home, name="other", key="k2")
    assert run(*QUESTIONS[verb], "--json", "-w", "shop").json["workspace"] == "shop"
    assert run(*QUESTIONS[verb], "--json").json["workspace"] == "shop", "the one used last"
    assert run("list").out.splitlines()[1].startswith("*  shop")
    unknown = run(*QUESTIONS[verb], "--workspace", "shp")
    assert (unknown.status, unknown.out) == (2, "")
    assert unknown.err.startswith("navigator: no workspace 'shp'; there is: shop")


@pytest.mark.parametrize("verb", ["show", "callers", "callees", "path", "impact", "why"])
def test_an_unknown_symbol_is_bad_input(run: Run, verb: str) -> None:
    words = [verb, "chekout", *(["chekout"] if verb in ("path", "why") else [])]
    found = run(*words)
    assert (found.status, found.out) == (2, "")
    assert found.err.startswith("navigator: no symbol 'chekout' in this workspace; nearest: shop.core.checkout")
    assert found.err.count("\n") == 1


def test_find(run: Run) -> None:
    found = run("find", "cart")
    assert found.out.splitlines() == [
        "shop.core.Cart                    class   core.py:4",
        "shop.core.Cart.total              method  core.py:9",
        "shop.core.Cart.__init__           method  core.py:5",
        "shop.core.Cart.total.<lambda:12>  lambda  core.py:12",
    ]
    limited = run("find", "cart", "--max", "1")
    assert limited.out.splitlines() == ["shop.core.Cart  class  core.py:4"]
    assert limited.err == "showing 1 of 4 symbols; --max shows more\n"
    nothing = run("find", "zebra")
    assert (nothing.status, nothing.out, nothing.err) == (1, "", "no symbol holds 'zebra' in workspace shop\n")
    nothing = run("find", "zebra", "--json")
    assert nothing.status == 1
    assert nothing.json == {"workspace": "shop", "text": "zebra", "symbols": [], "total": 0}
    assert run("find", "").status == 2


def test_show(run: Run) -> None:
    found = run("show", "checkout")
    assert found.out == "14  def checkout(cart):\n15      cart = Cart([])\n16      return cart.total()\n"
    assert found.err == "shop.core.checkout  core.py:14\n"
    both = run("show", "tax.rate")
    assert both.out == "1  def rate():\n2      return rate\n\n5      def rate():\n6          return 2\n"
    outside = run("show", "sum")
    assert (outside.status, outside.out, outside.err) == (1, "", "<builtin>.sum lies outside the workspace\n")


def test_callers(run: Run) -> None:
    found = run("callers", "Cart.total", "--depth", "2")
    assert found.out.splitlines() == [
        "core.py:16            ▷ shop.core.checkout                    call, inferred",
        "tests/test_core.py:4    ▶ shop.tests.test_core.test_checkout  call, exact",
    ]
    assert found.err == "shop.core.Cart.total: 2 callers at 2 call sites\n"
    nobody = run("callers", "test_checkout")
    assert (nobody.status, nobody.out) == (1, "")


def test_callees_with_unresolved_sites_in_their_place(run: Run) -> None:
    found = run("callees", "Cart.total")
    assert found.out.splitlines() == [
        "core.py:11  · item.price                        unresolved: unknown receiver",
        "core.py:12  ▶ <builtin>.sum                     call, exact",
        "core.py:12  ◆ shop.core.Cart.total.<lambda:12>  callback, rule (map)",
    ]
    assert found.err == "shop.core.Cart.total: 2 callees at 2 call sites, 1 unresolved site\n"
    assert "? <builtin>.list.price" in run("callees", "Cart.total", "--guess").out


def test_path(run: Run) -> None:
    found = run("path", "test_checkout", "tax.rate")
    assert found.out.splitlines() == [
        "   shop.tests.test_core.test_checkout  tests/test_core.py:3  defined",
        "▶  shop.core.checkout                  tests/test_core.py:4  call, exact",
        "▶  shop.core.Cart.__init__             core.py:15            construct, exact",
        "▶  shop.tax.rate                       core.py:7             call, exact",
    ]
    every = run("path", "test_checkout", "tax.rate", "--all")
    assert every.out.startswith(found.out + "\n") and every.out.count("defined") == 2 and every.err == ""
    assert run("path", "test_checkout", "tax.rate", "--all", "--max", "1").err == (
        "these are the 1 shortest path; --max shows more\n"
    )
    nowhere = run("path", "tax.rate", "checkout")
    assert (nowhere.status, nowhere.out) == (1, "")
    assert nowhere.err == "no calls lead from shop.tax.rate to shop.core.checkout\n"


def test_impact(run: Run) -> None:
    found = run("impact", "tax.rate")
    lines = found.out.splitlines()
    assert [line.split()[:2] for line in lines[:2]] == [["1", "shop.core.Cart"], ["1", "shop.core.Cart.__init__"]]
    assert lines[-1].split() == ["3", "shop.tests.test_core.test_checkout", "tests/test_core.py:3", "test"]
    assert found.err == "shop.tax.rate: 5 callers (3 direct), 1 test function\n"
    assert len(run("impact", "tax.rate", "--depth", "1").out.splitlines()) == 3
    assert run("impact", "test_checkout").status == 1


def test_why(run: Run) -> None:
    found = run("why", "checkout", "Cart.total")
    assert found.out.splitlines() == [
        "core.py:16  shop.core.checkout ▷ shop.core.Cart.total  call, inferred",
        "    core.py:15  cart is a Cart",
        "    core.py:9   Cart has total",
    ]
    assert "the call expression names its callee" in run("why", "checkout", "Cart").out
    nothing = run("why", "checkout", "tax.rate")
    assert (nothing.status, nothing.out) == (1, "")
    assert nothing.err.startswith("navigator: shop.core.checkout does not call shop.tax.rate")


def test_health(run: Run) -> None:
    lines = [" ".join(line.split()) for line in run("health").out.splitlines()]
    assert lines == [
        "files 3 source 2, test 1",
        "symbols 13 module 3, class 1, function 4, method 2, lambda 1, external 2",
        "calls 9 exact 5, inferred 2, rule 1, guess 1",
        "call sites 9",
        "resolved 7 77.8%",
        "external 1 11.1%",
        "unresolved 1 11.1%",
        "unknown receiver 1 item.price ×1",
        "problems 1",
        "problem tax.py:4 unexpected token",
    ]


def test_list(run: Run, home: Home) -> None:
    installed(home, name="other", key="k2")
    lines = run("list").out.splitlines()
    assert [line.split()[:2] for line in lines] == [["*", "other"], ["shop", "/src/shop"]]
    assert "3 files  13 symbols  9 calls" in lines[0]


def test_export_to_a_file(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "graph.json"
    found = run("export", "-o", str(target))
    assert (found.status, found.out, found.err) == (0, "", f"wrote {target}\n")
    assert target.read_text() == run("export").out == run("export", "-o", "-").out
    assert run("export", "--format", "pycg").out != run("export").out
    bad = run("export", "-o", str(tmp_path / "no" / "graph.json"))
    assert bad.status == 2 and bad.err.count("\n") == 1 and "cannot write" in bad.err
    unknown = run("export", "--format", "jsn")
    assert unknown.status == 2 and "'json'" in unknown.err


def test_stale_answers_say_so(run: Run, shop: Path) -> None:
    (shop / "core.py").write_text("\n" + TEXTS["core.py"])
    found = run("callees", "checkout")
    assert found.out.splitlines()[0].startswith("core.py:15 (stale)  ")
    assert found.err.splitlines()[-1] == (
        "stale: core.py changed after indexing; lines and text are the indexed ones; run `navigator index -w shop`"
    )
    assert run("callees", "checkout", "--json").json["stale"] == ["core.py"]
    assert "14  def checkout(cart):" in run("show", "checkout").out
    assert run("show", "checkout", "--json").json["sources"][0]["stale"] == ["core.py"]
    assert "(stale)" in run("path", "test_checkout", "Cart").out
    assert "stale: core.py" in run("health").err


def test_a_folder_that_is_gone(run: Run, shop: Path) -> None:
    shop.rename(shop.with_name("moved"))
    found = run("show", "checkout")
    assert found.status == 0 and "def checkout" in found.out
    assert f"{shop} is no longer there: answers come from the index alone\n" in found.err


# index


def test_index_says_what_it_did(run: Run, tmp_path: Path) -> None:
    folder = lay(tmp_path / "clone", SHOP)
    assert run("index", str(folder)).out == "clone: 4 files; parsed 4, reused 0\n"
    assert run("index", str(folder)).out == "clone: nothing has changed; 4 files, parsed 0\n"
    (folder / "main.py").write_text("")
    assert run("index").out == "clone: 4 files; parsed 1, reused 3\n"
    (folder / "main.py").write_text(SHOP["main.py"])
    assert run("index", "-w", "clone").out == "clone: back to a graph that was still there; 4 files, parsed 0\n"
    done = run("index", "--json").json
    assert (done["workspace"], done["parsed"], done["changed"]) == ("clone", 0, False)
    assert run("callers", "checkout").out == "main.py:3  ▶ main  call, exact\n"


def test_index_options(run: Run, tmp_path: Path) -> None:
    folder = lay(tmp_path / "clone", {**SHOP, "broken.py": "def (:\n"})
    found = run("index", str(folder), "--name", "mine", "--exclude", "main.py", "--jobs", "1")
    assert found.out == "mine: 4 files; parsed 4, reused 0\n"
    assert "on the way; `navigator health` lists them" in found.err
    assert run("index", str(folder), "--name", "mine", "--include", "shop/").out.startswith("mine: 3 files")
    assert run("index", str(folder), "--import-root", "nowhere").status == 2
    assert run("index", str(folder), "-w", "mine").status == 2
    assert run("index", str(folder), "--jobs", "0").status == 2


@pytest.mark.parametrize("source", ["no/such/folder", "ftp://host/x", ""])
def test_index_of_what_is_not_there(run: Run, source: str) -> None:
    found = run("index", source)
    assert (found.status, found.out) == (2, "")
    assert found.err.count("\n") == 1


def test_an_older_index_is_told(run: Run, home: Home) -> None:
    database = sqlite3.connect(home.database)
    database.execute("PRAGMA user_version = 0")
    database.close()
    found = run("callers", "checkout")
    assert found.status == 2
    assert found.err == f"navigator: {REBUILT}\n"
    assert run("callers", "checkout").err == (
        "navigator: workspace 'shop' has no graph yet; run `navigator index -w shop`\n"
    )
