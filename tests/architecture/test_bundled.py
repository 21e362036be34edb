from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from navigator import bundled

ROOT = Path(__file__).parents[2]


def test_fixtures_are_found() -> None:
    assert "torchvision" in bundled.fixtures()
    assert (bundled.fixture("torchvision") / "torchvision" / "models" / "resnet.py").is_file()


@pytest.mark.parametrize("name", ["torchvison", "", "..", "nothing like it"])
def test_an_unknown_name_tells_the_nearest(name: str) -> None:
    with pytest.raises(bundled.NotBundled, match=r"there is: .*torchvision") as caught:
        bundled.fixture(name)
    assert caught.value.exit_code == 2


def test_a_wheel_carries_them_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds the wheel that a user installs, unpacks it elsewhere and asks it."""
    build = pytest.importorskip("hatchling.build", reason="hatchling is not installed: the wheel is not built")
    monkeypatch.chdir(ROOT)
    wheel = tmp_path / build.build_wheel(str(tmp_path))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    monkeypatch.setattr(bundled, "_PACKAGE", tmp_path / "site" / "navigator")
    folder = bundled.fixture("torchvision")
    assert folder.is_relative_to(tmp_path)
    shipped = {file.relative_to(folder) for file in folder.rglob("*.py")}
    original = ROOT / "fixtures" / "torchvision"
    assert shipped == {file.relative_to(original) for file in original.rglob("*.py")}
    assert (tmp_path / "site" / "navigator" / "py.typed").is_file()
    assert (tmp_path / "site" / "navigator" / "workspaces" / "shipped" / "webui.toml").is_file()
