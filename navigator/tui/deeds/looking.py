"""Views, graph, help: what changes how one looks at the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from navigator.tui.actions import keys_of
from navigator.tui.screens.chooser import Choice, Chooser
from navigator.tui.screens.filters import FiltersScreen
from navigator.tui.themes import THEMES

if TYPE_CHECKING:
    from navigator.tui.desk import Desk


def zoom(app: Desk) -> None:
    app.zoomed = not app.zoomed
    app.arrange()
    app.query_one(f"#{app.current}").focus()


def next_theme(app: Desk) -> None:
    names = [theme.name for theme in THEMES]
    place = names.index(app.theme) + 1 if app.theme in names else 0
    app.use_theme(names[place % len(names)])
    app.session.theme = app.theme
    app.notify(f"theme {app.theme.removeprefix('navigator-')}", timeout=2, markup=False)


def filters(app: Desk) -> None:
    assert app.reading is not None
    roots = [root.name for root in app.reading.workspace.roots]

    def set_to(chosen: object) -> None:
        from navigator.tui.filters import Filters

        if isinstance(chosen, Filters) and chosen != app.filters:
            app.refilter(chosen)

    app.push_screen(FiltersScreen(app.filters, roots, app.ascii_only), set_to)


def show_help(app: Desk) -> None:
    """All keys; typing a word or a key narrows them."""
    choices = []
    group = ""
    for action in sorted(app.registry, key=lambda each: (each.context != "everywhere", each.context)):
        heading = action.context if action.context != "everywhere" else "everywhere"
        if heading != group:
            group = heading
            choices.append(Choice(Text(f"── {heading} ", style="bold"), words=f"{heading}"))
        keys = keys_of(action)
        label = Text.assemble((f"{keys:<12} ", "bold"), f"{action.title:<16} ", (action.help, "dim"), no_wrap=True)
        words = f"{keys} {' '.join(action.keys)} {action.title} {action.help} {heading}"
        choices.append(Choice(label, action.id, words))
    _choose_action(app, "keys", choices, "type a word or a key; enter does it")


def palette(app: Desk) -> None:
    choices = [
        Choice(
            Text.assemble(f"{action.title:<18} ", (action.help, "dim"), f"  {keys_of(action)}", no_wrap=True),
            action.id,
            f"{action.title} {action.help}",
            app.lacking(action),
        )
        for action in app.registry
        if action.context == "everywhere" or app.current == action.context
    ]
    _choose_action(app, "commands", choices, "")


def _choose_action(app: Desk, title: str, choices: list[Choice], hint: str) -> None:
    async def done(name: str | None) -> None:
        if name is None:
            return
        action = app.action_named(name)
        if action.context != "everywhere":
            app.show_view(action.context)
        await app.action_do(name)

    app.push_screen(Chooser(title, choices, hint=hint), done)


def messages(app: Desk) -> None:
    choices = [Choice(Text(problem), words=problem) for problem in reversed(app.problems)]
    app.push_screen(Chooser("messages", choices or [Choice(Text("nothing went wrong"))], filtered=False))


async def leave(app: Desk) -> None:
    if app.long_task is not None:
        app.long_task.cancel()
    app.exit(0)


DEEDS = {
    "view_calls": lambda app: app.show_view("calls"),
    "view_graph": lambda app: app.show_view("graph"),
    "view_source": lambda app: app.show_view("source"),
    "zoom": zoom,
    "theme": next_theme,
    "filters": filters,
    "help": show_help,
    "palette": palette,
    "messages": messages,
    "quit": leave,
    "suspend": lambda app: app.action_suspend_process(),
    "calls_in": lambda app: app.calls.action_inward(),
    "calls_out": lambda app: app.calls.action_outward(),
    "calls_down": lambda app: app.calls.action_cursor_down(),
    "calls_up": lambda app: app.calls.action_cursor_up(),
    "walk_left": lambda app: app.graph.walk("left"),
    "walk_right": lambda app: app.graph.walk("right"),
    "walk_up": lambda app: app.graph.walk("up"),
    "walk_down": lambda app: app.graph.walk("down"),
    "refocus": lambda app: app.graph.action_refocus(),
    "pin": lambda app: app.graph.toggle_pin(),
    "wider": lambda app: app.graph.resize_radius(1),
    "narrower": lambda app: app.graph.resize_radius(-1),
    "hide": lambda app: app.graph.hide(),
    "unhide": lambda app: app.graph.change(hidden=()),
    "group": lambda app: app.graph.group(),
    "box": lambda app: app.graph.toggle_box(),
    "next_site": lambda app: app.source.step(1),
    "previous_site": lambda app: app.source.step(-1),
    "follow": lambda app: app.source.action_follow(),
    "source_down": lambda app: app.source.scroll_down(animate=False),
    "source_up": lambda app: app.source.scroll_up(animate=False),
}
