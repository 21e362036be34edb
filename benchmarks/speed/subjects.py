"""The source folders that are measured."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec

DEFAULTS = {"torchvision": ("torchvision", "0.29.2", ""), "deepspeed": ("deepspeed", "0.19.8", "deepspeed")}
"""By label: package, version, and the folder inside it that is measured."""


class Subject(msgspec.Struct, frozen=True):
    """A folder of Python code, copied so that it can be edited."""

    label: str
    folder: Path

    @property
    def files(self) -> list[Path]:
        return sorted(file for file in self.folder.rglob("*.py") if file.is_file())

    @property
    def size(self) -> int:
        """Bytes of Python."""
        return sum(file.stat().st_size for file in self.files)

    def warm(self) -> None:
        """Reads every file once, so that no tool pays for the disk."""
        for file in self.files:
            file.read_bytes()

    def edit(self, number: int) -> Path:
        """Adds a function to the file of median size and returns it."""
        by_size = sorted(self.files, key=lambda file: (file.stat().st_size, file))
        file = by_size[len(by_size) // 2]
        with file.open("a", encoding="utf-8") as handle:
            handle.write(f"\n\ndef added_by_the_benchmark_{number}():\n    return len('{number}')\n")
        return file


def copied(label: str, folder: Path, scratch: Path) -> Subject:
    """A copy of ``folder`` under its own name, without version control and caches."""
    ignore = shutil.ignore_patterns(".git", "__pycache__", "*.egg-info")
    return Subject(label, Path(shutil.copytree(folder, scratch / label / folder.name, ignore=ignore)))


def fetched(package: str, version: str, inside: str, cache: Path) -> Path:
    """The folder ``inside`` of a package from the index, through the navigator's own source; kept in ``cache``."""
    from navigator.sources import open_source

    folder = cache / f"{package}-{version}"
    if not folder.is_dir():
        fresh = cache / f"{package}-{version}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        spec = f"pypi:{package}=={version}"
        with open_source(spec, suffixes=(".py",), cache_dir=cache / "downloads") as snapshot:
            for path, content in snapshot.read_many(entry.path for entry in snapshot.entries):
                file = fresh / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
        fresh.rename(folder)
    return folder / inside
