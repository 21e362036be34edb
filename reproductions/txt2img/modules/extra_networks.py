"""``<name:arguments>`` in a prompt: networks beside the model; mirrors ``modules.extra_networks`` of webui 1.10.1."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

re_extra_net = re.compile(r"<(\w+):([^>]+)>")


class ExtraNetwork:
    """A kind of network, known by its name; ``activate`` changes the model for one batch."""

    def __init__(self, name: str) -> None:
        self.name = name

    def activate(self, p: Any, params_list: list[list[str]]) -> None:
        """``params_list``: the colon-separated arguments of each mention."""
        raise NotImplementedError

    def deactivate(self, p: Any) -> None:
        raise NotImplementedError


extra_network_registry: dict[str, ExtraNetwork] = {}


def register_extra_network(network: ExtraNetwork) -> None:
    extra_network_registry[network.name] = network


def parse_prompt(prompt: str) -> tuple[str, dict[str, list[list[str]]]]:
    """The prompt without the mentions, and the arguments of each by network."""
    found: dict[str, list[list[str]]] = defaultdict(list)

    def note(match: re.Match[str]) -> str:
        found[match[1]].append(match[2].split(":"))
        return ""

    return re_extra_net.sub(note, prompt), found


def parse_prompts(prompts: Sequence[str]) -> tuple[list[str], dict[str, list[list[str]]]]:
    """All prompts without mentions, and those of the first: a batch has one model."""
    parsed = [parse_prompt(prompt) for prompt in prompts]
    return [text for text, _ in parsed], parsed[0][1] if parsed else {}


def activate(p: Any, extra_network_data: dict[str, list[list[str]]]) -> None:
    """Activates what the prompt mentions; a name that nobody registered is said in a comment."""
    for name, arguments in extra_network_data.items():
        network = extra_network_registry.get(name)
        if network is None:
            p.comment(f"Skipping unknown extra network: {name}")
        else:
            network.activate(p, arguments)


def deactivate(p: Any, extra_network_data: dict[str, list[list[str]]]) -> None:
    for name in extra_network_data:
        if name in extra_network_registry:
            extra_network_registry[name].deactivate(p)
