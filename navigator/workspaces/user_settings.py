"""The user's own configuration: ``config.toml``, and the folders that may run programs.

Only what the user writes here, or allows with ``navigator trust``, can make a program run; a workspace file cannot.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from navigator.errors import NavigatorError
from navigator.index import Home
from navigator.workspaces.errors import BadFile
from navigator.workspaces.toml_files import read_toml

CONFIGURATION = "config.toml"


class Interface(msgspec.Struct, frozen=True, rename="kebab"):
    """``[tui]``: a ``theme``, and ``keys`` that take the place of an action's own."""

    theme: str = ""
    keys: dict[str, list[str]] = {}


class UserSettings(msgspec.Struct, frozen=True, rename="kebab"):
    """``config.toml``: ``editor`` is a command with ``{file}`` and ``{line}``; ``sources`` maps sources to what is read
    instead of them (a clone, archive or folder on this disk); ``tui`` is about the terminal interface."""

    editor: list[str] = []
    sources: dict[str, str] = {}
    tui: Interface = Interface()


class UntrustedFolder(NavigatorError):
    """A folder whose programs may not run was asked to run one."""


def configuration_file() -> Path:
    """``config.toml`` in ``NAVIGATOR_HOME`` where that is set, else in the user's configuration folder."""
    from navigator.index.home import VARIABLE

    if os.environ.get(VARIABLE):
        return Home.default().folder / CONFIGURATION
    from platformdirs import user_config_path

    return user_config_path("navigator", appauthor=False) / CONFIGURATION


def user_settings() -> UserSettings:
    """What the user has configured; nothing where there is no file. Raises BadFile."""
    file = configuration_file()
    if not file.is_file():
        return UserSettings()
    found = read_toml(file, UserSettings)
    sources = {source: str(file.parent / Path(path).expanduser()) for source, path in found.sources.items()}
    return msgspec.structs.replace(found, sources=sources)


class Trust:
    """The folders whose programs the user lets run. A folder is trusted with everything below it."""

    def __init__(self, home: Home | None = None) -> None:
        self._file = (home or Home.default()).folder / "trusted.json"

    def folders(self) -> tuple[str, ...]:
        """Sorted. Raises BadFile."""
        try:
            return tuple(sorted(msgspec.json.decode(self._file.read_bytes(), type=list[str])))
        except FileNotFoundError:
            return ()
        except (OSError, msgspec.MsgspecError) as error:
            raise BadFile(f"the list of trusted folders {self._file} cannot be read: {error}; delete it") from error

    def holds(self, folder: Path) -> bool:
        place = Path(os.path.realpath(folder))
        return any(place.is_relative_to(trusted) for trusted in self.folders())

    def add(self, folder: Path) -> str:
        """Trusts a folder, and gives it as it is remembered: absolute, without links. Raises BadFile."""
        if not folder.is_dir():
            raise BadFile(f"{folder} is not a folder; trust is given to folders")
        place = os.path.realpath(folder)
        self._write({*self.folders(), place})
        return place

    def remove(self, folder: Path) -> str:
        """Takes back the trust in a folder. Raises BadFile where another one around it is trusted, or none."""
        place = os.path.realpath(folder)
        known = self.folders()
        if place not in known:
            around = [each for each in known if Path(place).is_relative_to(each)]
            hint = f"; it lies in {around[0]}, which is" if around else ""
            raise BadFile(f"{place} itself is not trusted{hint}")
        self._write(set(known) - {place})
        return place

    def require(self, folder: Path) -> None:
        """Raises UntrustedFolder unless the folder is trusted."""
        if not self.holds(folder):
            raise UntrustedFolder(
                f"nothing in {folder} may run: the folder is not trusted; read what is in it, "
                f"then run `navigator trust {folder}`"
            )

    def _write(self, folders: set[str]) -> None:
        from navigator.index.database import make_folder
        from navigator.workspaces.files import write_file

        make_folder(self._file.parent)
        write_file(str(self._file), [msgspec.json.encode(sorted(folders)), b"\n"])
