"""Local clones, archives and folders that stand for sources elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from navigator.workspaces import NoLocalSource
from navigator.workspaces.settings import RootSettings, Settings
from navigator.workspaces.substitution import substituted
from tests.repositories import Git, quiet_git

SOURCE = "git+https://example.invalid/team/kit.git"


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet_git(monkeypatch)


def local(folder: Path | None, root: RootSettings, overrides: dict[str, str] | None = None) -> str:
    (found,) = substituted(Settings((root,)), overrides or {}, folder).roots
    return found.local


def test_a_clone_is_known_by_the_commit_that_it_holds(tmp_path: Path) -> None:
    Git(tmp_path / "a-kit").commit(m="a = 1\n")
    other = Git(tmp_path / "deep" / "owner+fork" / "clone")
    commit = other.commit(m="b = 1\n")
    assert local(tmp_path, RootSettings(SOURCE, revision=commit)) == f"{other.folder}@{commit}"


def test_the_folder_itself_may_be_the_clone(tmp_path: Path) -> None:
    kit = Git(tmp_path / "kit")
    commit = kit.commit(m="a = 1\n")
    assert local(kit.folder, RootSettings(SOURCE, revision=commit)) == f"{kit.folder}@{commit}"


@pytest.mark.parametrize("shape", ["bare", "shallow"])
def test_bare_and_shallow_clones(tmp_path: Path, shape: str) -> None:
    kit = Git(tmp_path / "origin")
    kit.commit(m="a = 1\n")
    commit = kit.commit(m="a = 2\n")
    options = ["--bare"] if shape == "bare" else ["--depth=1"]
    kit("clone", "--quiet", *options, kit.folder.as_uri(), str(tmp_path / "clones" / "kit.git"))
    assert local(tmp_path / "clones", RootSettings(SOURCE, revision=commit)).endswith(f"kit.git@{commit}")


def test_a_branch_needs_the_name_as_well(tmp_path: Path) -> None:
    Git(tmp_path / "other").commit(m="a = 1\n")
    with pytest.raises(NoLocalSource, match="none of the 1 repositories there has it"):
        local(tmp_path, RootSettings(SOURCE, revision="main"))
    kit = Git(tmp_path / "kit")
    kit.commit(m="b = 1\n")
    assert local(tmp_path, RootSettings(SOURCE, revision="main")) == f"{kit.folder}@main"
    assert local(tmp_path, RootSettings(SOURCE)) == f"{kit.folder}@HEAD"


@pytest.mark.parametrize(
    "name",
    ["my_kit-1.0-py3-none-any.whl", "my-kit-1.0.tar.gz", "my.kit-1.0.zip", "my_kit-1.0", "sub/my_kit-1.0.tar.gz"],
)
def test_packages_are_found_by_name_and_version(tmp_path: Path, name: str) -> None:
    place = tmp_path / name
    place.parent.mkdir(exist_ok=True)
    if place.suffix == ".0":
        place.mkdir()
    else:
        place.write_bytes(b"")
    for other in ("my_kit-1.0.1.tar.gz", "my_kit-11.0.tar.gz", "kit-1.0.zip", "my_kit-1.0.txt"):
        (tmp_path / other).write_bytes(b"")
    assert local(tmp_path, RootSettings("pypi:My.Kit", revision="1.0")) == str(place)
    assert local(tmp_path, RootSettings("pypi:My.Kit==1.0")) == str(place)
    assert local(tmp_path, RootSettings("npm:my-kit@1.0")) == str(place)


def test_what_is_on_this_disk_needs_no_stand_in(tmp_path: Path) -> None:
    assert local(tmp_path / "nowhere", RootSettings(str(tmp_path))) == ""


@pytest.mark.parametrize("spelling", [SOURCE, "https://example.invalid/team/kit", f"{SOURCE}@main", SOURCE.upper()])
def test_an_override_is_found_however_the_source_is_written(tmp_path: Path, spelling: str) -> None:
    kit = Git(tmp_path / "somewhere")
    commit = kit.commit(m="a = 1\n")
    if spelling.startswith("GIT"):
        spelling = spelling.lower().replace("kit", "KIT")
    found = local(None, RootSettings(SOURCE, revision=commit), {spelling: str(kit.folder)})
    assert found == f"{kit.folder}@{commit}"
    assert local(None, RootSettings(SOURCE + "x", revision=commit), {spelling: str(kit.folder)}) == ""


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoLocalSource, match=r"no clone of git\+https.* with revision abc in .*there is no repository"):
        local(tmp_path, RootSettings(SOURCE, revision="abc"))
    with pytest.raises(NoLocalSource, match=r"no archive or folder kit-1 in"):
        local(tmp_path, RootSettings("pypi:kit==1"))
    with pytest.raises(NoLocalSource, match="is not a folder"):
        local(tmp_path / "none", RootSettings("pypi:kit==1"))
    with pytest.raises(NoLocalSource, match="does not exist"):
        local(None, RootSettings(SOURCE), {SOURCE: str(tmp_path / "none")})
