"""Every deterministic sampler's error falls with its order where the answer is known; noise is as it should be."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="the reproduction needs torch (extra: reproductions)")

from reproductions.txt2img import gaussian  # noqa: E402
from reproductions.txt2img.k_diffusion import sampling  # noqa: E402
from reproductions.txt2img.k_diffusion.brownian import BrownianTreeNoiseSampler  # noqa: E402


@pytest.mark.parametrize("name", gaussian.ORDERS)
def test_the_order_of_a_sampler(name: str) -> None:
    found = gaussian.measured(name)
    assert found.held
    assert abs(found.seen - found.expected) < gaussian.TOLERANCE


def test_a_sampler_of_lower_order_is_found_out() -> None:
    euler = gaussian.measured("sample_euler")
    assert not gaussian.Order("sample_heun", 2.0, euler.steps, euler.errors, euler.reference_error).held


def test_the_plot(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="the plot is drawn by matplotlib")
    gaussian.plot(gaussian.all_orders(), tmp_path / "orders.png")
    assert (tmp_path / "orders.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ["sample_euler_ancestral", "sample_dpmpp_2m_sde"])
def test_stochastic_samplers_end_in_the_data(name: str) -> None:
    """Mean and variance of the data come out, whatever the noise was."""
    x = torch.randn((20000, 1), generator=torch.Generator().manual_seed(0)) * gaussian.SIGMA_MAX + gaussian.MEAN
    sigmas = sampling.get_sigmas_karras(400, gaussian.SIGMA_MIN, gaussian.SIGMA_MAX)
    generator = torch.Generator().manual_seed(1)
    noise = {"noise_sampler": lambda *_: torch.randn(x.shape, generator=generator)}
    end = getattr(sampling, name)(lambda x, sigma, **_: gaussian.denoiser(x, sigma), x, sigmas, disable=True, **noise)
    assert float(end.mean()) == pytest.approx(gaussian.MEAN, abs=0.02)
    assert float(end.var()) == pytest.approx(gaussian.VARIANCE, rel=0.06)


def test_a_batch_has_the_noise_of_its_single_runs() -> None:
    x = torch.zeros((3, 4))
    batch = BrownianTreeNoiseSampler(x, 0.1, 10.0, seed=[5, 6, 7])
    for number, seed in enumerate((5, 6, 7)):
        alone = BrownianTreeNoiseSampler(x[:1], 0.1, 10.0, seed=[seed])
        assert torch.equal(batch(3.0, 0.5)[number], alone(3.0, 0.5)[0])


def test_noise_between_two_levels_has_variance_one_and_is_independent() -> None:
    sampler = BrownianTreeNoiseSampler(torch.zeros((1, 40000)), 0.03, 14.0, seed=[3])
    first, second = sampler(10.0, 4.0), sampler(4.0, 0.2)
    assert float(first.var()) == pytest.approx(1.0, rel=0.03)
    assert float(second.var()) == pytest.approx(1.0, rel=0.03)
    assert abs(float((first * second).mean())) < 0.02
