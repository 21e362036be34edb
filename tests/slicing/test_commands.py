"""``navigator slice`` and the short readings of ``navigator show``, as they are typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from navigator import bundled
from tests.cli.conftest import Run, home, run

__all__ = ["home", "run"]


@pytest.fixture
def torchvision(run: Run) -> None:
    assert run("index", str(bundled.fixture("torchvision")), "--name", "tv").status == 0


PATH = ("--path", "torchvision.models.resnet.resnet50", "conv1x1")


@pytest.mark.usefixtures("torchvision")
def test_a_path_is_cut_and_found_again(run: Run, tmp_path: Path) -> None:
    done = run("slice", *PATH, "-o", str(tmp_path / "cut"))
    assert done.status == 0, done.err
    assert "torchvision/models/resnet.py" in done.out
    assert "4 of 4 calls found again" in done.err
    assert run("index", str(tmp_path / "cut"), "--name", "cut").status == 0
    names = ["resnet50", "_resnet", "ResNet.__init__", "ResNet._make_layer", "conv1x1"]
    found = run("path", "-w", "cut", "resnet50", "conv1x1", "--json").json["paths"][0]
    assert [hop["symbol"]["name"] for hop in found] == [f"cut.torchvision.models.resnet.{name}" for name in names]
    checked = run("repro", "check", str(tmp_path / "cut"))
    assert checked.status == 0, checked.out + checked.err


@pytest.mark.usefixtures("torchvision")
def test_as_json(run: Run, tmp_path: Path) -> None:
    document = run("slice", "conv1x1", "-o", str(tmp_path / "cut"), "--stub-external", "--json").json
    assert document["kept"][0]["name"] == "torchvision.models.resnet.conv1x1"
    assert document["packages"] == ["torch"] == document["stood_in"]
    assert document["imported"] and document["open_calls"] == []


@pytest.mark.usefixtures("torchvision")
@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        ((), 2, "give either SYMBOLs or --path"),
        (("conv1x1", *PATH), 2, "give either SYMBOLs or --path"),
        ((*PATH, "--depth", "2"), 2, "--depth belongs to SYMBOLs"),
        (("conv1x2",), 2, "nearest"),
        (("--path", "conv1x1", "torchvision.models.resnet.resnet50"), 1, "no calls lead from"),
        (("torch.nn.Conv2d",), 2, "outside the workspace"),
    ],
)
def test_what_cannot_be_cut(arguments: tuple[str, ...], status: int, told: str, run: Run, tmp_path: Path) -> None:
    done = run("slice", *arguments, "-o", str(tmp_path / "cut"))
    assert (done.status, done.out) == (status, "")
    assert told in done.err and len(done.err.splitlines()) == 1
    assert not (tmp_path / "cut").exists()


@pytest.mark.usefixtures("torchvision")
def test_a_folder_that_is_there_is_left_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "cut").mkdir()
    (tmp_path / "cut" / "mine.txt").write_text("mine")
    done = run("slice", "conv1x1", "-o", str(tmp_path / "cut"))
    assert done.status == 2 and "is there already" in done.err
    assert [each.name for each in (tmp_path / "cut").iterdir()] == ["mine.txt"]
    done = run("slice", "conv1x1", "-o", str(tmp_path / "not-a-name"))
    assert done.status == 2 and "cannot be the name of a package" in done.err


def test_typescript_is_refused(run: Run, tmp_path: Path) -> None:
    assert run("index", str(bundled.fixture("konva")), "--name", "konva").status == 0
    done = run("slice", "Node._fire", "-o", str(tmp_path / "cut"))
    assert done.status == 2 and "src/Node.ts: slices are cut from Python (.py) only" in done.err
    outline = run("show", "Node._fireAndBubble", "--skeleton")
    assert outline.status == 0 and "▷ Node._fire" in outline.out


@pytest.mark.usefixtures("torchvision")
def test_the_outline_of_a_class(run: Run) -> None:
    lines = run("show", "Bottleneck", "--skeleton").out.splitlines()
    assert any("class Bottleneck(nn.Module):" in line for line in lines)
    assert any(line.endswith("▶ resnet.conv1x1") for line in lines)
    assert any("⋮" in line for line in lines)
    both = run("show", "Bottleneck", "--skeleton", "--inline", "conv1x1")
    assert both.status == 2


@pytest.mark.usefixtures("torchvision")
def test_a_path_as_one_listing(run: Run) -> None:
    done = run("show", "torchvision.models.resnet.resnet50", "--inline", "conv1x1")
    assert done.status == 0
    assert "│ │ │ │      torchvision.models.resnet.conv1x1" in done.out
    document = run("show", "torchvision.models.resnet.resnet50", "--inline", "conv1x1", "--json").json
    depths = [line["depth"] for line in document["lines"]]
    assert max(depths) == 4 and depths[0] == 0
    assert run("show", "conv1x1", "--inline", "torchvision.models.resnet.resnet50").status == 1
