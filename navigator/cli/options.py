"""Options and arguments that several verbs share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

Function = Callable[..., Any]

workspace = click.option(
    "-w",
    "--workspace",
    metavar="W",
    default=None,
    help="The workspace to ask, W or W@REV; by default the one used last.",
)

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")

guesses = click.option("--guess", "guesses", is_flag=True, help="Follow calls that are only guessed by name, too.")

trace = click.option(
    "--trace", metavar="TRACE", default=None, help="Draw in heavy lines what ran (`navigator overlay`)."
)

clones = click.option(
    "--from",
    "clones",
    metavar="DIR",
    default=None,
    help="Read local clones and archives below this folder instead of the network.",
)


def depth(help: str, *, default: int | None) -> Callable[[Function], Function]:
    return click.option("--depth", type=click.IntRange(min=1), default=default, metavar="N", help=help)


def symbol(name: str = "symbol", metavar: str = "", *, required: bool = True) -> Callable[[Function], Function]:
    return click.argument(
        name, metavar=metavar or (name.upper() if required else f"[{name.upper()}]"), required=required
    )
