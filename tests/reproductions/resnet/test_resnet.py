"""What torchvision does not have: shortcut options A and C, plain nets, weights from a folder, the experiment."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="the reproduction needs torch (extra: reproductions)")

from reproductions.resnet import architectures, builders, degradation, digits  # noqa: E402
from reproductions.resnet.blocks import BasicBlock, Bottleneck, PaddedIdentity  # noqa: E402
from reproductions.resnet.digits import Curve  # noqa: E402


def _parameters(net: torch.nn.Module) -> int:
    return sum(each.numel() for each in net.parameters())


def test_option_a_keeps_pixels_and_adds_zeros() -> None:
    x = torch.arange(2 * 3 * 5 * 4, dtype=torch.float32).view(2, 3, 5, 4)
    y = PaddedIdentity(3, 8, 2)(x)
    assert y.shape == (2, 8, 3, 2)
    for row in range(3):
        for column in range(2):
            assert torch.equal(y[:, :3, row, column], x[:, :, 2 * row, 2 * column])
    assert not y[:, 3:].any()
    with pytest.raises(ValueError, match="cannot make 2 channels of 3"):
        PaddedIdentity(3, 2, 1)


@pytest.mark.parametrize("name", ["resnet18", "resnet50"])
def test_what_each_option_costs(name: str) -> None:
    """Projections have in * out weights and 2 * out of the norm; only their number differs between options."""
    build = getattr(builders, name)
    with torch.device("meta"):
        nets = {option: build(shortcut=option) for option in ("A", "B", "C", "none")}
    expansion = 1 if name == "resnet18" else 4
    blocks = (2, 2, 2, 2) if name == "resnet18" else (3, 4, 6, 3)
    first, later, inplanes = 0, 0, 64
    for stage, planes in enumerate((64, 128, 256, 512)):
        out = planes * expansion
        if stage or inplanes != out:
            first += inplanes * out + 2 * out
        else:
            later += inplanes * out + 2 * out
        later += (blocks[stage] - 1) * (out * out + 2 * out)
        inplanes = out
    assert _parameters(nets["A"]) == _parameters(nets["none"])
    assert _parameters(nets["B"]) - _parameters(nets["A"]) == first
    assert _parameters(nets["C"]) - _parameters(nets["B"]) == later


def test_an_unknown_option_is_named() -> None:
    with pytest.raises(ValueError, match="'D' is none of A, B, C, none"):
        builders.resnet18(shortcut="D")


@pytest.mark.parametrize("option", ["A", "B", "C", "none"])
def test_every_option_trains(option: str) -> None:
    torch.manual_seed(0)
    net = builders.resnet18(shortcut=option, num_classes=5)
    net(torch.randn(2, 3, 48, 48)).square().sum().backward()
    assert all(each.grad is not None and each.grad.isfinite().all() for each in net.parameters())


@pytest.mark.parametrize("block", [BasicBlock, Bottleneck])
def test_a_block_is_its_residual_plus_its_input(block: type[torch.nn.Module]) -> None:
    """With the same weights, before the last relu: residual block = plain block + x."""
    torch.manual_seed(0)
    channels = 4 * block.expansion
    net = block(channels, 4).eval()
    x = torch.randn(2, channels, 6, 6).double()
    net.double().relu = torch.nn.Identity()
    both = net(x)
    net.residual = False
    torch.testing.assert_close(both, net(x) + x)


def test_zero_init_makes_a_block_its_shortcut() -> None:
    torch.manual_seed(0)
    net = builders.resnet50(zero_init_residual=True).eval()
    x = torch.randn(1, 256, 8, 8).relu()
    assert torch.equal(net.layer1[1](x), x)


@pytest.mark.parametrize(
    ("name", "layers"), [("resnet18", 18), ("resnet34", 34), ("resnet101", 101), ("resnet152", 152)]
)
def test_names_count_weighted_layers(name: str, layers: int) -> None:
    with torch.device("meta"):
        assert architectures.weighted_layers(getattr(builders, name)()) == layers


def test_weights_are_read_and_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"resnet18-f37072fd\.pth is not there"):
        builders.resnet18(weights="DEFAULT")
    torch.manual_seed(3)
    net = builders.resnet18()
    file = tmp_path / "checkpoints" / "resnet18-f37072fd.pth"
    file.parent.mkdir()
    torch.save(net.state_dict(), file)
    with pytest.raises(ValueError, match="is damaged"):
        builders.resnet18(weights="DEFAULT")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    weights = builders.ResNet18_Weights.IMAGENET1K_V1
    monkeypatch.setattr(weights, "_value_", type(weights.value)(f"resnet18-{digest[:8]}.pth", weights.value.num_params))
    file.rename(file.with_name(weights.value.file))
    loaded = builders.resnet18(weights=weights)
    assert all(torch.equal(a, b) for a, b in zip(net.state_dict().values(), loaded.state_dict().values(), strict=True))
    with pytest.raises(ValueError, match="num_classes is 1000 here, not 10"):
        builders.resnet18(weights=weights, num_classes=10)


@pytest.mark.parametrize("depth", [8, 20, 32])
def test_digit_nets_have_their_depth_and_equal_kinds(depth: int) -> None:
    torch.manual_seed(0)
    plain = digits.DigitsNet(depth, residual=False)
    torch.manual_seed(0)
    residual = digits.DigitsNet(depth, residual=True)
    assert architectures.weighted_layers(plain) == architectures.weighted_layers(residual) == depth
    for a, b in zip(plain.state_dict().values(), residual.state_dict().values(), strict=True):
        assert torch.equal(a, b)
    with pytest.raises(ValueError, match="6 n"):
        digits.DigitsNet(depth + 1, residual=True)


def _curves(figures: dict[tuple[str, int], tuple[float, ...]]) -> list[Curve]:
    return [
        Curve(kind, depth, seed, (2.3, loss), 0.9)
        for (kind, depth), losses in figures.items()
        for seed, loss in enumerate(losses)
    ]


def test_the_verdict_by_hand() -> None:
    clear = {
        ("plain", 8): (0.2, 0.3),
        ("plain", 20): (0.8, 1.0),
        ("residual", 8): (0.1,) * 2,
        ("residual", 20): (0.02,) * 2,
    }
    held, detail = degradation.verdict(_curves(clear))
    assert held
    assert detail == "training loss at depth 8 -> 20: plain 0.250 -> 0.900; residual 0.100 -> 0.020"
    # 0.25 -> 0.30 lies within the spreads; a residual net that gets worse is no proof; neither is a step back.
    for changed in (
        {("plain", 20): (0.1, 0.5)},
        {("residual", 20): (0.11, 0.12)},
        {("plain", 14): (2.0, 2.0), ("residual", 14): (0.05, 0.05)},
    ):
        assert not degradation.verdict(_curves(clear | changed))[0], changed


def test_the_plot_marks_every_epoch_and_stands_what_is_not_finite() -> None:
    curves = _curves(
        {("plain", 8): (float("nan"),), ("plain", 20): (0.5,), ("residual", 8): (0.1,), ("residual", 20): (0.2,)}
    )
    plot = degradation.text(curves, width=40, height=9)
    # The legend, the last epoch, and for the net drawn last the first epoch too, which is the same for all.
    assert [plot.count(mark) for mark in "●■○□"] == [1, 2, 2, 3]
    assert max(map(len, plot.splitlines())) <= 72
