"""Where reproductions are found, and what stands in the way of one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from navigator.runs import BadManifest, Reproduction, UnknownReproduction, find_reproduction, reproductions
from tests.runs.folders import COUNT, lay_count


def test_the_users_own_are_found(count: Reproduction, own_home: Path) -> None:
    assert count.origin == "user"
    assert count.folder == own_home / "reproductions" / "count"
    assert "count" in [each.id for each in reproductions().found]


def test_a_folder_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = lay_count(tmp_path)
    assert find_reproduction(f"{folder}").folder == folder
    monkeypatch.chdir(folder.parent)
    assert find_reproduction("./count").folder == folder
    with pytest.raises(UnknownReproduction, match=r"for the folder write \./count"):
        find_reproduction("count")
    with pytest.raises(UnknownReproduction, match=r"holds no reproduction\.toml"):
        find_reproduction("./other")


def test_further_folders_are_looked_in(tmp_path: Path) -> None:
    folder = lay_count(tmp_path)
    assert find_reproduction("count", [folder.parent]).origin == "workspace"


def test_a_broken_one_does_not_hide_the_others(count: Reproduction, own_home: Path) -> None:
    broken = own_home / "reproductions" / "broken"
    shutil.copytree(count.folder, broken)
    (broken / "reproduction.toml").write_text("id = 1\n")
    known = reproductions()
    assert "count" in [each.id for each in known.found]
    assert [each.folder for each in known.broken] == [broken]
    with pytest.raises(BadManifest, match=r"broken/reproduction\.toml"):
        find_reproduction("broken")


def test_an_id_stands_for_one_folder(count: Reproduction, tmp_path: Path) -> None:
    other = lay_count(tmp_path)
    known = reproductions([other.parent])
    assert find_reproduction("count", [other.parent]).folder == count.folder
    assert [each.message for each in known.broken] == [
        f"{other}/reproduction.toml: id: 'count' is taken by {count.folder}"
    ]


def test_an_unknown_one_names_the_nearest(count: Reproduction) -> None:
    with pytest.raises(UnknownReproduction, match=r"no reproduction 'cuont'; there is: .*count"):
        find_reproduction("cuont")


def test_the_bundled_ones_are_sound() -> None:
    known = reproductions()
    assert not known.broken
    assert COUNT
