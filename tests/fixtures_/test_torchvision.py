"""The miniature of torchvision: it has what its upstream's call chains name, and its graph has their hops."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.accuracy import chains, graphs
from benchmarks.product import exported
from navigator import bundled

FOLDER = bundled.fixture("torchvision")
CHAINS = chains.load()["resnet"]

BUILDS_EVERY_MODEL = """
import torch
from torchvision import models
from torchvision.models import _api, resnet

torch.set_num_threads(1)
with torch.device("meta"):
    for name in models.list_models(resnet):
        builder = _api.get_model_builder(name)
        parameters = sum(parameter.numel() for parameter in builder().parameters())
        published = _api.get_model_weights(builder).DEFAULT.meta["num_params"]
        assert parameters == published, (name, parameters, published)
assert len(models.list_models(resnet)) == 10
assert models.resnet18().eval()(torch.zeros(1, 3, 32, 32)).shape == (1, 1000)
"""


def definitions() -> set[str]:
    """The dotted names of all modules, classes and functions, read by an independent parser."""
    found: set[str] = set()

    def walk(node: ast.AST, owner: str) -> None:
        for child in ast.iter_child_nodes(node):
            name = owner
            if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                name = f"{owner}.{child.name}"
                found.add(name)
            walk(child, name)

    for file in FOLDER.rglob("*.py"):
        module = ".".join(file.relative_to(FOLDER).with_suffix("").parts).removesuffix(".__init__")
        found.add(module)
        walk(ast.parse(file.read_text()), module)
    return found


def test_every_definition_on_the_open_chains_is_there_in_its_file() -> None:
    have = definitions()
    for chain in CHAINS.chains:
        for hop in filter(lambda hop: hop.attainable, chain.hops):
            assert {hop.caller, hop.callee} <= have, f"{chain.id}: {hop.caller} -> {hop.callee}"
            assert (FOLDER / hop.callee_def.partition("/")[2].partition(":")[0]).is_file(), hop.callee_def


def test_its_graph_has_the_hops_of_the_open_chains(tmp_path: Path) -> None:
    score = chains.score(CHAINS, graphs.decode(exported(FOLDER, tmp_path)))
    assert score.found >= 19, score.missed
    assert score.hard_found >= 4, score.missed


def test_it_runs_and_builds_the_published_sizes() -> None:
    pytest.importorskip("torch", reason="torch is not installed: the miniature's code is not run")
    done = subprocess.run(
        [sys.executable, "-c", BUILDS_EVERY_MODEL], cwd=FOLDER, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
