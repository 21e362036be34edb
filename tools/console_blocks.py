"""Keeps what the documentation shows true: runs the commands of its ``console`` blocks, compares or rewrites output.

    python tools/console_blocks.py [--write] FILE...

A block is fenced as ``console``. A line ``$ ./nav ARGUMENTS`` is run as ``python -m navigator ARGUMENTS`` from the root
of the clone, all commands of a file with one index of their own; the lines below it, up to the next command or the end
of the block, are its output, errors first. ``/tmp/`` in a command is a folder of the run's own. Blocks with other
commands are left alone.
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

_BLOCK = re.compile(r"(?<=^```console\n)(?P<body>.*?)(?=^```$)", re.MULTILINE | re.DOTALL)
_PROMPT = "$ ./nav"
_TEMPORARY = "/tmp/"


def run(command: str, home: Path) -> str:
    """What the command prints, errors and talk first, on a terminal 120 columns wide."""
    temporary = f"{home}/tmp/"
    arguments = [word.replace(_TEMPORARY, temporary) for word in shlex.split(command.removeprefix(_PROMPT))]
    done = subprocess.run(
        [sys.executable, "-P", "-m", "navigator", *arguments],
        cwd=ROOT,
        env={**os.environ, "NAVIGATOR_HOME": str(home), "COLUMNS": "120", "NO_COLOR": "1", "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if "Traceback (most recent call last)" in done.stderr:
        sys.exit(f"{command}: crashed:\n{done.stderr}")
    return (done.stderr + done.stdout).replace(temporary, _TEMPORARY)


def renewed(text: str, home: Path) -> str:
    """The text with the output of every ``./nav`` command as it is now."""

    def block(match: re.Match[str]) -> str:
        lines = match["body"].splitlines()
        if not all(line.startswith(_PROMPT) for line in lines if line.startswith("$ ")):
            return match["body"]
        return "".join(f"{line}\n{run(line, home)}" for line in lines if line.startswith(_PROMPT))

    return _BLOCK.sub(block, text)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Compares the output that documentation shows with what is printed.")
    parser.add_argument("--write", action="store_true", help="rewrite the files instead of comparing")
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path)
    options = parser.parse_args(arguments)
    stale = 0
    for file in options.files:
        text = file.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as home:
            new = renewed(text, Path(home))
        if new == text:
            continue
        if options.write:
            file.write_text(new, encoding="utf-8")
            continue
        stale += 1
        lines = difflib.unified_diff(text.splitlines(), new.splitlines(), str(file), "what is printed now", lineterm="")
        print("\n".join(lines))
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
