"""Our samplers, schedules and networks beside the real ones: k-diffusion, ldm and webui.

k-diffusion and ldm (stable-diffusion-sdkit) are installed from the package index, or stand in clones that
NAVIGATOR_K_DIFFUSION and NAVIGATOR_LDM name; webui is a clone, named by NAVIGATOR_WEBUI.
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

from reproductions.txt2img import weights  # noqa: E402
from reproductions.txt2img.k_diffusion import external, sampling  # noqa: E402
from reproductions.txt2img.modules import sd_samplers_timesteps_impl  # noqa: E402
from tests.reproductions.txt2img import small_model  # noqa: E402


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
    """The modules sampling and external of k-diffusion."""
    clone = os.environ.get("NAVIGATOR_K_DIFFUSION")
    spec = None if clone else importlib.util.find_spec("k_diffusion")
    folder = Path(clone) / "k_diffusion" if clone else Path(spec.origin or "").parent if spec else None
    missing = [name for name in ("torchdiffeq", "torchsde", "scipy", "tqdm") if importlib.util.find_spec(name) is None]
    if folder is None or missing:
        pytest.skip("k-diffusion is not installed, or what it imports: torchdiffeq, torchsde, scipy, tqdm")
    package = types.ModuleType("k_diffusion")
    package.__path__ = [str(folder)]
    # Its helpers import torchvision, whose C++ operators do not load here; samplers use one function of them.
    utils = _stub("k_diffusion.utils", append_dims=lambda x, n: x[(...,) + (None,) * (n - x.ndim)])
    package.utils = utils
    with _modules({"k_diffusion": package, "k_diffusion.utils": utils}, None):
        return SimpleNamespace(
            sampling=importlib.import_module("k_diffusion.sampling"),
            external=importlib.import_module("k_diffusion.external"),
        )


def same(first: torch.Tensor, second: torch.Tensor) -> bool:
    return first.dtype == second.dtype and torch.equal(first, second)


@pytest.mark.parametrize("name", ["karras", "exponential", "polyexponential"])
@pytest.mark.parametrize("n", [1, 2, 7, 30])
def test_schedules_are_bit_equal(real: Any, name: str, n: int) -> None:
    ours, theirs = (getattr(module, f"get_sigmas_{name}") for module in (sampling, real.sampling))
    assert same(ours(n, 0.03, 14.6), theirs(n, 0.03, 14.6))
    if name != "exponential":
        assert same(ours(n, 0.03, 14.6, rho=3.0), theirs(n, 0.03, 14.6, rho=3.0))


@pytest.mark.parametrize("parameterization", ["eps", "v"])
@pytest.mark.parametrize("quantize", [False, True])
def test_denoisers_and_their_tables_are_bit_equal(real: Any, parameterization: str, quantize: bool) -> None:
    model = small_model.Model(parameterization)
    name = "CompVisDenoiser" if parameterization == "eps" else "CompVisVDenoiser"
    ours, theirs = (getattr(module, name)(model, quantize=quantize) for module in (external, real.external))
    assert same(ours.sigmas, theirs.sigmas)
    assert same(ours.get_sigmas(9), theirs.get_sigmas(9))
    assert same(ours.get_sigmas(), theirs.get_sigmas())
    levels = torch.tensor([0.01, 0.0292, 0.5, 3.0, 14.6, 20.0])
    assert same(ours.sigma_to_t(levels), theirs.sigma_to_t(levels))
    assert same(ours.t_to_sigma(torch.tensor([0.0, 3.25, 998.5])), theirs.t_to_sigma(torch.tensor([0.0, 3.25, 998.5])))
    x = torch.randn(6, 4, 4, 4, generator=torch.Generator().manual_seed(0)) * levels[:, None, None, None]
    cond = {"c_crossattn": [torch.rand(6, 3, 2)]}
    assert same(ours(x, levels, cond=cond), theirs(x, levels, cond=cond))


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


def test_a_brownian_path_is_one() -> None:
    """Increments of parts add up, those of disjoint parts are independent, and a batch has its members' own paths."""
    x = torch.zeros(2, 4, 100, 100)
    ours = sampling.BrownianTreeNoiseSampler(x, torch.tensor(0.0), torch.tensor(4.0), seed=[1, 2])
    parts = [ours(torch.tensor(a), torch.tensor(b)) for a, b in [(4.0, 3.0), (3.0, 1.0), (4.0, 1.0)]]
    assert torch.allclose(parts[0] + 2**0.5 * parts[1], 3**0.5 * parts[2], atol=1e-5)
    assert all(abs(part.std().item() - 1) < 0.02 and abs(part.mean().item()) < 0.02 for part in parts)
    assert abs((parts[0] * parts[1]).mean().item()) < 0.02
    alone = sampling.BrownianTreeNoiseSampler(x[:1], torch.tensor(0.0), torch.tensor(4.0), seed=[2])
    assert same(alone(torch.tensor(4.0), torch.tensor(3.0))[0], parts[0][1])


# ldm


@pytest.fixture(scope="module")
def ldm() -> Any:
    clone = os.environ.get("NAVIGATOR_LDM")
    spec = None if clone else importlib.util.find_spec("ldm")
    if spec is not None and spec.submodule_search_locations:
        clone = str(Path(next(iter(spec.submodule_search_locations))).parent)
    missing = [name for name in ("einops", "numpy", "tqdm") if importlib.util.find_spec(name) is None]
    if not clone or missing:
        pytest.skip("ldm is not installed: pip install --no-deps stable-diffusion-sdkit==2.1.5 einops")

    class Lightning(torch.nn.Module):
        """As much of a LightningModule as these modules use."""

    lightning = _stub("pytorch_lightning", LightningModule=Lightning)
    # A list that YAML files of configurations give; none is read here.
    lists = _stub("omegaconf.listconfig", ListConfig=tuple)
    stubs = {"pytorch_lightning": lightning, "omegaconf": _stub("omegaconf"), "omegaconf.listconfig": lists}
    with _modules(stubs, Path(clone)):
        return SimpleNamespace(
            autoencoder=importlib.import_module("ldm.models.autoencoder"),
            stubs=stubs,
            unet=importlib.import_module("ldm.modules.diffusionmodules.openaimodel"),
            util=importlib.import_module("ldm.modules.diffusionmodules.util"),
        )


def test_decoding_and_encoding_equal_those_of_ldm(ldm: Any) -> None:
    model = weights.load_model()
    config = {
        "double_z": True,
        "z_channels": 4,
        "resolution": 16,
        "in_channels": 1,
        "out_ch": 1,
        "ch": 32,
        "ch_mult": (1, 1, 1),
        "num_res_blocks": 1,
        "attn_resolutions": [],
        "dropout": 0.0,
    }
    theirs = ldm.autoencoder.AutoencoderKL(config, {"target": "torch.nn.Identity"}, 4).eval()
    missing, unexpected = theirs.load_state_dict(model.first_stage_model.state_dict(), strict=False)
    assert (missing, unexpected) == ([], [])
    z = torch.randn(3, 4, 4, 6, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        wanted = theirs.decode(1.0 / model.scale_factor * z)
        assert torch.allclose(model.decode_first_stage(z), wanted, atol=1e-5)
        pictures = torch.rand(2, 1, 16, 24) * 2 - 1
        assert torch.allclose(model.encode_first_stage(pictures).mode(), theirs.encode(pictures).mode(), atol=1e-5)


def _real_unet(ldm: Any) -> Any:
    return ldm.unet.UNetModel(
        image_size=4,
        in_channels=4,
        model_channels=32,
        out_channels=4,
        num_res_blocks=1,
        attention_resolutions=[1],
        channel_mult=(1, 2),
        num_heads=4,
        use_spatial_transformer=True,
        context_dim=32,
        use_checkpoint=False,
        legacy=False,
    ).eval()


def test_the_network_equals_that_of_ldm(ldm: Any) -> None:
    model = weights.load_model()
    with _modules(ldm.stubs, None):
        theirs = _real_unet(ldm)
    theirs.load_state_dict(model.model.diffusion_model.state_dict())
    x = torch.randn(3, 4, 4, 8, generator=torch.Generator().manual_seed(0))
    t = torch.tensor([0, 500, 999])
    cond = model.get_learned_conditioning(["three", "a photo of the digit 8", ""])
    with torch.no_grad():
        ours = model.apply_model(x, t, {"c_crossattn": [cond]})
        assert torch.allclose(ours, theirs(x, t, context=cond), atol=1e-5)


def test_the_schedule_equals_that_of_ldm(ldm: Any) -> None:
    betas = torch.as_tensor(ldm.util.make_beta_schedule("linear", 1000, linear_start=0.00085, linear_end=0.012))
    wanted = torch.cumprod(1 - betas.double(), 0).float()
    assert same(weights.load_model().alphas_cumprod, wanted)


# webui


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
