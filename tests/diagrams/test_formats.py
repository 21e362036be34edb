"""Every format that draws: well formed, escaped, the same bytes, and what it says when it cannot."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from importlib.util import find_spec
from shutil import which

import pytest

from navigator.callgraph import CallKind, Certainty, Symbol, SymbolKind
from navigator.callgraph.views import NodeKind, Subgraph, View, ViewEdge, ViewNode
from navigator.diagrams.errors import NoRenderer, TooLarge
from navigator.diagrams.files import FORMATS, Look, draw_file
from navigator.diagrams.picture import Detail
from navigator.diagrams.styles import Theme

HOSTILE = 'm.<script>alert("1")</script>&采样\x07]]>'
RENDERER = find_spec("pygraphviz") is not None or which("dot") is not None
needs_graphviz = pytest.mark.skipif(not RENDERER, reason="neither pygraphviz nor dot is installed")


def node(number: int, name: str = "", kind: NodeKind = NodeKind.SYMBOL, group: str = "") -> ViewNode:
    symbol = Symbol(f"r:{number}", name or f"m.f{number}", SymbolKind.FUNCTION, "r", "m.py", number + 1, number + 2)
    return ViewNode(f"r:{number}", symbol.name, kind, symbol, number == 0, group)


def fan(count: int, group: str = "") -> Subgraph:
    nodes = tuple(node(number, group=group) for number in range(count + 1))
    edges = tuple(ViewEdge("r:0", f"r:{n}", Certainty.EXACT, CallKind.CALL, "m.py", n) for n in range(1, count + 1))
    return Subgraph(View(("r:0",)), nodes, edges)


def hostile() -> Subgraph:
    nodes = (node(0, HOSTILE, group=HOSTILE), node(1, HOSTILE + "2", group=HOSTILE))
    return Subgraph(View(("r:0",)), nodes, (ViewEdge("r:0", "r:1", Certainty.RULE, CallKind.CALL, HOSTILE, 3),))


def detail(node: ViewNode) -> Detail:
    return Detail(f"{HOSTILE}.py:3", 'https://host/"<&x')


def source(node: ViewNode) -> tuple[int, str]:
    return 3, "</script><script>alert(2)</script>\n<!-- \u2028"


def drawn(format: str, graph: Subgraph, look: Look | None = None) -> bytes:
    return draw_file(format, graph, detail, look or Look(), source)


@pytest.mark.parametrize("format", [f for f in FORMATS if f not in ("png", "pdf")])
def test_the_same_view_is_the_same_bytes(format: str) -> None:
    assert drawn(format, fan(5, "g")) == drawn(format, fan(5, "g"))


@needs_graphviz
@pytest.mark.parametrize(("format", "start"), [("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_graphviz_draws_our_layout(format: str, start: bytes) -> None:
    data = drawn(format, hostile())
    assert data.startswith(start)
    assert data == drawn(format, hostile())


@needs_graphviz
def test_graphviz_lays_out_svg() -> None:
    assert b"<svg" in drawn("svg", hostile(), Look(engine="dot"))


def test_without_graphviz_pictures_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("navigator.diagrams.graphviz_programs.find_spec", lambda name: None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NoRenderer, match="images"):
        drawn("png", fan(2))


def test_svg_is_escaped_xml() -> None:
    tree = ElementTree.fromstring(drawn("svg", hostile()))
    space = "{http://www.w3.org/2000/svg}"
    assert not tree.findall(f".//{space}script")
    tips = [title.text or "" for title in tree.iter(f"{space}title")]
    assert any('<script>alert("1")</script>&采样' in tip for tip in tips)
    assert (
        len(
            [
                each
                for each in tree.iter(f"{space}g")
                if each.get("class", "").startswith("node") and each.get("data-id")
            ]
        )
        == 2 + 2
    )
    assert {a.get("href") for a in tree.iter(f"{space}a")} == {'https://host/"<&x'}


@pytest.mark.parametrize("theme", Theme)
def test_svg_knows_light_and_dark(theme: Theme) -> None:
    text = drawn("svg", fan(2), Look(theme)).decode()
    assert ("prefers-color-scheme: dark" in text) == (theme is Theme.AUTO)
    assert ("--paper: #0d1117" in text) == (theme is not Theme.LIGHT)


def test_fonts_for_chinese_are_named() -> None:
    for format in ("svg", "html", "dot"):
        assert b"Noto Sans Mono CJK SC" in drawn(format, fan(1))


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_html_holds_everything_and_runs_nothing_of_the_sources() -> None:
    text = drawn("html", hostile()).decode()
    parser = Tags()
    parser.feed(text)
    assert [attributes.get("type") for tag, attributes in parser.tags if tag == "script"] == ["application/json", None]
    assert not any(tag in ("link", "img", "iframe") or "src" in attributes for tag, attributes in parser.tags)
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert json.loads(data)["nodes"][0]["source"] == source(node(0))[1]
    assert json.loads(data)["nodes"][0]["line"] == 3


def test_mermaid() -> None:
    lines = drawn("mermaid", hostile()).decode().splitlines()
    assert lines[3].startswith("flowchart")
    assert not any("<" in line.replace("-->", "") for line in lines[3:])
    assert any(re.fullmatch(r"  n0 -\.-o n1", line) for line in lines)


def test_mermaid_refuses_what_it_could_not_show() -> None:
    with pytest.raises(TooLarge, match=r"at most 500 edges, and this view has 501 between 502 nodes.*--collapse"):
        drawn("mermaid", fan(501))


def test_pictures_refuse_what_nobody_can_read() -> None:
    with pytest.raises(TooLarge, match=r"2,101 nodes and 2,100 edges"):
        drawn("svg", fan(2100))


def test_text_is_the_drawing_of_the_terminal() -> None:
    text = drawn("text", fan(2), Look(ascii_only=True)).decode()
    assert "f1" in text and "f2" in text and text.isascii()


@needs_graphviz
def test_dot_is_read_by_graphviz() -> None:
    from navigator.diagrams.graphviz_programs import lay_out

    text = lay_out(drawn("dot", hostile()), "plain").decode()
    assert len(re.findall("^node ", text, re.MULTILINE)) == 2
    assert len(re.findall("^edge ", text, re.MULTILINE)) == 1
