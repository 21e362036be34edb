"""``navigator index``"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from navigator.cli import exits, options, output
from navigator.cli.exits import FOUND, say
from navigator.cli.progress import progress_bar
from navigator.wording import counted

if TYPE_CHECKING:
    from navigator.workspaces import Refreshed


@click.command("index")
@click.argument("sources", metavar="SOURCE...", nargs=-1)
@click.option("--name", metavar="W", default=None, help="The workspace's name; else its file's or first source's.")
@click.option("-w", "--workspace", metavar="W", default=None, help="Without SOURCE: the workspace to bring up to date.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", default=None, help="At most N worker processes.")
@click.option("--include", metavar="GLOB", multiple=True, help="Only files that match; as in .gitignore; repeatable.")
@click.option("--exclude", metavar="GLOB", multiple=True, help="No files that match; repeatable.")
@click.option(
    "--import-root",
    "import_roots",
    metavar="DIR",
    multiple=True,
    help="A folder, relative to the source's top, where import names begin; repeatable.",
)
@click.option(
    "--with-deps",
    metavar="VENV",
    default="",
    help="Also read the packages installed in this environment, as far as imports lead.",
)
@options.clones
@options.as_json
def command(
    sources: tuple[str, ...],
    name: str | None,
    workspace: str | None,
    jobs: int | None,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    import_roots: tuple[str, ...],
    with_deps: str,
    clones: str | None,
    as_json: bool,
) -> int:
    """Read code and keep its call graph. Nothing that is read is imported or run.

    SOURCE is a folder, a git repository or URL with an optional @REVISION, pypi:NAME[==VERSION] or npm:NAME[@VERSION].
    Several sources make one workspace with several roots. A workspace file (navigator.toml) says which roots there are:
    without SOURCE that of the current folder is used. Where there is none, the workspace used last is brought up to
    date as it was made. Only what changed is parsed again.
    """
    if sources and workspace:
        raise click.UsageError("-w brings a workspace up to date without SOURCE; name a new one with --name")
    from navigator.workspaces import index, workspace_file_in

    file = None
    if len(sources) == 1 and sources[0].endswith(".toml"):
        file, sources = Path(sources[0]), ()
    elif not sources and workspace is None:
        file = workspace_file_in(Path.cwd())
    with progress_bar() as progress:
        done = index(
            sources,
            file=file,
            local=Path(clones) if clones else None,
            name=workspace or name,
            include=include,
            exclude=exclude,
            import_roots=import_roots,
            with_deps=with_deps,
            jobs=jobs,
            progress=progress,
            waiting=lambda: say("another process is indexing this workspace; waiting for it"),
            leftovers=exits.leftovers,
        )
    if done.message:
        say(done.message)
    if as_json:
        output.json(done)
    else:
        output.line(summary(done))
    if done.problems:
        say(f"{counted(len(done.problems), 'problem')} on the way; `navigator health` lists them")
    return FOUND


def summary(done: Refreshed) -> str:
    files = counted(done.files, "file")
    if not done.linked:
        what = "back to a graph that was still there" if done.changed else "nothing has changed"
        return f"{done.workspace}: {what}; {files}, parsed 0"
    return f"{done.workspace}: {files}; parsed {done.parsed:,}, reused {done.reused:,}"
