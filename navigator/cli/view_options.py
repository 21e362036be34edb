"""The options that describe a View, the same for every verb that shows one, and the view that they make."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click
import msgspec

from navigator.callgraph import CallKind, Certainty, Role
from navigator.callgraph.views import Grouping, Subgraph, View
from navigator.workspaces import Workspace

Function = Callable[..., Any]

_OPTIONS = (
    click.option("--to", metavar="SYMBOL", default=None, help="The paths from SYMBOL to this one."),
    click.option("--callers", type=click.IntRange(min=0), metavar="N", help="Callers up to N calls away (1)."),
    click.option("--callees", type=click.IntRange(min=0), metavar="N", help="Callees up to N calls away (1)."),
    click.option("--paths", type=click.IntRange(min=1), metavar="N", help="With --to: the N shortest paths (1)."),
    click.option("--module", "modules", multiple=True, metavar="GLOB", help="Only symbols of these modules."),
    click.option("--without", multiple=True, metavar="GLOB", help="Leave these symbols out."),
    click.option("--root", "roots", multiple=True, metavar="ROOT", help="Only symbols of this root."),
    click.option(
        "--role", "roles", multiple=True, type=click.Choice([each.value for each in Role]), help="Only such files."
    ),
    click.option(
        "--kind", "kinds", multiple=True, type=click.Choice([each.value for each in CallKind]), help="Only such calls."
    ),
    click.option(
        "--certainty",
        "certainties",
        multiple=True,
        type=click.Choice([each.value for each in Certainty if each is not Certainty.TRACED]),
        help="Only calls that are so certain.",
    ),
    click.option("--external/--no-external", default=None, help="What lies outside the workspace, too."),
    click.option("--unresolved/--no-unresolved", default=None, help="Call sites of SYMBOL without a known callee."),
    click.option("--pin", "pinned", multiple=True, metavar="SYMBOL", help="Show this one whatever else is said."),
    click.option("--hide", "hidden", multiple=True, metavar="SYMBOL", help="Leave this one out."),
    click.option(
        "--group", type=click.Choice([each.value for each in Grouping]), default=None, help="What belongs together."
    ),
    click.option(
        "--collapse", "collapsed", multiple=True, metavar="GROUP", help="Draw this group as one node; '*': every group."
    ),
    click.option("--siblings", type=click.IntRange(min=1), metavar="N", help="Neighbours per symbol (12)."),
    click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Nodes altogether (60)."),
    click.option("--view", "saved", metavar="NAME", default=None, help="Begin with the view saved as NAME."),
    click.option("--save", metavar="NAME", default=None, help="Save this view as NAME."),
    click.option("--guess", "guesses", is_flag=True, help="Calls that are only guessed by name, too."),
)
NAMES = (
    "to",
    "callers",
    "callees",
    "paths",
    "modules",
    "without",
    "roots",
    "roles",
    "kinds",
    "certainties",
    "external",
    "unresolved",
    "pinned",
    "hidden",
    "group",
    "collapsed",
    "siblings",
    "limit",
)
"""The parameters that the options fill, besides SYMBOL, ``saved``, ``save`` and ``guesses``."""


def view_options(function: Function) -> Function:
    """Adds all options of a view to a command, in the order in which help shows them."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def describes_view(options: dict[str, Any]) -> bool:
    """Whether any option says which part of the graph is meant."""
    return bool(options["saved"]) or any(options[name] not in (None, ()) for name in NAMES)


def view_of(opened: Workspace, symbol: str | None, options: dict[str, Any]) -> View:
    """The view that options describe, a saved one with changes where ``--view`` names one; saved under ``--save``."""
    view = opened.saved_views.load(options["saved"]) if options["saved"] else View()
    changes: dict[str, Any] = {name: options[name] for name in NAMES if options[name] not in (None, ())}
    if symbol is not None:
        changes["focus"] = opened.called_as(symbol)
    for name in ("to", "pinned", "hidden"):
        if name in changes:
            texts: Sequence[str] = (changes[name],) if name == "to" else changes[name]
            changes[name] = tuple(key for text in texts for key in opened.called_as(text))
    for name, type in (("roles", Role), ("kinds", CallKind), ("certainties", Certainty)):
        if name in changes:
            changes[name] = tuple(type(value) for value in changes[name])
    if "group" in changes:
        changes["group"] = Grouping(changes["group"])
    if options["guesses"]:
        changes["certainties"] = (*changes.get("certainties", view.certainties), Certainty.GUESS)
    _known_roots(opened, changes.get("roots", ()))
    view = msgspec.structs.replace(view, **changes)
    if view.to and not view.focus:
        raise click.UsageError("--to needs a SYMBOL that paths lead from")
    if options["save"]:
        view = msgspec.structs.replace(view, name=options["save"])
        opened.saved_views.save(view)
    return view


def traced(found: Subgraph, trace: str, workspace: str) -> Subgraph:
    """The subgraph with the calls of a kept trace marked."""
    from navigator.runs.kept_traces import find_trace
    from navigator.runs.laying import lay
    from navigator.runs.marking import mark, traced_pairs

    return mark(found, *traced_pairs(lay(find_trace(trace), workspace)))


def _known_roots(opened: Workspace, names: Sequence[str]) -> None:
    known = [root.name for root in opened.roots]
    for name in names:
        if name not in known:
            raise click.UsageError(f"no root {name!r}; there is: {', '.join(known)}")
