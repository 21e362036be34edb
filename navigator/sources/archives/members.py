"""What an archive holds, checked member by member before anything of it is believed."""

from __future__ import annotations

from navigator.sources.errors import RefusedError
from navigator.sources.limits import Limits
from navigator.sources.links import LEAVES, locate
from navigator.sources.names import escape_of, one_line, printable

_MANY_LINKS = 40


class Members:
    """Names are in the package's inner form, with ``/`` between components and no ``.`` among them.

    ``files`` maps each regular file to its size, ``links`` each symbolic link to its target, ``hard_links`` each hard
    link to the member it repeats. Every method raises ``RefusedError``, which names the archive and the member.
    """

    def __init__(self, archive: str, packed: int, limits: Limits) -> None:
        self.files: dict[str, int] = {}
        self.links: dict[str, str] = {}
        self.hard_links: dict[str, str] = {}
        self.folders: set[str] = set()
        self._archive, self._packed, self._limits = archive, packed, limits
        self._count = 0
        self._unpacked = 0

    def file(self, name: str, size: int) -> str:
        path = self._checked(name)
        self._unpacked += max(size, 0)
        if size < 0:
            raise self.refusal(name, "its size is negative")
        self.weigh(self._unpacked, name)
        self.files[path] = size
        return path

    def link(self, name: str, target: str) -> None:
        self.links[self._checked(name)] = target

    def hard_link(self, name: str, target: str) -> None:
        reason = escape_of(target)
        if reason:
            raise self.refusal(name, f"it is a hard link to {_shown(target)}: {reason.removeprefix('its ')}")
        self.hard_links[self._checked(name)] = _normal(target)

    def folder(self, name: str) -> None:
        self._count_one(name)
        reason = escape_of(name)
        if reason:
            raise self.refusal(name, reason)

    def weigh(self, unpacked: int, name: str) -> None:
        """Refuses what unpacks to far more than a package's sources ever do."""
        limits = self._limits
        if unpacked > limits.unpacked:
            raise self.refusal(name, f"with it the archive unpacks to more than {limits.unpacked:,} bytes")
        if unpacked > limits.ratio_from and unpacked > limits.ratio * self._packed:
            raise self.refusal(name, f"with it the archive unpacks to more than {limits.ratio} times its size")

    def finish(self) -> None:
        """Checks that no link leads out and that no file is a folder as well."""
        everything = [*self.files, *self.links, *self.hard_links]
        for path in everything:
            outer = path
            while (outer := outer.rpartition("/")[0]) and outer not in self.folders:
                self.folders.add(outer)
        for path in everything:
            if path in self.folders:
                raise self.refusal(path, "it is both a file and a folder")
        for path, target in self.links.items():
            if target.startswith(("/", "\\")) or "\0" in target or locate(path, self.links).fault == LEAVES:
                raise self.refusal(path, f"it is a link that leads out of the archive, to {_shown(target)}")
        for path in self.hard_links:
            self.real(path)

    def real(self, path: str) -> str:
        """The regular file behind a hard link (or behind nothing)."""
        target = path
        for _ in range(_MANY_LINKS):
            if target not in self.hard_links:
                break
            target = self.hard_links[target]
        if target not in self.files:
            raise self.refusal(path, f"it is a hard link to {_shown(target)}, which is no file of the archive")
        return target

    def refusal(self, name: str, reason: str) -> RefusedError:
        return RefusedError(f"{self._archive} is refused: member {_shown(name)}: {reason}")

    def _checked(self, name: str) -> str:
        self._count_one(name)
        reason = escape_of(name)
        if reason:
            raise self.refusal(name, reason)
        path = _normal(name)
        if not path:
            raise self.refusal(name, "it has no name")
        if path in self.files or path in self.links or path in self.hard_links:
            raise self.refusal(name, "it is there twice")
        return path

    def _count_one(self, name: str) -> None:
        self._count += 1
        if self._count > self._limits.files:
            raise self.refusal(name, f"the archive has more than {self._limits.files:,} members")


def _normal(name: str) -> str:
    return "/".join(component for component in name.split("/") if component not in ("", "."))


def _shown(name: str) -> str:
    return one_line(printable(name), 160)
