"""A small call graph made by hand, with every kind of record, and its source files."""

from __future__ import annotations

from pathlib import Path

from navigator.callgraph import (
    Call,
    CallGraph,
    CallKind,
    Certainty,
    Problem,
    Role,
    Root,
    Step,
    Symbol,
    SymbolKind,
    Unresolved,
)
from navigator.index import Home, Store, StoredFacts, StoredFile, StoredGraph
from navigator.index.graph_writer import write_graph
from navigator.sources import blob_id
from navigator.workspaces.settings import Kept, Place, encode_kept, settings_of

TEXTS = {
    "core.py": """\
import os
from shop import tax

class Cart:
    def __init__(self, items):
        self.items = items
        tax.rate()

    def total(self):
        for item in self.items:
            item.price()
        return sum(map(lambda i: tax.rate(), self.items))

def checkout(cart):
    cart = Cart([])
    return cart.total()

main = checkout
""",
    "tax.py": "def rate():\n    return rate\n\nif rate:\n    def rate():\n        return 2\n",
    "tests/test_core.py": "from shop.core import checkout\n\ndef test_checkout():\n    checkout(1)\n",
}

ROLES = {"tests/test_core.py": Role.TEST}


def _symbol(name: str, kind: SymbolKind, file: str, line: int, end: int, id: str = "") -> Symbol:
    return Symbol(f"shop:{id or name}", name, kind, "shop", file, line, end, ROLES.get(file, Role.SOURCE))


SYMBOLS = (
    _symbol("shop.core", SymbolKind.MODULE, "core.py", 1, 18),
    _symbol("shop.core.Cart", SymbolKind.CLASS, "core.py", 4, 12),
    _symbol("shop.core.Cart.__init__", SymbolKind.METHOD, "core.py", 5, 7),
    _symbol("shop.core.Cart.total", SymbolKind.METHOD, "core.py", 9, 12),
    _symbol("shop.core.Cart.total.<lambda:12>", SymbolKind.LAMBDA, "core.py", 12, 12, "shop.core.Cart.total.<lambda1>"),
    _symbol("shop.core.checkout", SymbolKind.FUNCTION, "core.py", 14, 16),
    _symbol("shop.tax", SymbolKind.MODULE, "tax.py", 1, 6),
    _symbol("shop.tax.rate", SymbolKind.FUNCTION, "tax.py", 1, 2),
    _symbol("shop.tax.rate", SymbolKind.FUNCTION, "tax.py", 5, 6, "shop.tax.rate~2"),
    _symbol("shop.tests.test_core", SymbolKind.MODULE, "tests/test_core.py", 1, 4),
    _symbol("shop.tests.test_core.test_checkout", SymbolKind.FUNCTION, "tests/test_core.py", 3, 4),
    Symbol("external:<builtin>.sum", "<builtin>.sum", SymbolKind.EXTERNAL, "", "", 0, 0),
    Symbol("external:<builtin>.list.price", "<builtin>.list.price", SymbolKind.EXTERNAL, "", "", 0, 0),
)

_EDGES: tuple[tuple[str, str, str, int, int, CallKind, Certainty, str, tuple[Step, ...]], ...] = (
    ("shop:shop.core.Cart.__init__", "shop:shop.tax.rate", "core.py", 7, 8, CallKind.CALL, Certainty.EXACT, "", ()),
    ("shop:shop.core.Cart.total", "external:<builtin>.sum", "core.py", 12, 15, CallKind.CALL, Certainty.EXACT, "", ()),
    (
        "shop:shop.core.Cart.total",
        "shop:shop.core.Cart.total.<lambda1>",
        "core.py",
        12,
        19,
        CallKind.CALLBACK,
        Certainty.RULE,
        "map",
        (Step("passed as parameter 1 of map", "core.py", 12), Step("map calls its first argument", "", 0)),
    ),
    (
        "shop:shop.core.Cart.total.<lambda1>",
        "shop:shop.tax.rate~2",
        "core.py",
        12,
        33,
        CallKind.CALL,
        Certainty.INFERRED,
        "",
        (Step("defined here", "tax.py", 5),),
    ),
    (
        "shop:shop.core.Cart.total",
        "external:<builtin>.list.price",
        "core.py",
        11,
        12,
        CallKind.CALL,
        Certainty.GUESS,
        "",
        (),
    ),
    (
        "shop:shop.core.checkout",
        "shop:shop.core.Cart.__init__",
        "core.py",
        15,
        11,
        CallKind.CONSTRUCT,
        Certainty.EXACT,
        "",
        (),
    ),
    (
        "shop:shop.core.checkout",
        "shop:shop.core.Cart.total",
        "core.py",
        16,
        11,
        CallKind.CALL,
        Certainty.INFERRED,
        "",
        (Step("cart is a Cart", "core.py", 15), Step("Cart has total", "core.py", 9)),
    ),
    (
        "shop:shop.tests.test_core.test_checkout",
        "shop:shop.core.checkout",
        "tests/test_core.py",
        4,
        4,
        CallKind.CALL,
        Certainty.EXACT,
        "",
        (),
    ),
    ("shop:shop.core.Cart", "shop:shop.tax.rate", "core.py", 4, 0, CallKind.DECORATE, Certainty.EXACT, "", ()),
)


def sample() -> CallGraph:
    calls = tuple(
        Call(caller, callee, file, line, column, line, column + 6, kind, certainty, rule)
        for caller, callee, file, line, column, kind, certainty, rule, _ in _EDGES
    )
    return CallGraph(
        roots=(Root("shop", "/src/shop", ""),),
        symbols=SYMBOLS,
        calls=calls,
        unresolved=(
            Unresolved("shop:shop.core.Cart.total", "core.py", 11, 12, 11, 24, "item.price", "unknown receiver"),
        ),
        problems=(Problem("tax.py", 4, "unexpected token"),),
        evidence=tuple(edge[-1] for edge in _EDGES),
        sites=9,
        external_sites=1,
    )


def files(texts: dict[str, str] | None = None) -> list[StoredFile]:
    return [
        StoredFile("shop", path, blob_id(text.encode()), len(text.encode()), ROLES.get(path, Role.SOURCE), "", "python")
        for path, text in (texts or TEXTS).items()
    ]


def stored(home: Home, key: str = "k1") -> StoredGraph:
    write_graph(home.graph(key), key, sample(), files())
    return StoredGraph.open(home.graph(key))


def installed(home: Home, folder: Path | None = None, name: str = "shop", key: str = "k1") -> None:
    """Puts the sample into an index as workspace ``name``, with its files on disk where a folder is given."""
    if folder is not None:
        for path, text in TEXTS.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
    write_graph(home.graph(key), key, sample(), files())
    with Store.open(home) as store:
        sources = [(blob_id(text.encode()), text.encode()) for text in TEXTS.values()]
        store.put([StoredFacts(digest, "python", b"", b"") for digest, _ in sources], sources, "v")
        place = Place("shop", str(folder) if folder else "")
        kept = Kept(settings_of(str(folder) if folder else "pypi:shop==1.0"), (place,))
        store.register(name, encode_kept(kept), key, [digest for digest, _ in sources])
        store.make_current(name)
