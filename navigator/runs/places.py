"""Where runs are kept, and where a user's own reproductions lie."""

from __future__ import annotations

import os
from pathlib import Path

from navigator.index import Home
from navigator.index.home import VARIABLE


def state_folder() -> Path:
    """``NAVIGATOR_HOME``, or the user's state folder as the platform defines it."""
    if os.environ.get(VARIABLE):
        return Home.default().folder
    from platformdirs import user_state_path

    return user_state_path("navigator", appauthor=False)


def runs_folder() -> Path:
    """One folder for each run."""
    return state_folder() / "runs"


def user_folder() -> Path:
    """The user's own reproductions, one folder each."""
    return Home.default().folder / "reproductions"


def graphs_home() -> Home:
    """The index of the reproductions' own code, apart from the user's workspaces."""
    return Home(state_folder() / "reproduction-graphs")
