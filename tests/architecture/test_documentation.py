"""The documentation shows what the commands print today, and its links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
WITH_OUTPUT = [page for page in PAGES if "```console\n$ ./nav" in page.read_text(encoding="utf-8")]

_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def ids(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", WITH_OUTPUT, ids=ids)
def test_shown_output_is_what_is_printed(page: Path) -> None:
    command = [sys.executable, ROOT / "tools" / "console_blocks.py", page]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}\npython tools/console_blocks.py --write {ids(page)}"


def test_the_readme_shows_output() -> None:
    assert ROOT / "README.md" in WITH_OUTPUT


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_links_lead_to_files(page: Path) -> None:
    for target in _LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_the_table_of_keys_is_that_of_the_registry() -> None:
    command = [sys.executable, ROOT / "tools" / "key_table.py", "--check"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr or "run tools/key_table.py"


def test_the_screens_of_the_stories_are_todays() -> None:
    command = [sys.executable, ROOT / "tools" / "terminal_screens.py", "--check"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr or "run tools/terminal_screens.py"
