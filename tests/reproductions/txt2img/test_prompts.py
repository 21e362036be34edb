"""Prompts: weights, editing, AND; the real ``modules.prompt_parser`` of webui is the oracle where a clone is found."""

from __future__ import annotations

import importlib.util
import os
import time
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch", reason="the reproduction needs torch (extra: reproductions)")

from reproductions.txt2img.modules import prompt_parser  # noqa: E402

schedules = prompt_parser.get_learned_conditioning_prompt_schedules


@pytest.fixture(scope="module")
def upstream() -> Any:
    """The real module: NAVIGATOR_WEBUI names a clone of stable-diffusion-webui."""
    clone = os.environ.get("NAVIGATOR_WEBUI")
    if not clone or importlib.util.find_spec("lark") is None:
        pytest.skip("NAVIGATOR_WEBUI names no clone of stable-diffusion-webui, or lark is not installed")
    spec = importlib.util.spec_from_file_location("webui_prompt_parser", Path(clone, "modules", "prompt_parser.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with warnings.catch_warnings():
        # Its docstrings have invalid escapes.
        warnings.simplefilter("ignore")
        spec.loader.exec_module(module)
    return module


PROMPTS: list[tuple[str, list[list[Any]]]] = [
    ("three", [[10, "three"]]),
    ("a [red:4] three", [[4, "a  three"], [10, "a red three"]]),
    ("a [red::4] three", [[4, "a red three"], [10, "a  three"]]),
    ("a [big:small: 0.5 ] three", [[5, "a big three"], [10, "a small three"]]),
    ("[a:[b:c:6]:2]", [[2, "a"], [6, "b"], [10, "c"]]),
    ("[(a:1.3):3]", [[3, ""], [10, "(a:1.3)"]]),
    ("[[[a]]:3]", [[3, ""], [10, "[[a]]"]]),
    ("[th|se]ven", [[step, ("th", "se")[(step - 1) % 2] + "ven"] for step in range(1, 11)]),
    ("[a|]b", [[step, ("ab", "b")[(step - 1) % 2]] for step in range(1, 11)]),
    ("a [b", [[10, "a [b"]]),
    ("a ]b[ (c:", [[10, "a ]b[ (c:"]]),
    ("[a:b]", [[10, "[a:b]"]]),
    ("[a:b:c]", [[10, "[a:b:c]"]]),
    ("[a:b:99]", [[10, "a"]]),
    ("[a:b:0]", [[10, "b"]]),
    ("[a:b:-1]", [[10, "b"]]),
    (r"\[a:b:3\]", [[10, r"\[a:b:3\]"]]),
    ("a|b [c:3]", [[10, "a|b [c:3]"]]),
    ("[c:3] \\", [[10, "[c:3] \\"]]),
    ("", [[10, ""]]),
]


@pytest.mark.parametrize(("prompt", "expected"), PROMPTS)
def test_prompt_editing(prompt: str, expected: list[list[Any]]) -> None:
    assert schedules([prompt], 10) == [expected]


def test_the_second_pass_goes_on_where_the_first_ended() -> None:
    """Whole numbers count through both passes; fractions of the second begin at 1.0."""
    assert schedules(["[a:b:12]", "[a:b:1.5]", "[a:b:0.5]", "[a:b:3]"], 10, 6) == [
        [[2, "a"], [6, "b"]],
        [[3, "a"], [6, "b"]],
        [[6, "b"]],
        [[6, "b"]],
    ]


WEIGHTS: list[tuple[str, list[list[Any]]]] = [
    ("a three", [["a three", 1.0]]),
    ("a (thick) three", [["a ", 1.0], ["thick", 1.1], [" three", 1.0]]),
    ("(thick:1.5) [thin]", [["thick", 1.5], [" ", 1.0], ["thin", 1 / 1.1]]),
    ("((a:2) b:3)", [["a", 6.0], [" b", 3.0]]),
    ("(open", [["open", 1.1]]),
    ("close)", [["close)", 1.0]]),
    (r"\(a\) \\", [["(a) \\", 1.0]]),
    ("a BREAK b", [["a", 1.0], ["BREAK", -1], ["b", 1.0]]),
    ("(a:-1)", [["a", -1.0]]),
    ("", [["", 1.0]]),
]


@pytest.mark.parametrize(("text", "expected"), WEIGHTS)
def test_attention_weights(text: str, expected: list[list[Any]]) -> None:
    assert prompt_parser.parse_prompt_attention(text) == expected


def test_and() -> None:
    rows, parts, indexes = prompt_parser.get_multicond_prompt_list(["a :0.5 AND b AND a:2", "b", "SAND and: x"])
    assert rows == [[(0, 0.5), (1, 1.0), (2, 2.0)], [(3, 1.0)], [(4, 1.0)]]
    assert list(parts) == ["a", " b", " a", "b", "SAND and: x"]
    assert indexes[" b"] == 1


class Encoder:
    """Each text as as many vectors as it has words."""

    calls: list[list[str]]

    def __init__(self) -> None:
        self.calls = []

    def get_learned_conditioning(self, texts: list[str]) -> list[torch.Tensor]:
        self.calls.append(list(texts))
        return [torch.full((max(len(text.split()), 1), 2), float(len(text))) for text in texts]


def test_conditioning_changes_at_its_steps_and_equal_prompts_are_encoded_once() -> None:
    encoder = Encoder()
    conds = prompt_parser.get_multicond_learned_conditioning(encoder, ["[a:abc:2] AND xy :3", "xy"], 4)
    assert encoder.calls == [["a", "abc"], [" xy"], ["xy"]]
    rows, stacked = prompt_parser.reconstruct_multicond_batch(conds, 0)
    assert rows == [[(0, 1.0), (1, 3.0)], [(2, 1.0)]]
    assert stacked[:, 0, 0].tolist() == [1.0, 3.0, 2.0]
    # A step counted from 0 still has the old text at its end; upstream compares likewise.
    first = [prompt_parser.reconstruct_multicond_batch(conds, step)[1][0, 0, 0].item() for step in range(5)]
    assert first == [1, 1, 1, 3, 3]


def test_conditionings_of_different_length_are_filled_up() -> None:
    stacked = prompt_parser.stack_conds([torch.tensor([[1.0], [2.0]]), torch.tensor([[3.0]])])
    assert stacked.tolist() == [[[1.0], [2.0]], [[3.0], [3.0]]]


def test_long_and_deep_prompts_take_no_time() -> None:
    start = time.perf_counter()
    for prompt in ["word " * 10_000, "[" * 10_000, "(" * 10_000 + ")" * 10_000, "[a:" * 10_000 + "b" + ":3]" * 10_000]:
        assert schedules([prompt], 10)[0][-1][0] == 10
        prompt_parser.get_multicond_prompt_list([prompt])
    prompt_parser.parse_prompt_attention("(" * 300 + "a")
    assert time.perf_counter() - start < 10


WORD = st.sampled_from(["a", "two words", "(x:1.2)", "(y)", "[z]", r"\[", "é😀", " ", "(p:q)"])
WHEN = st.sampled_from(["3", "0.5", " .25 ", "7", "1.5", "-2", "12", "1e1", "0"])


def _forms(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("[{}:{}:{}]".format, inner, inner, WHEN),
        st.builds("[{}:{}]".format, inner, WHEN),
        st.builds("[{}::{}]".format, inner, WHEN),
        st.builds("[{}|{}]".format, inner, inner),
        st.builds("[{}|{}|]".format, inner, inner),
        st.builds("({})".format, inner),
        st.builds("{} {}".format, inner, inner),
    )


@settings(max_examples=150, deadline=None)
@given(st.recursive(WORD, _forms, max_leaves=6), st.sampled_from([(10,), (10, 6), (20, None, True)]))
def test_well_formed_prompts_are_read_as_upstream_reads_them(upstream: Any, prompt: str, steps: Any) -> None:
    assert schedules([prompt], *steps) == upstream.get_learned_conditioning_prompt_schedules([prompt], *steps)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from([*"ab ()[]:|\\.5,-+\n", " AND ", "BREAK", "é", "1.1"]), max_size=25).map("".join))
def test_any_text_has_the_weights_and_parts_that_upstream_gives_it(upstream: Any, text: str) -> None:
    try:
        expected = upstream.parse_prompt_attention(text)
    except ValueError:
        with pytest.raises(ValueError):
            prompt_parser.parse_prompt_attention(text)
        assume(False)
    assert prompt_parser.parse_prompt_attention(text) == expected
    ours, theirs = (module.get_multicond_prompt_list([text, "b"]) for module in (prompt_parser, upstream))
    assert (ours[0], list(ours[1]), ours[2]) == (theirs[0], list(theirs[1]), theirs[2])


def test_the_conditioning_of_a_step_is_upstreams(upstream: Any) -> None:
    prompts = ["[a:bb:2] AND c :0.5", "[d|ee]"]
    model = SimpleNamespace(get_learned_conditioning=lambda texts: [torch.full((3, 2), float(len(t))) for t in texts])
    ours, theirs = (
        module.get_multicond_learned_conditioning(model, prompts, 5) for module in (prompt_parser, upstream)
    )
    for step in range(7):
        mine, real = (
            prompt_parser.reconstruct_multicond_batch(ours, step),
            upstream.reconstruct_multicond_batch(theirs, step),
        )
        assert mine[0] == real[0]
        assert torch.equal(mine[1], real[1])
