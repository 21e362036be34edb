"""The HTML page in a real browser: Debian's chromium, driven by Playwright, from a file and without a network."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING

import msgspec
import pytest

from navigator.callgraph import CallKind, Certainty, Symbol, SymbolKind
from navigator.callgraph.views import NodeKind, Subgraph, View, ViewEdge, ViewNode
from navigator.diagrams.files import Look, draw_file
from navigator.diagrams.picture import Detail

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = next(filter(None, map(which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed"),
    pytest.mark.skipif(find_spec("playwright") is None, reason="playwright is not installed"),
]
HOSTILE = '</script><script>document.title = "taken"</script> & 采样'


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    quiet = ("--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, chromium_sandbox=False, args=[*quiet, "--disable-sync"]
        )
        yield browser
        browser.close()


class Opened:
    """A page, and what it said and asked for since it was opened."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.said: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))

    def classes(self, number: int) -> set[str]:
        return set((self.page.get_attribute(f'[data-id="r:{number}"]', "class") or "").split())

    def seen(self) -> list[float]:
        return [float(value) for value in (self.page.get_attribute("#drawing", "viewBox") or "").split()]

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Opened]:
    file = tmp_path / "page.html"
    file.write_bytes(page_of(grouped()))
    context = browser.new_context(viewport={"width": 1200, "height": 800}, offline=True, color_scheme="light")
    opened = Opened(context.new_page())
    opened.page.goto(file.as_uri())
    yield opened
    assert opened.said == []
    assert opened.asked == [file.as_uri()]
    context.close()


def grouped() -> Subgraph:
    """``main`` of group a calls three functions of group b, the last of which calls the first and itself."""
    names = ("app.main", "lib.load", "lib.run", "lib.采样")
    nodes = tuple(
        ViewNode(
            f"r:{number}",
            name,
            NodeKind.SYMBOL,
            Symbol(f"r:{number}", name, SymbolKind.FUNCTION, "r", "m.py", 10 * number + 1, 10 * number + 4),
            number == 0,
            name.partition(".")[0],
        )
        for number, name in enumerate(names)
    )
    ends = ((0, 1), (0, 2), (0, 3), (3, 1), (3, 3))
    edges = tuple(
        ViewEdge(f"r:{caller}", f"r:{callee}", Certainty.EXACT, CallKind.CALL, "m.py", 3) for caller, callee in ends
    )
    return Subgraph(View(("r:0",)), nodes, edges)


def detail(node: ViewNode) -> Detail:
    line = node.symbol.line if node.symbol is not None else 0
    return Detail(f"m.py:{line}", f"https://host.example/m.py#L{line}")


def source(node: ViewNode) -> tuple[int, str]:
    return (node.symbol.line if node.symbol is not None else 0), f"def f():\n    return {HOSTILE!r}"


def page_of(graph: Subgraph) -> bytes:
    return draw_file("html", graph, detail, Look(), source)


def test_search_finds_and_goes_round(opened: Opened) -> None:
    page = opened.page
    opened.press("/")
    page.keyboard.type("lib.")
    assert page.inner_text("#found") == "3 found"
    assert "hit" in opened.classes(1) and "hit" not in opened.classes(0)
    visited = []
    for _ in range(4):
        opened.press("Enter")
        visited.append(page.inner_text("#panel h2"))
    assert visited == ["lib.load", "lib.run", "lib.采样", "lib.load"]
    page.fill("#search", "采")
    assert page.inner_text("#found") == "1 found"
    page.fill("#search", "nowhere")
    assert page.inner_text("#found") == "none found"
    opened.press("Escape")
    assert page.input_value("#search") == ""


def test_a_click_shows_source_and_neighbours(opened: Opened) -> None:
    page = opened.page
    page.click('[data-id="r:3"]')
    assert page.inner_text("#panel h2") == "lib.采样"
    assert page.inner_text("#panel pre").splitlines() == ["31  def f():", f"32      return {HOSTILE!r}"]
    assert page.title() == "Calls around app.main"
    assert page.locator("#panel h3").all_inner_texts() == ["Called by 2", "Calls 2", "Source"]
    assert "near" in opened.classes(0) and "near" in opened.classes(1) and "near" not in opened.classes(2)
    assert page.evaluate("getComputedStyle(document.querySelector('[data-id=\"r:2\"]')).opacity") == "0.16"
    opened.press("Escape")
    assert page.is_hidden("#panel")


def test_a_symbol_links_to_its_permalink(opened: Opened) -> None:
    page = opened.page
    page.click('[data-id="r:2"]')
    assert page.get_attribute("#panel .place a", "href") == "https://host.example/m.py#L21"
    assert page.get_attribute('[data-id="r:2"] > a', "href") == "https://host.example/m.py#L21"


def test_groups_fold_and_unfold(opened: Opened) -> None:
    page = opened.page
    page.click('.cluster[data-group="lib"] text')
    assert page.is_hidden('[data-id="r:1"]') and page.is_visible('[data-id="r:0"]')
    assert page.locator("#folded .node text").all_text_contents() == ["lib", "3 symbols"]
    assert page.locator("#folded .edge title").all_text_contents() == ["3 calls"]
    page.click("#folded .node")
    assert page.is_visible('[data-id="r:1"]')
    opened.press("g")
    assert page.locator("#folded .node").count() == 2
    assert page.locator("#folded .edge").count() == 1
    opened.press("/")
    page.keyboard.type("load")
    opened.press("Enter")
    assert page.is_visible('[data-id="r:1"]') and page.is_hidden('[data-id="r:0"]')


def test_the_keyboard_walks_along_calls(opened: Opened) -> None:
    page = opened.page
    page.focus('[data-id="r:0"]')
    opened.press("Enter")
    opened.press("ArrowRight")
    assert page.inner_text("#panel h2") == "lib.load"
    opened.press("ArrowLeft")
    assert page.inner_text("#panel h2") == "app.main"
    opened.press("?")
    assert page.is_visible("#keys")


def test_zoom_and_pan(opened: Opened) -> None:
    page = opened.page
    whole = opened.seen()
    opened.press("+")
    assert opened.seen()[2] == pytest.approx(whole[2] / 1.25, abs=0.02)
    opened.press("0")
    assert opened.seen() == whole
    area = page.locator("#drawing").bounding_box()
    assert area is not None
    page.mouse.move(area["x"] + 20, area["y"] + 20)
    page.mouse.down()
    page.mouse.move(area["x"] + 120, area["y"] + 70)
    page.mouse.up()
    moved = opened.seen()
    assert moved[0] < whole[0] and moved[1] < whole[1] and moved[2:] == whole[2:]
    page.mouse.wheel(0, -300)
    page.wait_for_function(
        "width => document.getElementById('drawing').viewBox.baseVal.width < width", arg=whole[2] - 1
    )


def test_dark_light_and_print(opened: Opened) -> None:
    page = opened.page
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(255, 255, 255)"
    opened.press("d")
    assert page.evaluate(paper) == "rgb(13, 17, 23)"
    page.emulate_media(media="print")
    assert page.evaluate(paper) == "rgb(255, 255, 255)"
    assert page.is_hidden("#search")


def test_a_page_of_500_nodes_answers(browser: Browser, tmp_path: Path) -> None:
    nodes = tuple(
        msgspec.structs.replace(
            grouped().nodes[0], id=f"r:{n}", name=f"p{n % 25}.f{n}", group=f"p{n % 25}", focus=not n
        )
        for n in range(500)
    )
    ends = {(n // 3, n) for n in range(1, 500)} | {(n, n + 1 + n % 40) for n in range(0, 450, 4)}
    ends |= {(n, n // 9) for n in range(9, 500, 5)}
    edges = tuple(
        ViewEdge(f"r:{caller}", f"r:{callee}", Certainty.EXACT, CallKind.CALL) for caller, callee in sorted(ends)
    )
    file = tmp_path / "large.html"
    file.write_bytes(page_of(Subgraph(View(("r:0",)), nodes, edges)))
    context = browser.new_context(viewport={"width": 1200, "height": 800}, offline=True)
    opened = Opened(context.new_page())
    opened.page.goto(file.as_uri())
    assert opened.page.locator(".node[data-id]:visible").count() >= 500
    far = "document.getElementById('drawing').classList.contains('far')"
    assert opened.page.evaluate(far)
    legend = opened.page.locator(".legend text").first.bounding_box()
    assert legend is not None and legend["height"] > 8
    opened.press("/")
    opened.page.keyboard.type("f499")
    opened.press("Enter")
    assert opened.page.inner_text("#panel h2") == "p24.f499"
    assert not opened.page.evaluate(far)
    opened.press("Escape")
    opened.press("Escape")
    opened.press("g")
    assert opened.page.locator("#folded .node").count() == 25
    assert opened.said == []
    context.close()
