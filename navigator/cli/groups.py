"""A verb with verbs of its own below it."""

from __future__ import annotations

import difflib

import click


class Group(click.Group):
    """A misspelt word is an error with the nearest ones."""

    def resolve_command(
        self, context: click.Context, arguments: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        word = arguments[0]
        names = self.list_commands(context)
        if word in names or word.startswith("-"):
            return super().resolve_command(context, arguments)
        near = difflib.get_close_matches(word, names, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there is: {', '.join(names)}"
        raise click.UsageError(f"no {word!r}; {hint}", context)
