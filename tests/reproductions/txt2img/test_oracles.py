"""Every step of our samplers beside those of k-diffusion, and those for training times beside webui's.

webui stands in a clone that NAVIGATOR_WEBUI names.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import types
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="the reproduction needs torch (extra: reproductions)")
pytest.importorskip("safetensors", reason="the weights are kept in safetensors")

from reproductions.txt2img import upstream, weights  # noqa: E402
from reproductions.txt2img.k_diffusion import external, sampling  # noqa: E402
from reproductions.txt2img.modules import sd_samplers_timesteps_impl  # noqa: E402


@contextmanager
def _modules(replaced: dict[str, types.ModuleType], folder: Path | None) -> Iterator[None]:
    """For imports of others: stand-ins for what they import, and a folder to find them in."""
    before = set(sys.modules)
    kept = {name: sys.modules.get(name) for name in replaced}
    sys.modules.update(replaced)
    if folder is not None:
        sys.path.insert(0, str(folder))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        if folder is not None:
            sys.path.remove(str(folder))
        tops = {name.partition(".")[0] for name in replaced} | {"k_diffusion", "ldm", "modules"}
        for name in set(sys.modules) - before:
            if name.partition(".")[0] in tops:
                del sys.modules[name]
        for name, module in kept.items():
            if module is None:
                sys.modules.pop(name, None)
            else:
                sys.modules[name] = module


def _stub(name: str, **values: Any) -> types.ModuleType:
    module = types.ModuleType(name)
    module.__path__ = []
    vars(module).update(values)
    return module


@pytest.fixture(scope="module")
def real() -> Any:
    try:
        return upstream.k_diffusion()
    except upstream.NotInstalled as error:
        pytest.skip(str(error))


def same(first: torch.Tensor, second: torch.Tensor) -> bool:
    return first.dtype == second.dtype and torch.equal(first, second)


CASES: list[tuple[str, dict[str, Any]]] = [
    ("sample_euler", {}),
    ("sample_euler", {"s_churn": 5.0, "s_tmin": 0.1, "s_tmax": 10.0, "s_noise": 1.01}),
    ("sample_euler_ancestral", {}),
    ("sample_euler_ancestral", {"eta": 0.4, "s_noise": 1.1}),
    ("sample_euler_ancestral", {"eta": 0.0}),
    ("sample_heun", {}),
    ("sample_heun", {"s_churn": 5.0}),
    ("sample_dpmpp_2m", {}),
    ("sample_dpmpp_2m_sde", {"noise": True}),
    ("sample_dpmpp_2m_sde", {"noise": True, "solver_type": "heun", "eta": 0.6, "s_noise": 0.9}),
]


@pytest.mark.parametrize(("name", "values"), CASES)
@pytest.mark.parametrize("n", [1, 2, 12])
def test_samplers_are_bit_equal_on_the_trained_model(real: Any, name: str, values: dict[str, Any], n: int) -> None:
    """The same model, noise and schedule; every step's state is compared, not only the end."""
    if n == 1 and values.get("noise"):
        pytest.skip("a single step of it fails upstream")
    torch.set_num_threads(1)
    model = weights.load_model()
    denoiser = external.CompVisDenoiser(model)
    cond = model.get_learned_conditioning(["a photo of the digit three", "the digit 8"])
    start = torch.randn(2, 4, 4, 4, generator=torch.Generator().manual_seed(1)) * 14.6
    results, paths = [], []
    for module in (sampling, real.sampling):
        torch.manual_seed(5)
        arguments = {key: value for key, value in values.items() if key != "noise"}
        if values.get("noise"):
            generator = torch.Generator().manual_seed(9)
            arguments["noise_sampler"] = lambda a, b, g=generator: torch.randn(start.shape, generator=g)
        path: list[torch.Tensor] = []
        results.append(
            getattr(module, name)(
                denoiser,
                start.clone(),
                sampling.get_sigmas_karras(n, 0.03, 14.6),
                extra_args={"cond": cond},
                callback=lambda d, path=path: path.append(d["x"]),
                disable=True,
                **arguments,
            )
        )
        paths.append(path)
    assert len(paths[0]) == len(paths[1]) == n
    assert all(same(*pair) for pair in zip(*paths, strict=True))
    assert same(*results)


@pytest.fixture(scope="module")
def webui() -> Any:
    """The real ``sd_samplers_timesteps_impl``, with the real UniPC."""
    clone = os.environ.get("NAVIGATOR_WEBUI")
    if not clone or importlib.util.find_spec("tqdm") is None:
        pytest.skip("NAVIGATOR_WEBUI names no clone of stable-diffusion-webui")
    opts = SimpleNamespace(
        uni_pc_variant="bh1", uni_pc_skip_type="time_uniform", uni_pc_order=3, uni_pc_lower_order_final=True
    )
    shared = _stub("modules.shared", opts=opts, state=SimpleNamespace(), device=torch.device("cpu"))
    noise = SimpleNamespace(randn_like=torch.zeros_like)
    packages = {
        "modules": _stub("modules", shared=shared),
        "modules.shared": shared,
        "modules.devices": _stub("modules.devices"),
        "modules.torch_utils": _stub("modules.torch_utils", float64=lambda x: torch.float64),
        "k_diffusion": _stub("k_diffusion"),
        "k_diffusion.sampling": _stub("k_diffusion.sampling", torch=noise),
    }
    packages["k_diffusion"].sampling = packages["k_diffusion.sampling"]
    packages["modules"].__path__ = [str(Path(clone) / "modules")]
    with _modules(packages, None):
        return importlib.import_module("modules.sd_samplers_timesteps_impl")


class Guided(torch.nn.Module):
    """What stands between such a sampler and the model: times in, noise out."""

    def __init__(self, model: Any, cond: torch.Tensor) -> None:
        super().__init__()
        self.inner_model = SimpleNamespace(inner_model=model)
        self.model, self.cond = model, cond

    def forward(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        cond = {"c_crossattn": [self.cond]}
        return self.model.apply_model(x.float(), t.float(), cond).to(x.dtype)


@pytest.mark.parametrize("name", ["ddim", "plms", "unipc"])
@pytest.mark.parametrize("steps", [4, 5, 20])
def test_timestep_samplers_equal_those_of_webui(
    webui: Any, name: str, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampling, "torch", SimpleNamespace(randn_like=torch.zeros_like))
    model = weights.load_model()
    guided = Guided(model, model.get_learned_conditioning(["three", "eight"]))
    start = torch.randn(2, 4, 4, 4, generator=torch.Generator().manual_seed(2))
    timesteps = torch.clip(torch.arange(0, 1000, 1000 // steps) + 1, 0, 999)
    seen: list[list[Any]] = [[], []]
    ours = getattr(sd_samplers_timesteps_impl, name)(
        guided, start, timesteps, callback=lambda d: seen[0].append(d["i"])
    )
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = getattr(webui, name)(
            guided, start, timesteps, callback=lambda d: seen[1].append(d["i"]), disable=True, extra_args={}
        )
    assert torch.allclose(ours.float(), theirs.float(), atol=1e-4, rtol=1e-4), (ours - theirs).abs().max()
    assert seen[0] == seen[1]
