"""Every action of the registry in every context; keys, the user's keymap, what a browser's session may not do."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from navigator.tui.actions import CONTEXTS, REGISTRY, BadKeymap, keys_of, with_keys
from navigator.tui.allowed import VARIABLE
from navigator.tui.configuration import configured
from tests.tui.driver import Driver, opened

LEAVES = {"quit", "edit", "run", "diff", "reindex", "suspend"}
"""Done in stories of their own: they end the app, start programs, or take long."""


@pytest.mark.parametrize("context", ["calls", "graph", "source"])
def test_every_action_in_every_context(home: Path, context: str) -> None:
    async def play() -> None:
        async with opened("demo-torchvision", "resnet._resnet") as nav:
            for action in REGISTRY:
                if action.id in LEAVES:
                    continue
                nav.app.show_view(context)
                reason = nav.app.lacking(action)
                await nav.app.action_do(action.id)
                await nav.settled()
                if reason:
                    assert nav.notes() == [reason], action.id
                while len(nav.app.screen_stack) > 1:
                    await nav.press("escape")
                assert nav.app.problems == [], action.id
            assert in_step(nav)

    asyncio.run(play())


def in_step(nav: Driver) -> bool:
    """Whether all views show the selection: the graph its node, or the caller's, where one is drawn; the source its
    definition, or the text of the caller."""
    app = nav.app
    keys = [app.selection.symbol, *([app.selection.call.caller] if app.selection.call is not None else [])]
    nodes = [node.id for node in map(app.graph._node_of, keys) if node is not None]
    shown = app.source._shown
    return (not nodes or app.graph.selected in nodes) and (shown is None or shown.symbol.id == keys[-1])


def test_no_key_of_a_context_means_two_things() -> None:
    for context in CONTEXTS:
        keys = [key for action in REGISTRY if action.context == context for key in action.keys]
        assert len(keys) == len(set(keys)), context


def test_every_action_says_what_it_does() -> None:
    assert len({action.id for action in REGISTRY}) == len(REGISTRY)
    for action in REGISTRY:
        assert action.help.endswith((".", "…")) and keys_of(action) and action.title


def test_keys_are_the_users(home: Path) -> None:
    (home / "config.toml").write_text('[tui]\ntheme = "light"\n[tui.keys]\nsearch = ["f5"]\npin = ["f6"]\n')

    async def play() -> None:
        async with opened() as nav:
            assert nav.app.theme == "navigator-light"
            await nav.press("f5")
            assert len(nav.app.screen_stack) == 2
            await nav.press("escape", "2", "f6")
            assert nav.app.graph.view.pinned
            await nav.press("slash")
            assert len(nav.app.screen_stack) == 1

    asyncio.run(play())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[tui.keys]\nserch = ["f5"]\n', "search"),
        ('[tui.keys]\nsearch = ["W"]\n', "workspaces"),
        ('[tui]\ntheme = "pink"\n', "universal"),
        ('[tui]\ncolor = "pink"\n', "color"),
    ],
)
def test_a_mistake_in_the_configuration_is_told(home: Path, text: str, told: str) -> None:
    from navigator.errors import NavigatorError

    (home / "config.toml").write_text(text)
    with pytest.raises(NavigatorError, match=told):
        configured()


def test_a_key_for_two_actions_is_refused() -> None:
    with pytest.raises(BadKeymap, match="both"):
        with_keys(REGISTRY, {"search": ["f5"], "why": ["f5"]})


def test_a_session_may_be_kept_from_acting(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "0")

    async def play() -> None:
        async with opened() as nav:
            for action in REGISTRY:
                if action.acts_outside:
                    await nav.app.action_do(action.id)
                    await nav.settled()
                    assert "--allow-actions" in nav.notes()[-1], action.id
                    assert len(nav.app.screen_stack) == 1

    asyncio.run(play())


def test_the_editor_gets_file_and_line(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "edited"
    (home / "config.toml").write_text(f'editor = ["sh", "-c", "echo {{file}} {{line}} > {log}"]\n')

    async def play() -> None:
        async with opened("demo-torchvision", "resnet.conv1x1") as nav:
            import contextlib

            monkeypatch.setattr(nav.app, "suspend", contextlib.nullcontext)
            await nav.press("o")
            assert nav.app.problems == []

    asyncio.run(play())
    file, line = log.read_text().split()
    assert file.endswith("resnet.py") and "def conv1x1" in Path(file).read_text().splitlines()[int(line) - 1]


def test_an_editor_that_is_not_there_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "config.toml").write_text('editor = ["no-such-editor", "{file}"]\n')

    async def play() -> None:
        async with opened("demo-torchvision", "resnet.conv1x1") as nav:
            import contextlib

            monkeypatch.setattr(nav.app, "suspend", contextlib.nullcontext)
            await nav.press("o")
            assert "no-such-editor" in nav.app.problems[0]

    asyncio.run(play())


def test_keys_that_are_no_longer_shown_are_forgotten(home: Path) -> None:
    """The foot of the screen is made anew with every change of what can be done; what it was before is let go."""
    import gc

    from textual.widgets._footer import FooterKey

    async def play() -> None:
        async with opened("demo-torchvision") as nav:
            for _ in range(12):
                await nav.press("2", "3", "1")
            gc.collect()
            kept = [each for each in gc.get_objects() if type(each) is FooterKey]
            shown = [each for each in kept if each.is_attached]
            assert shown and len(kept) <= 2 * len(shown)

    asyncio.run(play())
