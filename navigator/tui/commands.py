"""What the interface shows, as a command that prints the same."""

from __future__ import annotations

import shlex

from navigator.callgraph.views import Grouping, View


def command_of(view: View, workspace: str) -> str:
    """``navigator graph`` with the options that describe a view; what is as by default is left out."""
    plain = View()
    words = ["navigator", "graph", *view.focus[:1]]
    for target in view.to[:1]:
        words += ["--to", target]
    if view.to:
        words += _number("paths", view.paths, plain.paths)
    else:
        words += _number("callers", view.callers, plain.callers) + _number("callees", view.callees, plain.callees)
    words += _number("siblings", view.siblings, plain.siblings) + _number("limit", view.limit, plain.limit)
    for option, values in (
        ("root", view.roots),
        ("module", view.modules),
        ("without", view.without),
        ("kind", view.kinds),
        ("role", view.roles),
        ("certainty", () if view.certainties == plain.certainties else view.certainties),
        ("pin", view.pinned),
        ("hide", view.hidden),
        ("collapse", view.collapsed),
    ):
        for value in values:
            words += [f"--{option}", str(value)]
    if view.external:
        words.append("--external")
    if view.unresolved:
        words.append("--unresolved")
    if view.group is not Grouping.NONE:
        words += ["--group", str(view.group)]
    return shlex.join([*words, "-w", workspace])


def _number(option: str, value: int, default: int) -> list[str]:
    return [] if value == default else [f"--{option}", str(value)]
