"""Samplers, schedules, denoisers, networks: the same bits as the real k-diffusion and ldm."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="the reproduction needs torch (extra: reproductions)")

from reproductions.txt2img import equality, upstream, weights  # noqa: E402
from reproductions.txt2img.k_diffusion import external  # noqa: E402


def model_of(parameterization: str = "eps") -> Any:
    """A model with weights by chance, none of them 0: equality is not a matter of training."""
    torch.manual_seed(0)
    model = weights.build(parameterization)
    with torch.no_grad():
        for parameter in model.parameters():
            if not bool(parameter.any()):
                parameter.normal_(std=0.02)
    return model.eval().requires_grad_(False)


@pytest.fixture(scope="session")
def model() -> Any:
    return model_of()


@pytest.fixture(scope="session")
def real() -> upstream.KDiffusion:
    try:
        return upstream.k_diffusion()
    except upstream.NotInstalled as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def ldm() -> upstream.Ldm:
    try:
        return upstream.ldm()
    except upstream.NotInstalled as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("parameterization", ["eps", "v"])
def test_samplers_and_schedules_are_bit_equal(real: upstream.KDiffusion, parameterization: str) -> None:
    found = equality.samplers(model_of(parameterization))
    assert len(found) == len(equality.SAMPLERS) + len(equality.SCHEDULES) + 2
    assert [each for each in found if each.largest] == []


def test_the_decoder_is_ldms(ldm: upstream.Ldm, model: Any) -> None:
    assert equality.decoder(model).largest < 1e-5


def test_the_unet_is_ldms(ldm: upstream.Ldm, model: Any) -> None:
    """Every parameter has its place in ldm's network, and what comes out is the same to rounding."""
    assert equality.unet(model).largest < 1e-5


def test_the_encoder_is_ldms(ldm: upstream.Ldm, model: Any) -> None:
    x = torch.rand((2, weights.DDCONFIG["in_channels"], 16, 16), generator=torch.Generator().manual_seed(1)) * 2 - 1
    with torch.no_grad():
        ours, theirs = model.encode_first_stage(x), equality.real_first_stage(model).encode(x)
    assert torch.allclose(ours.mean, theirs.mean, atol=1e-5) and torch.allclose(ours.std, theirs.std, atol=1e-5)


@pytest.mark.parametrize("quantize", [False, True])
def test_times_and_levels(real: upstream.KDiffusion, model: Any, quantize: bool) -> None:
    ours, theirs = (side.CompVisDenoiser(model, quantize=quantize) for side in (external, real.external))
    sigmas = torch.logspace(-2, 1.3, 40)
    assert torch.equal(ours.sigma_to_t(sigmas), theirs.sigma_to_t(sigmas))
    times = torch.linspace(0, 999, 77)
    assert torch.equal(ours.t_to_sigma(times), theirs.t_to_sigma(times))
    assert torch.equal(ours.get_sigmas(), theirs.get_sigmas())


@pytest.mark.parametrize("churn", [0.5, 40.0])
@pytest.mark.parametrize("name", ["sample_euler", "sample_heun"])
def test_churn(real: upstream.KDiffusion, name: str, churn: float) -> None:
    from reproductions.txt2img.k_diffusion import sampling

    x = torch.randn((2, 3), generator=torch.Generator().manual_seed(1)) * 10
    sigmas = sampling.get_sigmas_karras(9, 0.1, 10.0)
    ends = []
    for side in (sampling, real.sampling):
        torch.manual_seed(4)
        settings = {"s_churn": churn, "s_tmin": 0.3, "s_tmax": 8.0, "s_noise": 1.01, "disable": True}
        ends.append(getattr(side, name)(lambda x, sigma, **_: x / (1 + sigma[:, None] ** 2), x, sigmas, **settings))
    assert torch.equal(*ends)


def test_the_schedule_is_ldms(ldm: upstream.Ldm, model: Any) -> None:
    betas = torch.as_tensor(ldm.util.make_beta_schedule("linear", 1000, linear_start=0.00085, linear_end=0.012))
    assert torch.equal(model.alphas_cumprod, torch.cumprod(1.0 - betas, dim=0).float())
    assert float(external.CompVisDenoiser(model).sigma_max) == pytest.approx(14.6146, abs=1e-4)
    embedded = ldm.util.timestep_embedding(torch.tensor([0.0, 3.5, 999.0]), 24)
    from reproductions.txt2img.ldm.modules.diffusionmodules.util import timestep_embedding

    assert torch.allclose(timestep_embedding(torch.tensor([0.0, 3.5, 999.0]), 24), embedded, atol=1e-4)
