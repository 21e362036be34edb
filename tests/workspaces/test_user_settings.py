"""The user's configuration, and trust in folders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from navigator.index import Home
from navigator.workspaces import BadFile, ReproductionFolder, Trust, UntrustedFolder, index, open_workspace
from navigator.workspaces.user_settings import configuration_file, user_settings
from tests.workspaces.packages import SHOP, lay


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("NAVIGATOR_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    return Home.default()


@pytest.fixture
def trust(home: Home) -> Trust:
    return Trust(home)


def test_without_a_configuration(home: Home) -> None:
    assert (user_settings().editor, user_settings().sources) == ([], {})


def test_the_configuration_lies_in_the_platforms_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NAVIGATOR_HOME")
    assert configuration_file().parts[-2:] == ("navigator", "config.toml")


def test_a_configuration(home: Home) -> None:
    configuration_file().write_text('editor = ["vi", "+{line}", "{file}"]\n[sources]\n"pypi:kit" = "kit.zip"\n')
    assert user_settings().editor == ["vi", "+{line}", "{file}"]
    assert user_settings().sources == {"pypi:kit": str(home.folder / "kit.zip")}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('edtor = ["vi"]', r"config\.toml: unknown key edtor; did you mean 'editor'"),
        ('editor = "vi"', r"config\.toml: editor: expected array, got str"),
        ("[sources]\na = 1", r"config\.toml: sources\[\.\.\.\]: expected str, got int"),
    ],
)
def test_mistakes(home: Home, text: str, told: str) -> None:
    configuration_file().write_text(text)
    with pytest.raises(BadFile, match=told):
        user_settings()


def test_an_override_of_the_users(home: Home, tmp_path: Path) -> None:
    lay(tmp_path / "kit", SHOP)
    configuration_file().write_text('[sources]\n"pypi:kit" = "../kit"\n')
    file = tmp_path / "navigator.toml"
    file.write_text('[[roots]]\nsource = "pypi:kit"\nrevision = "1.0"\n')
    assert index(file=file, name="w", home=home).files == 4
    with open_workspace("w", home=home) as workspace:
        assert [(root.source, root.revision) for root in workspace.roots] == [(str(tmp_path / "kit"), "")]


def test_trust_holds_for_what_lies_below(trust: Trust, tmp_path: Path) -> None:
    inside = tmp_path / "mine" / "runs"
    inside.mkdir(parents=True)
    assert not trust.holds(inside)
    with pytest.raises(UntrustedFolder, match=r"nothing in .*runs may run.*`navigator trust .*runs`"):
        trust.require(inside)
    assert trust.add(tmp_path / "mine") == str(tmp_path / "mine")
    trust.require(inside)
    assert trust.holds(inside / "deeper") and not trust.holds(tmp_path / "mine-too")
    with pytest.raises(BadFile, match=r"runs itself is not trusted; it lies in .*mine, which is"):
        trust.remove(inside)
    trust.remove(tmp_path / "mine")
    assert not trust.holds(inside) and trust.folders() == ()


def test_a_link_is_what_it_points_at(trust: Trust, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "link").symlink_to(tmp_path / "outside")
    trust.add(tmp_path / "mine")
    assert not trust.holds(tmp_path / "mine" / "link")
    assert trust.add(tmp_path / "mine" / "link") == str(tmp_path / "outside")


def test_only_folders_are_trusted(trust: Trust, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in ("file", "none"):
        with pytest.raises(BadFile, match="is not a folder"):
            trust.add(tmp_path / place)


def test_a_damaged_list_trusts_nothing(trust: Trust, home: Home, tmp_path: Path) -> None:
    (home.folder / "trusted.json").write_text(json.dumps({"all": True}))
    with pytest.raises(BadFile, match=r"trusted\.json cannot be read"):
        trust.holds(tmp_path)


def test_reproductions_of_a_workspace_file_wait_for_trust(trust: Trust, home: Home, tmp_path: Path) -> None:
    lay(tmp_path / "desk" / "code", SHOP)
    (tmp_path / "desk" / "runs").mkdir()
    file = tmp_path / "desk" / "navigator.toml"
    file.write_text('reproductions = ["runs"]\n[[roots]]\nsource = "code"\n')
    index(file=file, home=home)
    with open_workspace(home=home) as workspace:
        assert workspace.reproduction_folders() == (ReproductionFolder(str(tmp_path / "desk" / "runs"), False),)
        trust.add(tmp_path / "desk")
        assert workspace.reproduction_folders() == (ReproductionFolder(str(tmp_path / "desk" / "runs"), True),)


def test_a_workspace_without_a_file_has_no_reproductions(home: Home, tmp_path: Path) -> None:
    index([str(lay(tmp_path / "shop", SHOP))], home=home)
    with open_workspace(home=home) as workspace:
        assert workspace.reproduction_folders() == ()
