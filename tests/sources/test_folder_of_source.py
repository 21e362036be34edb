"""A part of a source that becomes its top, in every kind of source."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from navigator.sources import NotFoundError, Snapshot, SpecError
from tests.repositories import Git

Take = Callable[..., Snapshot]
FILES = {"libs/kit/a.py": "a = 1\n", "libs/kit/sub/b.py": "b = 1\n", "libs/kitchen/c.py": "c = 1\n"}


@pytest.fixture(params=["folder", "revision", "url", "archive"])
def source(request: pytest.FixtureRequest, tmp_path: Path, repository: Git) -> str:
    for path, text in FILES.items():
        repository.write(path, text)
    repository.commit()
    if request.param == "folder":
        return str(repository.folder)
    if request.param == "revision":
        return f"{repository.folder}@main"
    if request.param == "url":
        return f"git+{repository.folder.as_uri()}@main"
    with zipfile.ZipFile(tmp_path / "kit.zip", "w") as archive:
        for path, text in FILES.items():
            archive.writestr(path, text)
        archive.writestr("README.py", "")
    return str(tmp_path / "kit.zip")


def test_it_becomes_the_top(take: Take, source: str, paths_of: Callable[[Snapshot], list[str]]) -> None:
    found = take(source, folder="libs/kit")
    assert (found.name, paths_of(found)) == ("kit", ["a.py", "sub/b.py"])
    assert dict(found.read_many(["sub/b.py", "a.py"])) == {"sub/b.py": b"b = 1\n", "a.py": b"a = 1\n"}
    assert take(source)["libs/kit/a.py"].digest == found["a.py"].digest


def test_globs_are_seen_from_there(take: Take, source: str, paths_of: Callable[[Snapshot], list[str]]) -> None:
    assert paths_of(take(source, folder="./libs/kit/", exclude=["/sub/"])) == ["a.py"]
    assert paths_of(take(source, folder="libs/kit", include=["sub/**"])) == ["sub/b.py"]


def test_one_that_is_not_there(take: Take, source: str) -> None:
    with pytest.raises(NotFoundError, match="libs/none"):
        take(source, folder="libs/none")


@pytest.mark.parametrize("folder", ["..", "libs/../..", "/libs"])
def test_one_that_leads_out(take: Take, source: str, folder: str) -> None:
    with pytest.raises(SpecError, match="leads out of the source"):
        take(source, folder=folder)
