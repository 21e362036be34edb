"""The navigator as the benchmarks use it: through its Python API, with an index of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from navigator.index import Home
from navigator.workspaces import index, open_workspace


def exported(
    folder: Path,
    home: Path,
    *,
    others: Sequence[Path] = (),
    format: str = "json",
    guesses: bool = False,
    import_roots: Sequence[str] = (),
    exclude: Sequence[str] = (),
) -> bytes:
    """Indexes ``folder``, together with ``others``, in the index at ``home`` and gives the export."""
    place = Home(home)
    index([str(folder), *map(str, others)], name=str(folder), home=place, import_roots=import_roots, exclude=exclude)
    with open_workspace(str(folder), home=place) as workspace:
        return b"".join(workspace.export(format, guesses=guesses))
