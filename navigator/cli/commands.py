"""The verbs, loaded one at a time: asking for help or asking one question imports nothing for the others."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from navigator.cli.exits import MEANINGS

VERBS = {
    "index": "Read code and keep its call graph.",
    "open": "Open a system of the catalog, or a workspace.",
    "list": "List the workspaces there are.",
    "find": "Find symbols by a part of their name.",
    "show": "Print the source of a symbol.",
    "callers": "Who calls a symbol.",
    "callees": "What a symbol calls, site by site.",
    "path": "How calls lead from one symbol to another.",
    "graph": "Draw the calls around a symbol, or between two.",
    "tui": "Read the code in the terminal.",
    "serve": "The same in a browser on this machine.",
    "impact": "What a change to a symbol may touch.",
    "diff": "What changed between two revisions or workspaces.",
    "log": "Since which commit a call or definition is there.",
    "why": "The evidence for a call.",
    "health": "What the graph covers, and what it leaves out.",
    "export": "Write the graph as data or as a picture.",
    "views": "List the saved views, or remove one.",
    "slice": "Cut a path out of upstream code into a package.",
    "trust": "Let a folder's reproductions run.",
    "repro": "The reproductions: list, show, check.",
    "run": "Run a reproduction, and keep what came of it.",
    "runs": "List and compare what has been run.",
    "trace": "Run a command, and count who calls whom.",
    "overlay": "What a trace lights up in the graph.",
    "replay": "Step through what ran, call by call.",
}
"""Each verb's line in the overview; its module is ``navigator.cli.verbs.VERB``."""


class Verbs(click.Group):
    """A group that knows its commands' names and first lines without importing them."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in VERBS:
            return None
        command = import_module(f"navigator.cli.verbs.{name}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, context: click.Context, arguments: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        verb = arguments[0]
        if verb in VERBS or verb.startswith("-"):
            return super().resolve_command(context, arguments)
        import difflib

        near = difflib.get_close_matches(verb, VERBS, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there is: {', '.join(VERBS)}"
        raise click.UsageError(f"no verb {verb!r}; {hint}", context)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


def _version(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not context.resilient_parsing:
        from importlib.metadata import PackageNotFoundError, version

        from navigator.cli.output import line

        try:
            line(f"navigator {version('navigator-callgraph')}")
        except PackageNotFoundError:
            line("navigator (not installed)")
        context.exit()


@click.group(
    cls=Verbs,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=f"SYMBOL is an id, a dotted name, an unambiguous end of one, or FILE:LINE. {MEANINGS}",
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Tell the version.")
@click.pass_context
def navigator(context: click.Context) -> Any:
    """Call graphs of real code: who calls whom, how, and why.

    Without a verb, opens the terminal interface; where there is no terminal, shows what can be asked about a small
    program that ships with navigator.
    """
    if context.invoked_subcommand is None:
        import sys

        if sys.stdin.isatty() and sys.stdout.isatty():
            from navigator.cli.verbs.tui import opened

            return opened(None, None, "", False)
        from navigator.cli.welcome import welcome

        return welcome()
    return None
