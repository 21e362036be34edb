"""The user's own settings for the interface: the table ``[tui]`` of ``config.toml``, a theme and keys."""

from __future__ import annotations

from navigator.tui.actions import REGISTRY, Action, BadKeymap, with_keys
from navigator.tui.themes import NAMES
from navigator.workspaces.user_settings import UserSettings, user_settings


def configured() -> tuple[UserSettings, tuple[Action, ...]]:
    """The settings, and the actions with the user's keys. Raises BadFile and BadKeymap."""
    settings = user_settings()
    if settings.tui.theme and settings.tui.theme not in NAMES:
        raise BadKeymap(f"theme {settings.tui.theme!r}: there is {', '.join(NAMES)}")
    return settings, with_keys(REGISTRY, settings.tui.keys)
