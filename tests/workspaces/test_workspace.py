"""Questions to a workspace, on the small graph made by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from navigator.callgraph import Certainty, Symbol, SymbolKind
from navigator.index import Home, Store, StoredFile
from navigator.index.graph_writer import write_graph
from navigator.workspaces import (
    AmbiguousSymbol,
    MissingSource,
    NoSuchCall,
    UnknownSymbol,
    UnknownWorkspace,
    Workspace,
    open_workspace,
    overviews,
)
from navigator.workspaces.settings import Kept, Settings, encode_kept
from navigator.workspaces.workspace import decode_source
from tests.index.sample import TEXTS, installed, sample


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    installed(home, tmp_path / "shop")
    return home


@pytest.fixture
def shop(home: Home) -> Iterator[Workspace]:
    with open_workspace(home=home) as workspace:
        yield workspace


def test_callers_of_a_function(shop: Workspace) -> None:
    found = shop.callers("checkout")
    assert [(edge.caller.name, edge.call.file, edge.call.line) for edge in found.edges] == [
        ("shop.tests.test_core.test_checkout", "tests/test_core.py", 4)
    ]
    assert found.unresolved == () and found.stale == ()


def test_callers_of_a_class_are_those_of_its_constructor(shop: Workspace) -> None:
    assert [edge.caller.name for edge in shop.callers("Cart").edges] == ["shop.core.checkout"]


def test_callers_upwards(shop: Workspace) -> None:
    found = shop.callers("Cart.total", depth=9)
    assert [(edge.depth, edge.caller.name, edge.callee.name) for edge in found.edges] == [
        (1, "shop.core.checkout", "shop.core.Cart.total"),
        (2, "shop.tests.test_core.test_checkout", "shop.core.checkout"),
    ]


def test_a_name_that_is_defined_twice_means_both(shop: Workspace) -> None:
    assert [symbol.id for symbol in shop.resolve("tax.rate")] == ["shop:shop.tax.rate", "shop:shop.tax.rate~2"]
    callers = {edge.caller.name for edge in shop.callers("tax.rate").edges}
    assert callers == {"shop.core.Cart", "shop.core.Cart.__init__", "shop.core.Cart.total.<lambda:12>"}
    assert {edge.caller.name for edge in shop.callers("shop:shop.tax.rate~2").edges} == {
        "shop.core.Cart.total.<lambda:12>"
    }


def test_callees_by_site_with_the_unresolved_ones(shop: Workspace) -> None:
    found = shop.callees("Cart.total")
    assert [(edge.call.line, edge.callee.name) for edge in found.edges] == [
        (12, "<builtin>.sum"),
        (12, "shop.core.Cart.total.<lambda:12>"),
    ]
    assert [(site.line, site.expression, site.reason) for site in found.unresolved] == [
        (11, "item.price", "unknown receiver")
    ]


def test_guesses_only_when_asked(shop: Workspace) -> None:
    certain = {edge.call.certainty for edge in shop.callees("Cart.total").edges}
    assert Certainty.GUESS not in certain
    assert {edge.call.certainty for edge in shop.callees("Cart.total", guesses=True).edges} == {
        *certain,
        Certainty.GUESS,
    }
    assert shop.callers("list.price").edges == ()
    assert len(shop.callers("list.price", guesses=True).edges) == 1


def test_paths(shop: Workspace) -> None:
    found = shop.paths("test_checkout", "tax.rate", maximum=5)
    assert [[hop.symbol.name.rpartition(".")[2] for hop in path] for path in found.paths] == [
        ["test_checkout", "checkout", "__init__", "rate"],
        ["test_checkout", "checkout", "total", "<lambda:12>", "rate"],
    ]
    assert found.complete
    assert [hop.calls[0].line for hop in found.paths[0][1:]] == [4, 15, 7]
    assert not shop.paths("test_checkout", "tax.rate", maximum=1).complete
    assert shop.paths("tax.rate", "checkout").paths == ()


def test_paths_to_a_class_end_at_its_constructor(shop: Workspace) -> None:
    (path,) = shop.paths("test_checkout", "Cart").paths
    assert [hop.symbol.name for hop in path][-1] == "shop.core.Cart.__init__"


def test_impact_keeps_tests_apart(shop: Workspace) -> None:
    found = shop.impact("tax.rate")
    assert [(each.depth, each.symbol.name) for each in found.callers] == [
        (1, "shop.core.Cart"),
        (1, "shop.core.Cart.__init__"),
        (1, "shop.core.Cart.total.<lambda:12>"),
        (2, "shop.core.Cart.total"),
        (2, "shop.core.checkout"),
    ]
    assert [(each.depth, each.symbol.name) for each in found.tests] == [(3, "shop.tests.test_core.test_checkout")]


def test_impact_of_a_module_is_that_of_all_it_defines(shop: Workspace) -> None:
    of_module = {each.symbol.name for each in shop.impact("shop.tax").callers}
    assert of_module == {each.symbol.name for each in shop.impact("tax.rate").callers}
    assert [each.symbol.name for each in shop.impact("shop.core.Cart", depth=1).callers] == ["shop.core.checkout"]


def test_why(shop: Workspace) -> None:
    (reason,) = shop.why("checkout", "Cart.total").reasons
    assert [(step.text, step.line) for step in reason.steps] == [("cart is a Cart", 15), ("Cart has total", 9)]
    (reason,) = shop.why("checkout", "Cart").reasons
    assert reason.steps == ()
    with pytest.raises(NoSuchCall, match=r"shop\.core\.checkout does not call shop\.tax\.rate"):
        shop.why("checkout", "tax.rate")


def test_source(shop: Workspace) -> None:
    (symbol,) = shop.resolve("checkout")
    text = shop.source(symbol)
    assert (text.line, text.lines) == (14, ("def checkout(cart):", "    cart = Cart([])", "    return cart.total()"))
    (external,) = shop.resolve("sum")
    assert shop.source(external).lines == ()


def test_source_of_the_last_symbol_of_a_file(shop: Workspace) -> None:
    _, later = shop.resolve("tax.rate")
    assert shop.source(later).lines == ("    def rate():", "        return 2")


def test_files_that_changed_are_stale_and_show_the_old_text(shop: Workspace, tmp_path: Path) -> None:
    (tmp_path / "shop" / "core.py").write_text("# new\n" + TEXTS["core.py"])
    (symbol,) = shop.resolve("checkout")
    text = shop.source(symbol)
    assert text.lines[0] == "def checkout(cart):" and text.line == 14
    assert text.stale == ("core.py",)
    assert shop.callees("checkout").stale == ("core.py",)
    assert shop.callers("checkout").stale == ()
    assert shop.paths("test_checkout", "tax.rate").stale == ("core.py",)
    assert shop.impact("tax.rate").stale == ("core.py",)
    assert shop.why("checkout", "Cart").stale == ("core.py",)
    (tmp_path / "shop" / "tax.py").unlink()
    assert shop.health().stale == ("core.py", "tax.py")


def test_a_change_of_the_same_size_is_seen(shop: Workspace, tmp_path: Path) -> None:
    (tmp_path / "shop" / "tax.py").write_text(TEXTS["tax.py"].replace("2", "3"))
    assert shop.health().stale == ("tax.py",)


def test_a_folder_that_is_gone_is_told_and_its_files_still_shown(shop: Workspace, tmp_path: Path) -> None:
    assert shop.gone() == []
    (tmp_path / "shop").rename(tmp_path / "elsewhere")
    assert shop.gone() == [str(tmp_path / "shop")]
    assert shop.health().stale == ()
    assert shop.source(shop.resolve("checkout")[0]).lines


def test_pinned_sources_are_never_stale(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    installed(home)
    with open_workspace(home=home) as workspace:
        assert workspace.health().stale == () and workspace.gone() == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("core.py:15", ["shop.core.checkout"]),
        ("shop:core.py:15", ["shop.core.checkout"]),
        ("core.py:2", ["shop.core"]),
        ("core.py", ["shop.core"]),
        (" checkout ", ["shop.core.checkout"]),
    ],
)
def test_names_of_symbols(shop: Workspace, text: str, names: list[str]) -> None:
    assert [symbol.name for symbol in shop.resolve(text)] == names


@pytest.mark.parametrize("text", ["nothing", "", "core.py:x", "other.py:3", "other:core.py:15", ".", "a" * 3000])
def test_unknown_symbols(shop: Workspace, text: str) -> None:
    with pytest.raises(UnknownSymbol):
        shop.resolve(text)


def test_an_unknown_symbol_names_the_nearest(shop: Workspace) -> None:
    with pytest.raises(UnknownSymbol, match=r"no symbol 'core.chekout' .* nearest: shop\.core\.checkout"):
        shop.resolve("core.chekout")


def test_an_ambiguous_symbol_names_the_candidates(tmp_path: Path) -> None:
    home = Home(tmp_path)
    twins = tuple(
        Symbol(f"shop:{m}.run", f"{m}.run", SymbolKind.FUNCTION, "shop", "core.py", 1, 1) for m in "abcdefghij"
    )
    graph = msgspec.structs.replace(sample(), symbols=(*sample().symbols, *twins))
    write_graph(home.graph("k"), "k", graph, [StoredFile("shop", f, "d", 1, "source", "", "python") for f in TEXTS])
    with Store.open(home) as store:
        store.register("w", encode_kept(Kept(Settings(()))), "k", [])
        store.make_current("w")
    with open_workspace(home=home) as workspace:
        with pytest.raises(AmbiguousSymbol, match=r"'run' could be shop:a\.run, .*shop:h\.run and 2 more"):
            workspace.resolve("run")
        with pytest.raises(MissingSource, match="navigator index -w w"):
            workspace.source(workspace.resolve("a.run")[0])


def test_opening(home: Home, tmp_path: Path) -> None:
    installed(home, name="other", key="k2")
    with open_workspace(home=home) as workspace:
        assert workspace.name == "other"
    with open_workspace("shop", home=home):
        pass
    with open_workspace(home=home) as workspace:
        assert workspace.name == "shop", "the one used last"
    with pytest.raises(UnknownWorkspace, match="no workspace 'shpo'; there is: shop"):
        open_workspace("shpo", home=home)
    with pytest.raises(UnknownWorkspace, match="nothing is indexed yet"):
        open_workspace(home=Home(tmp_path / "nowhere"))


def test_a_graph_that_was_replaced_while_it_was_opened(home: Home) -> None:
    home.graph("k1").unlink()
    with pytest.raises(Exception, match="navigator index -w shop"):
        open_workspace(home=home)
    (listed,) = overviews(home=home)
    assert (listed.name, listed.symbols, listed.current) == ("shop", 0, True)


def test_overviews(home: Home) -> None:
    (listed,) = overviews(home=home)
    assert (listed.name, listed.files, listed.symbols, listed.calls, listed.current) == ("shop", 3, 13, 9, True)


def test_settings_that_cannot_be_read(home: Home) -> None:
    with Store.open(home) as store:
        store.register("shop", b"of another version", "k1", [])
    with pytest.raises(UnknownWorkspace, match="navigator index SOURCE --name shop"):
        open_workspace(home=home)
    assert [(listed.name, listed.sources) for listed in overviews(home=home)] == [("shop", ())]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"a\r\nb\rc\n", "a\nb\nc\n"),
        (b"\xef\xbb\xbfx", "x"),
        ("日本".encode(), "日本"),
        (b"\xff ok", "\\xff ok"),
        (b"a\x0cb\xc2\x85c", "a\x0cb\x85c"),
    ],
)
def test_decoding_of_source(content: bytes, text: str) -> None:
    assert decode_source(content) == text
