"""Whether installed fonts can show the names in a picture, as fontconfig tells it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Iterator

SECONDS = 20


def uncovered(names: Iterable[str]) -> Iterator[str]:
    """A warning where no installed font has some character of the names; nothing where fontconfig cannot be asked."""
    characters = sorted({each for name in names for each in name if not each.isascii() and each.isprintable()})
    program = shutil.which("fc-list")
    if not characters or program is None:
        return
    missing = [each for each in characters if not _shown(program, each)]
    if missing:
        listed = " ".join(missing[:8]) + (f" and {len(missing) - 8} more" if len(missing) > 8 else "")
        yield f"no installed font has {listed}: such characters are drawn as boxes; install one (fonts-noto-cjk)"


def _shown(program: str, character: str) -> bool:
    try:
        done = subprocess.run(
            [program, f":charset={ord(character):x}", "family"], capture_output=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return True
    return bool(done.stdout.strip()) or done.returncode != 0
