"""Plays the stories of docs/guides/stories.md in the interface and writes its screens into the page.

    python tools/terminal_screens.py [--check]

A story is a workspace, a size, and steps; a step is what a reader does, in words, and the keys for it. The miniatures
are indexed into a folder that is thrown away, together with an earlier state of one of them and the reproduction in the
folder `stories`, which needs nothing but Python.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
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


STORIES_FOLDER = Path(__file__).parent / "stories"
NOTES = ("the_residual", "guidance_happens_here", "the_steps")
"""Texts that are typed with spaces."""


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
            Step("How does the optimizer's step come to scatter them again?",
                 "slash 'DeepSpeedZeroOptimizer_Stage3.step enter m slash 'partition_all_parameters enter t"),
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
            Step("From the builder to the last convolution: `m` on `resnet50`, `t` on `conv1x1`.",
                 "slash 'resnet.resnet50 enter m slash 'resnet.conv1x1 enter t"),
            Step("Open `Bottleneck.forward`, go to its source, and step through the calls with `n`.",
                 "escape slash 'Bottleneck.forward enter 3 n n"),
            Step("Who calls it? A `Sequential` that was filled in a loop: `e` on the caller's row shows the evidence.",
                 "1 down e"),
            Step("`B` keeps it with a note, `H` shows where you have been.", "escape B 'the_residual enter H"),
        ),
    ),
    Story(
        "Why is there no path?",
        "demo-torchvision",
        (
            Step("`m` on `Bottleneck.forward`, and `t` on `conv1x1`, which only constructors call.",
                 "slash 'Bottleneck.forward enter m slash 'resnet.conv1x1 enter t"),
        ),
    ),
    Story(
        "What changed since last week?",
        "demo-torchvision",
        (
            Step("`D` compares with another workspace or revision, here an earlier state of the same code.",
                 "slash 'resnet.ResNet.forward enter D 'earlier"),
            Step("What came and what went, by module.", "enter"),
            Step("In the trees new calls have a `+`, and calls that went a `✗`.", "escape"),
            Step("In the graph new calls are heavy lines, and those that went are dashed, to what is gone.", "2"),
        ),
        (120, 30),
    ),
    Story(
        "Run it, and watch where it goes",
        "demo-torchvision",
        (
            Step("`r` offers the reproductions; ● are linked to this workspace.", "r 'residual"),
            Step("It runs under trace. What it called is listed by the names that upstream has for it.", "enter"),
            Step("Replay it: a call lights up, in the trees, the graph and the source at once.", "'replay enter"),
            Step("`.` steps on, and `,` back: what has lit up so far stays heavy, numbered in the order of the run.",
                 "full_stop full_stop full_stop"),
        ),
        (120, 30),
    ),
    Story(
        "Remember it, and take it along",
        "demo-webui",
        (
            Step("`B` keeps a symbol or a call, with a note.",
                 "slash 'CFGDenoiser.forward enter B 'guidance_happens_here enter"),
            Step('`"` lists what was kept.',
                 "slash 'KDiffusionSampler.sample enter B 'the_steps enter quotation_mark"),
            Step("`H` is the tree of where you have been: going back and then elsewhere keeps both branches.",
                 "escape slash 'create_infotext enter [ [ slash 'decode_latent_batch enter H"),
            Step("`x` writes what the graph shows to a file, whose name says as what.", "escape x"),
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
    """The screen after each step, for a reader who has not been there before."""
    from textual.widgets import Input

    from navigator.runs.places import state_folder
    from navigator.tui.app import NavigatorApp

    shutil.rmtree(state_folder() / "sessions", ignore_errors=True)
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
                    app.screen.query_one(Input).value = key[1:].replace("_", " ") if key[1:] in NOTES else key[1:]
                else:
                    await pilot.press(key)
                await settled()
            app.clear_notifications()
            await settled()
            rows = app.screen._compositor.render_strips()
            screens.append(_same("\n".join("".join(part.text for part in row).rstrip() for row in rows)))
        if app.problems:
            raise SystemExit(f"{story.title}: {app.problems[0]}")
    return screens


def _same(screen: str) -> str:
    """The screen with the same time of day and the same duration whenever it is made."""
    return re.sub(r"done, \d+ s", "done, 0 s", re.sub(r"-\d{8}-\d{6}", "-20260101-120000", screen))


def page() -> Iterator[str]:
    yield HEAD
    for story in STORIES:
        yield f"\n## {story.title}\n"
        for step, screen in zip(story.steps, asyncio.run(played(story)), strict=True):
            yield f"\n{step.words}\n\n```text\n{screen}\n```\n"


def earlier(folder: Path) -> Path:
    """The miniature of torchvision as it might have been before."""
    shutil.copytree(PAGE.parents[2] / "fixtures" / "torchvision", folder)
    network = folder / "torchvision" / "models" / "resnet.py"
    text = network.read_text(encoding="utf-8")
    for now, before in (
        ("        _log_api_usage_once(self)\n", ""),
        ("        return self._forward_impl(x)\n", "        return self._checked(x)\n\n"
         "    def _checked(self, x):\n        return self._forward_impl(x)\n"),
    ):  # fmt: skip
        assert now in text, now
        text = text.replace(now, before)
    network.write_text(text, encoding="utf-8")
    return folder


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory() as home:
        os.environ["NAVIGATOR_HOME"] = home
        os.environ["NO_COLOR"] = "1"
        from navigator.workspaces import index, open_entry

        for name in sorted({story.workspace for story in STORIES}):
            open_entry(name, jobs=1)
        shutil.copytree(STORIES_FOLDER / "reproductions", Path(home, "reproductions"))
        index([str(earlier(Path(home, "earlier")))], name="earlier", jobs=1)
        text = "".join(page())
    if arguments == ["--check"]:
        return int(text != PAGE.read_text(encoding="utf-8"))
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
