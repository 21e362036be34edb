"""The miniatures of webui, DeepSpeed and Konva: their graphs have the hops of their upstreams' call chains, and every
definition on these stands in its file."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import msgspec
import pytest

from benchmarks.accuracy import chains, graphs
from benchmarks.accuracy.chains import Hop, Upstream
from navigator.index import Home
from navigator.workspaces import open_entry, open_workspace

_ANONYMOUS = re.compile(r"<(lambda|arrow|function):\d+>")

MINIATURES = [
    pytest.param("webui", 124, 20, id="webui"),
    pytest.param("deepspeed", 121, 19, id="deepspeed"),
    pytest.param("konva", 43, 9, id="konva"),
]


def placeless(name: str) -> str:
    """A name whose anonymous parts do not tell their line, which is another in the miniature."""
    return _ANONYMOUS.sub(r"<\1>", name)


def open_chains(upstream: str) -> Upstream:
    """The chains in the sources, of an upstream whose anonymous functions have no lines."""
    found = chains.load()[upstream]

    def hop(each: Hop) -> Hop:
        return msgspec.structs.replace(each, caller=placeless(each.caller), callee=placeless(each.callee))

    return msgspec.structs.replace(
        found,
        chains=tuple(
            msgspec.structs.replace(chain, hops=tuple(hop(each) for each in chain.hops if not each.of_build))
            for chain in found.chains
        ),
    )


class Opened(msgspec.Struct):
    names: dict[str, str]
    """The file of every symbol by its name, after its root where there are several."""
    calls: set[tuple[str, str]]


@cache
def opened(name: str, home: Path) -> Opened:
    open_entry(f"demo-{name}", home=Home(home))
    with open_workspace(home=Home(home)) as workspace:
        several = len(workspace.roots) > 1
        names = {
            placeless(symbol.name): f"{symbol.root}/{symbol.file}" if several else symbol.file
            for symbol in workspace.graph.all_symbols()
        }
        graph = graphs.decode(b"".join(workspace.export("json")))
    return Opened(names, {(placeless(caller), placeless(callee)) for caller, callee in graph})


@pytest.mark.parametrize(("name", "hops", "hard"), MINIATURES)
def test_its_graph_has_the_hops_of_the_open_chains(tmp_path: Path, name: str, hops: int, hard: int) -> None:
    score = chains.score(open_chains(name), opened(name, tmp_path).calls)
    assert score.found >= hops, score.missed
    assert score.hard_found >= hard, score.missed


@pytest.mark.parametrize(("name", "hops", "hard"), MINIATURES)
def test_every_definition_on_the_open_chains_is_there_in_its_file(
    tmp_path: Path, name: str, hops: int, hard: int
) -> None:
    have = {chains.canonical(symbol): file for symbol, file in opened(name, tmp_path).names.items()}
    for chain in open_chains(name).chains:
        for hop in filter(lambda hop: hop.attainable, chain.hops):
            file = hop.callee_def.rpartition(":")[0]
            near = [place for symbol, place in have.items() if chains.same(chains.canonical(hop.callee), symbol)]
            assert any(file.endswith(place) for place in near), f"{chain.id}: {hop.callee} of {file} is in {near}"


def test_webui_is_one_program_of_three_roots(tmp_path: Path) -> None:
    open_entry("demo-webui", home=Home(tmp_path))
    with open_workspace(home=Home(tmp_path)) as workspace:
        assert {root.name for root in workspace.roots} == {"webui", "stablediffusion", "k-diffusion"}
        found = workspace.paths(
            "modules.txt2img.txt2img", "ldm.models.diffusion.ddpm.LatentDiffusion.decode_first_stage"
        )
        assert {"webui", "stablediffusion"} <= {hop.symbol.root for hop in found.paths[0]}
