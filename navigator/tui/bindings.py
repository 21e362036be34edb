"""Key bindings from the registry of actions."""

from __future__ import annotations

from collections.abc import Iterable

from textual.binding import Binding, BindingType

from navigator.tui.actions import REGISTRY, Action, key_name


def bindings_of(context: str) -> list[BindingType]:
    """The bindings of a view, or those that work everywhere."""
    return [binding(action) for action in REGISTRY if action.context == context]


def binding(action: Action) -> Binding:
    return Binding(
        ",".join(action.keys),
        f"app.do('{action.id}')",
        action.title,
        show=action.footer,
        key_display=key_name(action.keys[0]),
        id=action.id,
    )


def keymap(actions: Iterable[Action]) -> dict[str, str]:
    """For ``App.set_keymap``: the keys of those actions that do not have those of the registry."""
    own = {action.id: action.keys for action in REGISTRY}
    return {action.id: ",".join(action.keys) for action in actions if action.keys != own[action.id]}
