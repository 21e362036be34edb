"""Where each module of the workspace lies in the slice: in the same place, below the slice's own package."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable

OWN = ("_left_out", "_stand_ins", "test_smoke")
"""Modules that the slice has besides upstream's."""


class Layout:
    """Paths and relative imports within the slice."""

    def __init__(self) -> None:
        self._mapped: dict[str, str] = {}
        self._taken: dict[str, str] = {}

    def module(self, name: str) -> str:
        """The name of a workspace's module inside the slice; mostly the same."""
        known = self._mapped.get(name)
        if known is None:
            known = ".".join(_segment(part) for part in name.split("."))
            if known.partition(".")[0] in OWN:
                known = f"upstream_{known.lstrip('_')}"
            while self._taken.setdefault(known, name) != name:
                known += "_"
            self._mapped[name] = known
        return known

    def path(self, name: str, package: bool) -> str:
        place = self.module(name).replace(".", "/")
        return f"{place}/__init__.py" if package else f"{place}.py"

    def dots(self, name: str, package: bool) -> str:
        """The dots with which the module ``name`` climbs to the slice's top package."""
        depth = self.module(name).count(".") + (1 if package else 0)
        return "." * (depth + 1)


def packages_of(modules: Iterable[str]) -> set[str]:
    """The packages around some modules."""
    return {
        ".".join(parts[:place]) for parts in (name.split(".") for name in modules) for place in range(1, len(parts))
    }


def _segment(part: str) -> str:
    plain = re.sub(r"\W", "_", part)
    if not plain or plain[0].isdigit() or keyword.iskeyword(plain):
        plain = f"_{plain}"
    return plain
