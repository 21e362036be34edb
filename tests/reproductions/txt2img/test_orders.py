"""Samplers on a problem that can be solved: orders, what the data are in the end, and Brownian noise."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="the reproduction needs torch (extra: reproductions)")
pytest.importorskip("scipy", reason="the reproduction needs scipy")

from reproductions.txt2img import orders  # noqa: E402
from reproductions.txt2img.k_diffusion import sampling  # noqa: E402
from reproductions.txt2img.k_diffusion.brownian import BrownianTreeNoiseSampler  # noqa: E402


@pytest.fixture(scope="module")
def found() -> dict[str, list[float]]:
    return orders.errors()


def test_every_sampler_has_its_order(found: dict[str, list[float]]) -> None:
    held, detail = orders.check(found)
    assert held, detail
    for name, expected in orders.EXPECTED.items():
        if name != "UniPC":
            assert orders.slope(found[name]) == pytest.approx(expected, abs=0.05)
        assert sorted(found[name][:4], reverse=True) == found[name][:4]


def test_a_sampler_of_lower_order_is_found_out(found: dict[str, list[float]]) -> None:
    held, _ = orders.check({**found, "Heun": found["Euler"]})
    assert not held


def test_the_plot_and_the_table(tmp_path: Path, found: dict[str, list[float]]) -> None:
    pytest.importorskip("matplotlib", reason="the plot is drawn by matplotlib")
    orders.write_png(found, tmp_path / "orders.png")
    assert (tmp_path / "orders.png").read_bytes().startswith(b"\x89PNG")
    assert len(orders.table(found).splitlines()) == 1 + len(orders.EXPECTED)


@pytest.mark.parametrize("name", ["sample_euler_ancestral", "sample_dpmpp_2m_sde"])
def test_stochastic_samplers_end_in_the_data(name: str) -> None:
    """Mean and variance of the data come out, whatever the noise was."""
    x = torch.randn((20000, 1), generator=torch.Generator().manual_seed(0)) * orders.SIGMA_MAX + orders.MEAN
    sigmas = sampling.get_sigmas_karras(400, 0.03, orders.SIGMA_MAX)
    generator = torch.Generator().manual_seed(1)
    noise = {"noise_sampler": lambda *_: torch.randn(x.shape, generator=generator)}
    end = getattr(sampling, name)(orders.denoise, x, sigmas, disable=True, **noise)
    assert float(end.mean()) == pytest.approx(orders.MEAN, abs=0.02)
    assert float(end.std()) == pytest.approx(orders.DEVIATION, rel=0.03)


def test_a_batch_has_the_noise_of_its_single_runs() -> None:
    x = torch.zeros((3, 4))
    batch = BrownianTreeNoiseSampler(x, 0.1, 10.0, seed=[5, 6, 7])
    for number, seed in enumerate((5, 6, 7)):
        alone = BrownianTreeNoiseSampler(x[:1], 0.1, 10.0, seed=[seed])
        assert torch.equal(batch(3.0, 0.5)[number], alone(3.0, 0.5)[0])


def test_a_brownian_path_is_one() -> None:
    """Increments of parts add up, those of disjoint parts are independent, each has variance one."""
    sampler = BrownianTreeNoiseSampler(torch.zeros((1, 40000)), 0.0, 4.0, seed=[3])
    first, second, both = sampler(4.0, 3.0), sampler(3.0, 1.0), sampler(4.0, 1.0)
    assert torch.allclose(first + 2**0.5 * second, 3**0.5 * both, atol=1e-5)
    assert all(float(part.var()) == pytest.approx(1.0, rel=0.03) for part in (first, second, both))
    assert abs(float((first * second).mean())) < 0.02
