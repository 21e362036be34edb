"""Themes: dark, light, high contrast, and one whose colours everybody can tell apart. No meaning is in colour alone."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="navigator-dark", primary="#7aa2f7", secondary="#9ece6a", accent="#e0af68", warning="#e0af68", error="#f7768e",
    success="#9ece6a", foreground="#c8d0e0", background="#16181f", surface="#1c1f28", panel="#262a36", dark=True,
)  # fmt: skip
LIGHT = Theme(
    name="navigator-light", primary="#2457b2", secondary="#2f6f3e", accent="#8a5a00", warning="#8a5a00",
    error="#b3261e", success="#2f6f3e", foreground="#1d2330", background="#fbfbf8", surface="#f1f1ec",
    panel="#e4e4dd", dark=False,
)  # fmt: skip
CONTRAST = Theme(
    name="navigator-contrast", primary="#ffff00", secondary="#00ffff", accent="#ffffff", warning="#ffff00",
    error="#ff8080", success="#80ff80", foreground="#ffffff", background="#000000", surface="#000000", panel="#202020",
    dark=True,
)  # fmt: skip
# Okabe and Ito's palette ("Color Universal Design", 2008).
COLOUR_BLIND = Theme(
    name="navigator-universal", primary="#56b4e9", secondary="#009e73", accent="#e69f00", warning="#f0e442",
    error="#d55e00", success="#009e73", foreground="#e8e8e8", background="#141414", surface="#1c1c1c", panel="#2a2a2a",
    dark=True,
)  # fmt: skip

THEMES = (DARK, LIGHT, CONTRAST, COLOUR_BLIND)
SYNTAX = {
    DARK.name: "one-dark",
    LIGHT.name: "friendly",
    CONTRAST.name: "github-dark",
    COLOUR_BLIND.name: "github-dark",
}
"""The Pygments style that goes with each; its colours are used, its ground is not."""
NAMES = {theme.name.removeprefix("navigator-"): theme.name for theme in THEMES}
