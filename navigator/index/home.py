"""Where the index lives on disk."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

VARIABLE = "NAVIGATOR_HOME"


class Home(msgspec.Struct, frozen=True):
    """The data folder: ``NAVIGATOR_HOME``, or the user's data folder as the platform defines it."""

    folder: Path

    @classmethod
    def default(cls) -> Home:
        chosen = os.environ.get(VARIABLE)
        if chosen:
            return cls(Path(chosen).expanduser().absolute())
        from platformdirs import user_data_path

        return cls(user_data_path("navigator", appauthor=False))

    @property
    def database(self) -> Path:
        """Facts, source bytes and the list of workspaces."""
        return self.folder / "index.sqlite"

    @property
    def graphs(self) -> Path:
        """One file per graph; a graph file is never changed once it bears its name."""
        return self.folder / "graphs"

    @property
    def locks(self) -> Path:
        return self.folder / "locks"

    @property
    def downloads(self) -> Path:
        """What fetching sources keeps."""
        return self.folder / "sources"

    @property
    def views(self) -> Path:
        """Views that people saved."""
        return self.folder / "views"

    def graph(self, key: str) -> Path:
        return self.graphs / f"{key}.sqlite"
