"""Uses rich as its users do; its source distribution has no tests."""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Iterator
from typing import Literal

from rich import inspect, pretty
from rich import print as rich_print
from rich.align import Align
from rich.bar import Bar
from rich.columns import Columns
from rich.console import Console, Group
from rich.emoji import Emoji
from rich.filesize import decimal
from rich.highlighter import ISO8601Highlighter, RegexHighlighter, ReprHighlighter
from rich.json import JSON
from rich.layout import Layout
from rich.live import Live
from rich.logging import RichHandler
from rich.markdown import Markdown
from rich.markup import escape
from rich.padding import Padding
from rich.panel import Panel
from rich.pretty import Pretty
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, track
from rich.prompt import Confirm, IntPrompt, Prompt
from rich.rule import Rule
from rich.spinner import Spinner
from rich.style import Style
from rich.styled import Styled
from rich.syntax import Syntax
from rich.table import Table
from rich.terminal_theme import MONOKAI
from rich.text import Text
from rich.theme import Theme
from rich.traceback import Traceback, install
from rich.tree import Tree

MARKDOWN = """
# Title

Some *emphasis*, **strong**, `code` and a [link](https://example.invalid).

1. one
2. two
   * nested

> quoted

| head | other |
| --- | ---: |
| cell | 1 |

```python
def f(x: int) -> int:
    return x + 1
```

---
"""


class Words(RegexHighlighter):
    base_style = "word."
    highlights = (r"(?P<capital>[A-Z]\w+)",)


def console(width: int, system: Literal["truecolor", "standard", "256"]) -> Console:
    theme = Theme({"word.capital": "bold magenta", "warning": "yellow"})
    return Console(
        file=io.StringIO(), force_terminal=True, width=width, color_system=system, theme=theme, record=True, emoji=True
    )


def texts(out: Console) -> None:
    out.print("[bold red]markup[/] :smiley: [link=https://example.invalid]link[/link]", Emoji("heart"), escape("[x]"))
    out.print(Words()("Some Capital Words"), ReprHighlighter()("<Thing a=1>"), ISO8601Highlighter()("2024-01-01T10:00"))
    text = Text("The quick brown fox jumps over the lazy dog " * 6, justify="full", style="italic")
    text.stylize("bold", 4, 9)
    text.highlight_words(["fox"], "warning")
    text.highlight_regex(r"l\w+", Style(color="green"))
    out.print(text, text[2:8], text.copy().append("more", "blue"), Text.assemble("a", ("b", "red")))
    out.print(Text.from_ansi("\x1b[31mred\x1b[0m plain"), Text.from_markup("[u]under[/u]"), Text("文字" * 30))
    for justify in ("left", "center", "right", "full"):
        out.print("words that wrap " * 12, justify=justify)
    out.print("x" * 200, overflow="ellipsis", no_wrap=True)
    out.log("logged", {"a": [1, 2, 3]}, log_locals=True)
    out.rule("[b]rule")


def renderables(out: Console) -> None:
    table = Table(title="Table", caption="caption", show_lines=True, row_styles=["", "dim"], expand=True)
    table.add_column("left", style="cyan", no_wrap=True)
    table.add_column("right", justify="right", ratio=2, footer="foot")
    for number in range(4):
        table.add_row(f"row {number}", Panel(str(number)), end_section=number == 1)
    grid = Table.grid(padding=1)
    grid.add_row("a", Pretty({"k": list(range(40))}), Styled("b", "red"))
    tree = Tree("root", guide_style="bold")
    tree.add("leaf").add(Panel.fit("panel"))
    out.print(table, grid, tree, Columns([Panel(f"item {n}") for n in range(9)], equal=True, expand=True))
    out.print(Align.center(Panel("centred", title="t", subtitle="s")), Padding("padded", (1, 4)), Rule(characters="-"))
    out.print(Group(Bar(100, 10, 60), Spinner("dots", text="spin"), JSON('{"a": [1, null, true]}')))
    out.print(Markdown(MARKDOWN, code_theme="monokai", hyperlinks=True))
    code = "import os\n\n\nclass A:\n    x = 1\n"
    out.print(Syntax(code, "python", line_numbers=True, word_wrap=True, highlight_lines={4}, indent_guides=True))
    layout = Layout()
    layout.split_column(Layout(name="top", size=3), Layout(name="bottom"))
    layout["bottom"].split_row(Layout(Panel("left")), Layout(Panel("right"), ratio=2))
    out.print(layout, height=12)
    out.measure(table)
    out.print(decimal(123456789))


def inspections(out: Console) -> None:
    class Node:
        def __init__(self) -> None:
            self.children = [{"depth": {"deep": [1, 2, (3, 4)]}}]

        def __rich_repr__(self) -> Iterator[tuple[str, object, None]]:
            yield "children", self.children, None

    inspect(Node(), console=out, methods=True, help=True)
    pretty.pprint([Node()] * 3, console=out, expand_all=True, max_length=2)
    pretty.install(console=out)
    out.print_json('{"a": [1, 2]}')
    install(console=out)
    try:
        dict[str, int]()["missing"]
    except KeyError:
        out.print_exception(show_locals=True)
    try:
        exec("def f(:")
    except SyntaxError as error:
        out.print(Traceback.from_exception(type(error), error, None))


def live(out: Console) -> None:
    with Live(Panel("start"), console=out, refresh_per_second=20, transient=True) as view:
        view.update(Panel("next"), refresh=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=out) as progress:
        task = progress.add_task("work", total=3)
        for _ in range(3):
            progress.advance(task)
            progress.console.print("step")
            time.sleep(0.06)
    for _ in track(range(3), console=out, description="track"):
        pass
    with out.status("busy"):
        out.print("inside")
    with out.capture() as capture:
        out.print("captured")
    capture.get()
    with out.screen() as screen:
        screen.update("full")


def questions(out: Console) -> None:
    Prompt.ask("name", console=out, stream=io.StringIO("me\n"), default="you")
    Prompt.ask("pick", console=out, stream=io.StringIO("z\na\n"), choices=["a", "b"])
    IntPrompt.ask("number", console=out, stream=io.StringIO("x\n3\n"))
    Confirm.ask("sure", console=out, stream=io.StringIO("maybe\ny\n"))


def logs(out: Console) -> None:
    logger = logging.getLogger("tour")
    logger.addHandler(RichHandler(console=out, rich_tracebacks=True, markup=True))
    logger.propagate = False
    logger.warning("GET /path 200 [b]bold[/b]")
    try:
        raise ValueError("told")
    except ValueError:
        logger.exception("failed")


def main() -> None:
    rich_print("[b]start")
    for out in (console(80, "truecolor"), console(40, "standard"), console(120, "256")):
        for part in (texts, renderables, inspections, live, questions, logs):
            part(out)
        out.export_text(clear=False)
        out.export_svg(title="tour", theme=MONOKAI, clear=False)
        out.export_html(inline_styles=True)


if __name__ == "__main__":
    main()
