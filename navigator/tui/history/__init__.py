"""Where one has been, as a tree; what one wants to find again; and the file that keeps both with the workspace."""

from navigator.tui.history.session import Bookmark, Session, Sessions
from navigator.tui.history.tree import History, Visit

__all__ = ["Bookmark", "History", "Session", "Sessions", "Visit"]
