"""Plays the stories of docs/guides/stories.md in the interface and writes its screens into the page.

    python tools/terminal_screens.py [--check]

A story is a workspace, a size, and steps; a step is what a reader does, in words, and the keys for it. The miniatures
are indexed into a folder that is thrown away.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "guides" / "stories.md"
HEAD = """# Stories

What people do with [the terminal interface](read-in-the-terminal.md), each on a miniature that comes with the product.
The screens are made by `python tools/terminal_screens.py`; the same keys work on the real systems (`W` fetches them).
"""


@dataclass(frozen=True)
class Step:
    """``keys`` in Textual's names; one that begins with a quotation mark is typed as text."""

    words: str
    keys: str


@dataclass(frozen=True)
class Story:
    title: str
    workspace: str
    steps: tuple[Step, ...]
    size: tuple[int, int] = (100, 26)


STORIES = (
    Story(
        "What happens when I press Generate?",
        "demo-webui",
        (
            Step("Find `process_images` by a few of its letters: `/`, then `pimg`.", "slash 'pimg"),
            Step("`enter` opens it: who calls it, what it calls, and its source.", "enter"),
            Step("Go down to `process_images_inner`, open it, and follow `decode_latent_batch`.",
                 "slash 'processing.process_images_inner enter slash 'decode_latent_batch enter"),
            Step("`m` marks where a path starts; at its end, `t` shows how calls lead there.",
                 "slash 'txt2img.txt2img enter m slash 'LatentDiffusion.decode_first_stage enter t"),
        ),
    ),
    Story(
        "Who gathers the parameters that ZeRO stage 3 scattered?",
        "demo-deepspeed",
        (
            Step("Open `_partition_param`: its callers are the places where parameters are scattered.",
                 "slash 'Init._partition_param enter"),
            Step("`2` goes to the graph, `+` draws one call more on both sides.", "2 plus"),
            Step("`g` groups it, here by class: a group is one box, which `b` or `enter` opens.", "g"),
        ),
    ),
    Story(
        "How does a DOM event reach my handler?",
        "demo-konva",
        (
            Step("From `Stage._pointerdown` to `Node._fire`.",
                 "slash 'Stage._pointerdown enter m slash 'Node._fire enter t"),
            Step("The same as a graph: leave the list, then `2`.", "escape 2"),
        ),
    ),
    Story(
        "Where does the residual get added?",
        "demo-torchvision",
        (
            Step("Open `Bottleneck.forward`, go to its source, and step through the calls with `n`.",
                 "slash 'Bottleneck.forward enter 3 n n"),
            Step("Who calls it? A `Sequential` that was filled in a loop: `e` on the caller's row shows the evidence.",
                 "1 down e"),
            Step("`B` keeps it with a note, `H` shows where you have been.", "escape B 'the_residual enter H"),
        ),
    ),
    Story(
        "On a small terminal",
        "demo-torchvision",
        (
            Step("Below 100 columns the views are tabs.", "slash 'resnet._resnet enter"),
            Step("`2` is the graph.", "2"),
            Step("`?` shows all keys, and typing narrows them.", "question_mark 'history"),
        ),
        (80, 24),
    ),
)  # fmt: skip


async def played(story: Story) -> list[str]:
    """The screen after each step."""
    from textual.widgets import Input

    from navigator.tui.app import NavigatorApp

    app = NavigatorApp(story.workspace)
    screens = []
    async with app.run_test(size=story.size) as pilot:

        async def settled() -> None:
            await pilot.pause()
            while any(not each.is_finished for each in app.workers):
                await asyncio.sleep(0.01)
            await pilot.pause()

        await settled()
        for step in story.steps:
            for key in step.keys.split():
                if key.startswith("'"):
                    app.screen.query_one(Input).value = key[1:].replace("the_residual", "the residual")
                else:
                    await pilot.press(key)
                await settled()
            app.clear_notifications()
            await settled()
            rows = app.screen._compositor.render_strips()
            screens.append("\n".join("".join(part.text for part in row).rstrip() for row in rows))
        if app.problems:
            raise SystemExit(f"{story.title}: {app.problems[0]}")
    return screens


def page() -> Iterator[str]:
    yield HEAD
    for story in STORIES:
        yield f"\n## {story.title}\n"
        for step, screen in zip(story.steps, asyncio.run(played(story)), strict=True):
            yield f"\n{step.words}\n\n```text\n{screen}\n```\n"


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory() as home:
        os.environ["NAVIGATOR_HOME"] = home
        os.environ["NO_COLOR"] = "1"
        from navigator.workspaces import open_entry

        for name in sorted({story.workspace for story in STORIES}):
            open_entry(name, jobs=1)
        text = "".join(page())
    if arguments == ["--check"]:
        return int(text != PAGE.read_text(encoding="utf-8"))
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
