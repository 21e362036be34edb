"""What can keep a view from being drawn."""

from __future__ import annotations

from navigator.errors import NavigatorError


class TooLarge(NavigatorError):
    """A format, or a reader's eye, cannot hold that many nodes or edges."""


class NoRenderer(NavigatorError):
    """Nothing that can draw the format is installed."""


class RenderingFailed(NavigatorError):
    """Graphviz was asked to draw and could not."""

    exit_code = 3


class NoEarlierPicture(NavigatorError):
    """A file that should tell where nodes stood holds no such picture."""
