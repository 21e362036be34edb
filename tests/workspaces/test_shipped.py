"""The catalog: its entries are sound, and one is opened from local clones, offline, again and under a name."""

from __future__ import annotations

from pathlib import Path

import pytest

from navigator import bundled
from navigator.index import Home
from navigator.sources import UnreachableError
from navigator.workspaces import (
    NameTaken,
    NoLocalSource,
    NotInCatalog,
    catalog_entries,
    index,
    open_entry,
    open_workspace,
    overviews,
    shipped,
)
from navigator.workspaces.settings import RootSettings, Settings
from navigator.workspaces.workspace_file import WorkspaceFile
from tests.repositories import Git, quiet_git
from tests.workspaces.packages import SHOP, lay


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def clones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Clones of two repositories, and a catalog whose only real entry joins them."""
    quiet_git(monkeypatch)
    app, kit = Git(tmp_path / "clones" / "app"), Git(tmp_path / "clones" / "kit")
    pins = {
        "app": app.commit(app__main="from kit.tools import cut\n\ndef main():\n    cut()\n"),
        "kit": kit.commit(kit__tools="def cut(): ...\n"),
    }
    kit.commit(kit__tools="def cut_anew(): ...\n")
    roots = tuple(RootSettings(f"git+https://example.invalid/{name}.git", name, pin) for name, pin in pins.items())
    file = WorkspaceFile("both", "Two repositories.", Settings(roots), {})
    monkeypatch.setattr(shipped, "_names", lambda: ["both"])
    monkeypatch.setattr(shipped, "_detached", lambda _: file)
    return tmp_path / "clones"


def test_every_upstream_has_an_entry_with_pinned_sources() -> None:
    entries = {entry.name: entry for entry in catalog_entries()}
    assert {"webui", "deepspeed", "konva", "torchvision"} <= set(entries)
    for entry in entries.values():
        assert entry.about
        if not entry.name.startswith("demo-"):
            assert all("@" in source or "==" in source for source in entry.sources), entry
    assert {name for name in entries if name.startswith("demo-")} == {f"demo-{each}" for each in bundled.fixtures()}


@pytest.mark.parametrize("fixture", bundled.fixtures())
def test_every_miniature_opens_offline(home: Home, fixture: str) -> None:
    done = open_entry(f"demo-{fixture}", home=home)
    assert done.linked and not done.problems
    again = open_entry(f"demo-{fixture}", home=home)
    assert not again.linked and not again.changed


def test_from_local_clones(home: Home, clones: Path) -> None:
    done = open_entry("both", local=clones, home=home)
    assert (done.workspace, done.parsed) == ("both", 2)
    with open_workspace(home=home) as workspace:
        assert [root.source for root in workspace.roots] == [root.spec for root in workspace.settings.roots]
        (edge,) = workspace.callers("cut").edges
        assert (edge.caller.id, edge.callee.id) == ("app:app.main.main", "kit:kit.tools.cut")


def test_once_open_it_needs_no_network(home: Home, clones: Path) -> None:
    open_entry("both", local=clones, home=home)
    again = open_entry("both", home=home)
    assert not again.linked and not again.changed
    assert not index(name="both", home=home).changed


def test_offline_it_says_so_and_leaves_everything_as_it_was(home: Home, clones: Path, tmp_path: Path) -> None:
    index([str(lay(tmp_path / "shop", SHOP))], home=home)
    with pytest.raises(
        UnreachableError, match=r"git cannot fetch .*; what has been fetched is kept.*--from DIR"
    ) as told:
        open_entry("both", home=home)
    assert told.value.exit_code == 3 and "\n" not in str(told.value)
    assert [(each.name, each.current) for each in overviews(home=home)] == [("shop", True)]


def test_from_a_folder_without_them(home: Home, clones: Path, tmp_path: Path) -> None:
    lay(tmp_path / "empty", {})
    with pytest.raises(NoLocalSource, match="there is no repository"):
        open_entry("both", local=tmp_path / "empty", home=home)
    assert overviews(home=home) == []


def test_names(home: Home, clones: Path, tmp_path: Path) -> None:
    with pytest.raises(NotInCatalog, match="the catalog has no 'boht'; there is: both"):
        open_entry("boht", home=home)
    index([str(lay(tmp_path / "shop", SHOP))], name="both", home=home)
    with pytest.raises(NameTaken, match="'both' already stands for"):
        open_entry("both", local=clones, home=home)
    assert open_entry("both", local=clones, name="two", home=home).workspace == "two"
