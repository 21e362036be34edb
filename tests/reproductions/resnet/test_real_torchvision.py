"""Our networks beside torchvision's own, under the same weights."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="the reproduction needs torch (extra: reproductions)")

from reproductions.resnet import builders  # noqa: E402
from reproductions.resnet.interface import BUILTIN_MODELS  # noqa: E402


def _pair(real: Any, name: str, seed: int, **options: Any) -> tuple[Any, Any]:
    """Ours and theirs, each built from the same state of the generator."""
    nets = []
    for module in (builders, real):
        torch.manual_seed(seed)
        nets.append(getattr(module, name)(**options))
    return nets[0], nets[1]


def _shapes(net: Any) -> dict[str, tuple[Any, ...]]:
    return {key: (tuple(value.shape), value.dtype) for key, value in net.state_dict().items()}


def test_the_ten_builders_are_the_ones_registered_there(real: Any) -> None:
    theirs = {name for name in real.__all__ if name[0].islower() or name.startswith("wide")}
    assert set(BUILTIN_MODELS) == theirs
    assert len(theirs) == 10


@pytest.mark.parametrize("name", BUILTIN_MODELS)
def test_same_parameters_keys_and_shapes(real: Any, name: str) -> None:
    with torch.device("meta"):
        ours, theirs = getattr(builders, name)(), getattr(real, name)()
    assert list(_shapes(ours).items()) == list(_shapes(theirs).items())
    weights = next(
        iter(each for each in vars(real).values() if getattr(each, "__name__", "").lower() == f"{name}_weights")
    )
    stated = weights.IMAGENET1K_V1.meta["num_params"]
    assert sum(each.numel() for each in ours.parameters()) == stated


@pytest.mark.parametrize("name", BUILTIN_MODELS)
def test_the_same_weight_files(real: Any, name: str) -> None:
    for module in (builders, real):
        assert f"{name}_weights" in {each.lower() for each in vars(module)}
    ours, theirs = (
        next(value for key, value in vars(module).items() if key.lower() == f"{name}_weights")
        for module in (builders, real)
    )
    assert {key: member.value.file for key, member in ours.__members__.items()} == {
        key: member.url.rpartition("/")[2] for key, member in theirs.__members__.items()
    }


DILATED = [False, True, True]

CASES: list[tuple[str, dict[str, Any]]] = [
    ("resnet18", {}),
    ("resnet34", {"num_classes": 7}),
    ("resnet50", {}),
    ("resnet50", {"replace_stride_with_dilation": DILATED}),
    ("resnet50", {"replace_stride_with_dilation": [True, False, True], "zero_init_residual": True}),
    ("resnet50", {"groups": 4, "width_per_group": 32, "num_classes": 3}),
    ("resnet50", {"norm_layer": lambda planes: torch.nn.GroupNorm(4, planes)}),
    ("resnet18", {"zero_init_residual": True}),
    ("resnext50_32x4d", {}),
    ("wide_resnet50_2", {}),
]
LONG: list[tuple[str, dict[str, Any]]] = [
    ("resnet101", {}),
    ("resnet152", {}),
    ("resnext101_32x8d", {"replace_stride_with_dilation": DILATED}),
    ("resnext101_64x4d", {}),
    ("wide_resnet101_2", {}),
]


@pytest.mark.parametrize(("name", "options"), [*CASES, *(pytest.param(*case, marks=pytest.mark.long) for case in LONG)])
@pytest.mark.parametrize("training", [True, False])
def test_same_outputs_and_gradients(real: Any, name: str, options: dict[str, Any], training: bool) -> None:
    ours, theirs = _pair(real, name, 1, **options)
    # Equal seeds give equal initial values, so that is what a user of either gets.
    assert all(torch.equal(a, b) for a, b in zip(ours.state_dict().values(), theirs.state_dict().values(), strict=True))
    theirs.load_state_dict(ours.state_dict())
    images = torch.randn(2, 3, 64, 64)
    results = []
    for net in (ours, theirs):
        net.train(training)
        inputs = images.clone().requires_grad_()
        outputs = net(inputs)
        outputs.square().mean().backward()
        gradients = {key: each.grad for key, each in net.named_parameters()}
        results.append((outputs.detach(), inputs.grad, gradients, net.state_dict()))
    (our_outputs, our_inputs, our_gradients, our_state), (their_outputs, their_inputs, their_gradients, their_state) = (
        results
    )
    close = {"rtol": 1e-6, "atol": 1e-6}
    torch.testing.assert_close(our_outputs, their_outputs, **close)
    torch.testing.assert_close(our_inputs, their_inputs, **close)
    torch.testing.assert_close(our_gradients, their_gradients, **close)
    # Running means and variances, too.
    torch.testing.assert_close(our_state, their_state, **close)
    assert our_outputs.abs().max() > 0


@pytest.mark.parametrize(
    "arguments",
    [
        {"replace_stride_with_dilation": [True, True]},
        {"replace_stride_with_dilation": [True, True, True]},
        {"groups": 2},
        {"width_per_group": 128},
    ],
)
def test_the_same_requests_are_refused(real: Any, arguments: dict[str, Any]) -> None:
    errors = []
    for module in (builders, real):
        with pytest.raises((ValueError, NotImplementedError)) as caught:
            module.resnet18(**arguments)
        errors.append(caught.type)
    assert errors[0] is errors[1]


def test_builders_that_set_a_parameter_refuse_another(real: Any) -> None:
    for module in (builders, real):
        with pytest.raises(ValueError, match=r"groups|width_per_group"):
            module.resnext50_32x4d(groups=2)


@pytest.mark.parametrize("name", [None, "DEFAULT", "IMAGENET1K_V1", "ResNet50_Weights.IMAGENET1K_V2"])
def test_the_same_members_are_verified(real: Any, name: str | None) -> None:
    ours, theirs = (module.ResNet50_Weights.verify(name) for module in (builders, real))
    assert (ours and ours.name) == (theirs and theirs.name)


def test_what_is_no_weights_is_refused_alike(real: Any) -> None:
    for module in (builders, real):
        with pytest.raises(TypeError):
            module.ResNet50_Weights.verify(module.ResNet18_Weights.DEFAULT)
        with pytest.raises(KeyError):
            module.ResNet50_Weights.verify("IMAGENET1K_V9")


@pytest.mark.parametrize("arguments", [((False,), {}), ((), {"pretrained": False}), ((None,), {})])
def test_old_callers_are_served_and_warned(real: Any, arguments: tuple[tuple[Any, ...], dict[str, Any]]) -> None:
    positional, named = arguments
    for module in (builders, real):
        with pytest.warns(UserWarning), torch.device("meta"):
            net = module.resnet18(*positional, **named)
        assert sum(each.numel() for each in net.parameters()) == 11_689_512
