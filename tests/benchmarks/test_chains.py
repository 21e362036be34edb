from __future__ import annotations

import pytest

from benchmarks.accuracy import chains
from benchmarks.accuracy.chains import Chain, Hop, Upstream


def hop(
    caller: str, callee: str, *, callee_def: str = "repo/m.py:1", hard: bool = False, file: str = "repo/m.py"
) -> Hop:
    return Hop(caller, callee, file, 1, "direct", callee_def, hard)


def upstream(*hops: Hop) -> Upstream:
    return Upstream("an upstream", (Chain("C1", hops),))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("pkg.mod.f", "pkg.mod.f"),
        ("pkg.mod.f", "root.pkg.mod.f"),
        ("pkg.mod.outer.<locals>.inner", "pkg.mod.outer.inner"),
        ("pkg.mod.C", "pkg.mod.C.__init__"),
        ("pkg.mod.C", "pkg.mod.C.__new__"),
        ("pkg.mod.<module>", "pkg.mod"),
        ("src/Stage.ts:Stage.on", "src.Stage.Stage.on"),
        ("src/Stage.ts:Stage.constructor", "src/Stage.js:Stage"),
        ("pkg.mod.f.<lambda:12>", "root.pkg.mod.f.<lambda:12>"),
    ],
)
def test_names_of_one_symbol_agree(one: str, other: str) -> None:
    assert chains.same(chains.canonical(one), chains.canonical(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("pkg.mod.f", "pkg.mod.g"),
        ("pkg.mod.f", "f"),
        ("pkg.mod.C.f", "pkg.mod.D.f"),
        ("pkg.mod.f.<lambda:12>", "pkg.mod.f.<lambda:13>"),
        ("pkg.mod.C.m", "pkg.mod.C"),
        ("", "pkg"),
    ],
)
def test_names_of_different_symbols_differ(one: str, other: str) -> None:
    assert not chains.same(chains.canonical(one), chains.canonical(other))


def test_found_and_missed_hops() -> None:
    chain = upstream(hop("p.a.f", "p.a.g"), hop("p.a.g", "p.b.C.__init__", hard=True), hop("p.b.C", "p.b.h", hard=True))
    score = chains.score(chain, {("root.p.a.f", "root.p.a.g"), ("p.b.C.__init__", "p.b.h"), ("p.a.f", "p.b.C")})
    assert (score.found, score.hops, score.hard_found, score.hard) == (2, 3, 1, 2)
    assert [(chain_id, index) for chain_id, index, _ in score.missed] == [("C1", 1)]
    assert score.by_kind == {"direct": (2, 3)}


def test_a_hop_in_two_chains_counts_once() -> None:
    assert chains.score(upstream(hop("p.a.f", "p.a.g"), hop("p.a.f", "p.a.g")), ()).hops == 1


@pytest.mark.parametrize(
    "closed",
    [
        hop("p.a.f", "torch.relu", callee_def="external"),
        hop("p.a.f", "p.a.g", callee_def="history: v1.5"),
        hop("user:script", "p.a.g"),
        hop("browser:click", "p.a.g"),
        hop("torch.autograd", "p.a.g"),
        hop("p.a.f", "p.a.g", file="konva-npm-1/lib/a.js"),
    ],
)
def test_what_no_graph_of_the_sources_can_have_is_not_scored(closed: Hop) -> None:
    assert chains.score(upstream(closed), {("p.a.f", "p.a.g")}).hops == 0


def test_hops_of_builds_are_scored_alone() -> None:
    mixed = upstream(hop("p.a.f", "p.a.g"), hop("K.f", "K.g", file="konva-npm-1/lib/a.js"))
    score = chains.score(mixed, {("K.f", "K.g")}, builds=True)
    assert (score.hops, score.found) == (1, 1)


def test_the_carried_chains() -> None:
    counted = {name: chains.score(each, ()) for name, each in chains.load().items()}
    assert {name: (score.hops, score.hard) for name, score in counted.items()} == {
        "webui": (134, 28),
        "deepspeed": (123, 20),
        "konva": (44, 9),
        "resnet": (20, 5),
    }
    everything = {
        name: {(hop.caller, hop.callee) for chain in each.chains for hop in chain.hops}
        for name, each in chains.load().items()
    }
    for name, each in chains.load().items():
        score = chains.score(each, everything[name])
        assert score.found == score.hops
