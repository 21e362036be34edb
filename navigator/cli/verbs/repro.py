"""``navigator repro``"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from navigator.cli import options, output
from navigator.cli.conformance_rows import print_conformance
from navigator.cli.exits import FOUND, NOTHING, say
from navigator.cli.groups import Group
from navigator.cli.known_reproductions import all_known, known
from navigator.cli.progress import progress_bar
from navigator.cli.run_rows import spelled
from navigator.runs import MissingRequirement, Reproduction
from navigator.runs.requirements import missing, missing_programs
from navigator.wording import counted

if TYPE_CHECKING:
    from navigator.runs.checking import Checked


@click.group("repro", cls=Group)
def command() -> None:
    """The reproductions: minimal programs linked, symbol by symbol, to the upstream code that they mirror.

    Those that ship with navigator, one folder each in `reproductions` in the user's data folder (or in
    NAVIGATOR_HOME), and those in folders that the file of the current workspace names, which run once `navigator trust`
    allows it. ID may also be the path of a folder with a `reproduction.toml`: `./mine`.
    """


@command.command("list")
@options.as_json
def list_(as_json: bool) -> int:
    """List the reproductions there are, and what each still needs to run."""
    there = all_known()
    if as_json:
        output.json({"reproductions": [_summary(each) for each in there.found], "broken": there.broken})
        return FOUND if there.found else NOTHING
    output.rows(
        [
            output.name(each.id),
            each.manifest.title,
            output.place(f"{each.manifest.workspace} {each.manifest.revision}".strip()),
            output.remark("ready") if not (hindrance := _hindrance(each)) else output.warning(hindrance),
        ]
        for each in there.found
    )
    for broken in there.broken:
        say(f"left out: {broken.message}")
    if not there.found:
        say("no reproduction is known")
    return FOUND if there.found else NOTHING


@command.command("show")
@click.argument("id", metavar="ID")
@options.as_json
def show(id: str, as_json: bool) -> int:
    """Show what a reproduction claims, takes, needs and mirrors."""
    found = known(id)
    manifest = found.manifest
    if as_json:
        output.json({**_summary(found), "manifest": manifest})
        return FOUND
    output.rows([[output.name(manifest.id), manifest.title]])
    output.rows(
        [
            ["mirrors", f"{manifest.workspace} {manifest.revision}".strip() or "nothing upstream"],
            ["folder", output.place(str(found.folder))],
            ["command", " ".join(manifest.command)],
            ["takes", _expected(found)],
            ["needs", ", ".join(_lacks(found)) + " (missing)" if _lacks(found) else "nothing more than is installed"],
        ]
    )
    _section("claims", [[claim.id, claim.text] for claim in manifest.claims])
    _section(
        "parameters",
        [
            [name, each.type, f"= {spelled(each.default)}", _bounds(each), output.remark(each.help)]
            for name, each in manifest.parameters.items()
        ],
    )
    _section("outputs", [[each.path, each.kind, each.title] for each in manifest.outputs])
    _section(
        "exceptions", [[each.caller, "->", each.callee, output.remark(each.reason)] for each in manifest.exceptions]
    )
    _section("links", [[link.ours, output.remark("mirrors"), link.upstream] for link in manifest.links])
    return FOUND


@command.command("check")
@click.argument("ids", metavar="ID...", nargs=-1)
@click.option("-w", "--workspace", metavar="W", default=None, help="The upstream workspace; by default the manifest's.")
@options.as_json
def check(ids: tuple[str, ...], workspace: str | None, as_json: bool) -> int:
    """Check manifests: every link's symbols exist on both sides, and how much of the upstream chains they cover.

    The conformance of the latest run with --trace is told, too. A call that the upstream does not make and that the
    manifest does not argue is a fault, and so is an exception that no longer occurs.

    Without ID all reproductions are checked. Where the upstream is not indexed, its bundled miniature stands in.
    """
    from navigator.runs.checking import check as check_one

    there = None if ids else all_known()
    chosen = there.found if there is not None else tuple(known(id) for id in ids)
    with progress_bar() as progress:
        done = [check_one(each, workspace, progress) for each in chosen]
    broken = there.broken if there is not None else ()
    if as_json:
        output.json({"checked": done, "broken": broken})
    else:
        for each in done:
            _print_checked(each)
        for fault in broken:
            output.rows([[output.warning("bad manifest"), fault.message]])
    return FOUND if done and not broken and all(each.sound for each in done) else NOTHING


def _print_checked(done: Checked) -> None:
    links = counted(done.links, "link")
    where = done.upstream or "no upstream"
    words = f"{links} into {where}" + ("" if done.sound else f", {counted(len(done.faults), 'fault')}")
    output.rows([[output.name(done.id), words]])
    output.rows([[output.warning("  fault"), fault] for fault in done.faults])
    output.rows(
        [
            f"  {chain.id}",
            f"{chain.covered} of {counted(len(chain.hops), 'hop')} linked at both ends",
            output.remark("not linked: " + ", ".join(_unlinked(chain)) if chain.covered < len(chain.hops) else ""),
        ]
        for chain in done.chains
    )
    if done.judged is not None:
        print_conformance(done.judged, "  ")
    for note in done.notes:
        say(f"{done.id}: {note}")


def _unlinked(chain: Any) -> list[str]:
    return list(dict.fromkeys(end for hop in chain.hops for end in hop.missing))


def _summary(found: Reproduction) -> dict[str, Any]:
    manifest = found.manifest
    return {
        "id": manifest.id,
        "title": manifest.title,
        "workspace": manifest.workspace,
        "revision": manifest.revision,
        "folder": str(found.folder),
        "origin": found.origin,
        "trusted": found.trusted,
        "missing": _lacks(found),
    }


def _lacks(found: Reproduction) -> list[str]:
    """What is missing; a requirement that cannot be understood is told like one that is missing, so that one
    reproduction does not hide the others."""
    needs = found.manifest.requires
    try:
        return [*missing(needs), *missing_programs(needs)]
    except MissingRequirement as error:
        return [f"something unknown: {error}"]


def _hindrance(found: Reproduction) -> str:
    """What stands in the way of running it, in a few words."""
    if not found.trusted:
        return f"not trusted: navigator trust {found.folder}"
    lacks = _lacks(found)
    return f"needs {', '.join(lacks)}" if lacks else ""


def _expected(found: Reproduction) -> str:
    needs = found.manifest.requires
    words = [f"about {needs.seconds:g} s", counted(needs.cores, "core")]
    if needs.memory:
        words.append(f"{needs.memory} MiB")
    if needs.gpu == "optional":
        words.append("a GPU if wished")
    return ", ".join(words)


def _bounds(parameter: Any) -> str:
    if parameter.choices:
        return "one of " + ", ".join(spelled(each) for each in parameter.choices)
    least, most = parameter.minimum, parameter.maximum
    if least is None and most is None:
        return ""
    if most is None:
        return f"from {least:g}"
    return f"up to {most:g}" if least is None else f"{least:g} to {most:g}"


def _section(title: str, rows: list[list[Any]]) -> None:
    if rows:
        output.line()
        output.line(f"{title}:")
        output.rows([[output.name(f"  {row[0]}"), *row[1:]] for row in rows])
