"""What is kept with a workspace between sessions: history, bookmarks, filters, the view; one small file each."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import msgspec

from navigator.tui.filters import Filters
from navigator.tui.history.tree import History
from navigator.workspaces.files import write_file

VERSION = 1


class Bookmark(msgspec.Struct, frozen=True):
    """A symbol, or the call from it to ``callee``, and what somebody noted."""

    symbol: str
    callee: str = ""
    note: str = ""


class Session(msgspec.Struct):
    """Everything about one workspace that a reader made."""

    version: int = VERSION
    history: History = msgspec.field(default_factory=History)
    bookmarks: list[Bookmark] = msgspec.field(default_factory=list)
    filters: Filters = Filters()
    path_start: str = ""
    theme: str = ""

    def as_markdown(self, workspace: str) -> str:
        """Bookmarks with their notes and the places one has been to, for reading notes."""
        lines = [f"# {workspace}", ""]
        if self.bookmarks:
            lines += ["## Bookmarks", ""]
            for each in self.bookmarks:
                place = f"`{each.symbol}`" + (f" → `{each.callee}`" if each.callee else "")
                lines.append(f"* {place}" + (f": {each.note}" if each.note else ""))
            lines.append("")
        if self.history.visits:
            lines += ["## Where I have been", ""]
            for depth, number in self.history.walk():
                visit = self.history.visits[number]
                name = f" ({visit.name})" if visit.name else ""
                here = " ← here" if number == self.history.here else ""
                lines.append(f"{'  ' * depth}* `{visit.symbol}`{name}{here}")
            lines.append("")
        return "\n".join(lines)


class Sessions:
    """The sessions of all workspaces, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.message = ""
        """What was wrong with the last file read, and what was done about it."""

    def _file(self, workspace: str) -> Path:
        return self.folder / f"{quote(workspace, safe='')}.json"

    def load(self, workspace: str) -> Session:
        """A workspace's session; a new one where there is none. A file that cannot be read is set aside."""
        file = self._file(workspace)
        self.message = ""
        try:
            session = msgspec.json.decode(file.read_bytes(), type=Session)
            if session.version == VERSION and session.history.sound():
                return session
            problem = "it is of another version" if session.version != VERSION else "its history is torn"
        except FileNotFoundError:
            return Session()
        except (OSError, msgspec.MsgspecError) as error:
            problem = str(error)
        aside = file.with_suffix(".damaged")
        try:
            file.replace(aside)
            self.message = f"the last session could not be read ({problem}); it was set aside as {aside}"
        except OSError:
            self.message = f"the last session could not be read ({problem}): {file}"
        return Session()

    def save(self, workspace: str, session: Session) -> None:
        """Writes the file whole or not at all. Raises Unwritable and DiskFailed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_file(str(self._file(workspace)), [msgspec.json.encode(session), b"\n"])
