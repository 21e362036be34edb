"""Views that people saved under a name, one small file each in the data folder."""

from __future__ import annotations

import difflib
from pathlib import Path
from urllib.parse import quote, unquote

import msgspec

from navigator.callgraph.views import View
from navigator.errors import NavigatorError
from navigator.index import Home
from navigator.workspaces.files import write_file


class NoSuchView(NavigatorError):
    """No view of that name has been saved, or its file cannot be read."""


class SavedViews:
    """The saved views of one workspace."""

    def __init__(self, home: Home, workspace: str) -> None:
        self.folder = home.views / quote(workspace, safe="")

    def names(self) -> list[str]:
        """All names, sorted."""
        return sorted(unquote(file.stem) for file in self.folder.glob("*.json"))

    def save(self, view: View) -> None:
        """Keeps a view under its name, in place of one that had it before. Raises Unwritable."""
        if not view.name or not view.name.isprintable() or view.name != view.name.strip() or len(view.name) > 60:
            raise NoSuchView(f"{view.name!r} is no name for a view: write up to 60 characters that can be printed")
        self.folder.mkdir(parents=True, exist_ok=True)
        data = msgspec.json.format(msgspec.json.encode(view), indent=2)
        write_file(str(self._file(view.name)), [data, b"\n"])

    def load(self, name: str) -> View:
        """Raises NoSuchView with the nearest names."""
        try:
            return msgspec.json.decode(self._file(name).read_bytes(), type=View)
        except FileNotFoundError:
            names = self.names()
            near = difflib.get_close_matches(name, names, n=3, cutoff=0.4) or names
            known = f"there is: {', '.join(near)}" if near else "save one with --save NAME"
            raise NoSuchView(f"no view is saved as {name!r}; {known}") from None
        except (OSError, msgspec.MsgspecError) as error:
            raise NoSuchView(f"{self._file(name)}: the saved view cannot be read: {error}") from error

    def remove(self, name: str) -> None:
        """Raises NoSuchView."""
        self.load(name)
        self._file(name).unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        return self.folder / f"{quote(name, safe='')}.json"
