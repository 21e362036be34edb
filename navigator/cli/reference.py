"""The reference page of the command line, made from the commands themselves.

``python -m navigator.cli.reference`` prints ``docs/reference/cli.md``.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator

import click

from navigator.cli.commands import VERBS, navigator

HEAD = """\
# The command line

<!-- Made by `python -m navigator.cli.reference`; a test compares. -->

`navigator` (in a clone: `./nav`) prints data on standard output and talk on standard error. Every verb has `--json`.
A workspace is what one `index` made; the verbs ask the one used last, or the one that `-w` names.
`-w W@REV` is W with its first root at another revision, `-w W@ROOT:REV` with another root; it is indexed if it is not
there yet.

**SYMBOL** is an id (`root:pkg.mod.f`), a dotted name (`pkg.mod.Class.method`), any unambiguous end of one
(`Class.method`), or a place (`mod.py:42`, the innermost definition there). A class stands for its constructors where
calls are asked for. An unknown or ambiguous SYMBOL is bad input; the nearest candidates are named.

| exit status | meaning |
|---|---|
| 0 | found, or done |
| 1 | nothing found, or a check failed |
| 2 | bad input: an unknown symbol, workspace, option, file or source |
| 3 | a failure outside: network, disk, another process, a damaged index |
| 130 | interrupted |

Marks of certainty: ▶ exact, ▷ inferred by value flow, ◆ by a rule about a library, ? guessed by name (only with
`--guess`). Files that changed after they were indexed are marked `(stale)`: their lines and text are the indexed ones,
and `navigator index -w W` brings the workspace up to date. The index lives in the user's data folder, or in
`NAVIGATOR_HOME`. `NO_COLOR` turns colours off.
"""


def page() -> str:
    """The whole page as Markdown."""
    context = navigator.make_context("navigator", ["list"], resilient_parsing=True)
    parts = [HEAD]
    for verb in VERBS:
        command = navigator.get_command(context, verb)
        assert command is not None
        parts.append("\n".join(_section(command, click.Context(command, context, verb))))
        for name, below in command.commands.items() if isinstance(command, click.Group) else ():
            inner = click.Context(below, click.Context(command, context, verb), name)
            parts.append("\n".join(_section(below, inner)))
    return "\n".join(parts)


def _section(command: click.Command, context: click.Context) -> Iterator[str]:
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    yield f"## {context.command_path.removeprefix('navigator ')}\n\n    {usage}\n"
    yield inspect.cleandoc(command.help or "") + "\n"
    if isinstance(command, click.Group):
        return
    yield "| option | meaning |\n|---|---|"
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context) if isinstance(parameter, click.Option) else None
        if record is not None:
            option, meaning = record
            yield f"| `{option.replace('|', '/')}` | {' '.join(meaning.split())} |"
    yield ""


if __name__ == "__main__":
    sys.stdout.write(page())
