"""What the actions of the registry do, one function each, by the action's id."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from navigator.tui.deeds import acting, asking, going, looking, opening, replaying

if TYPE_CHECKING:
    from navigator.tui.desk import Desk

Deed = Callable[["Desk"], Awaitable[None] | None]

DEEDS: dict[str, Deed] = {
    **looking.DEEDS,
    **asking.DEEDS,
    **going.DEEDS,
    **acting.DEEDS,
    **replaying.DEEDS,
    **opening.DEEDS,
}
