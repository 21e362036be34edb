"""Reproductions made for the tests: a counting program whose manners the parameters choose."""

from __future__ import annotations

from pathlib import Path

COUNT = """
id = "count"
title = "Counts"
command = ["python", "-m", "reproductions.count"]

[[claims]]
id = "ends"
text = "Counting ends at the number asked for"

[parameters.number]
type = "integer"
default = 3
minimum = 1

[parameters.manner]
type = "string"
default = "well"
choices = ["well", "wrong", "exit", "wait", "spawn", "noise", "fill", "seeds"]

[parameters.weights]
type = "numbers"
default = [0.5]
maximum = 1

[requires]
cores = 1
seconds = 1

[[outputs]]
path = "tables/count.txt"
kind = "table"
title = "The numbers"
"""

PROGRAM = """
import os, random, signal, subprocess, sys, time
from navigator import reproduction

STUBBORN = '''
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.setsid()
print("stubborn", os.getpid(), flush=True)
time.sleep(600)
'''

values = reproduction.parameters(__file__)
manner = values["manner"]
print("pid", os.getpid(), flush=True)
if manner in ("spawn", "wait"):
    stubborn = subprocess.Popen([sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE, text=True)
    print(stubborn.stdout.readline(), end="", flush=True)
if manner == "wait":
    reproduction.progress(0, None, "waiting")
    time.sleep(600)
if manner == "noise":
    os.write(int(os.environ["NAVIGATOR_EVENTS"]), b'no json\\n{"progress": {"done": "x"}}\\n' + b"y" * 70000 + b"\\n")
if manner == "seeds":
    print("hash", hash("a"), reproduction.seed(), reproduction.threads(), os.environ["OMP_NUM_THREADS"])
with reproduction.output("tables/count.txt").open("w") as table:
    for number in range(values["number"]):
        if manner == "fill":
            table.write("x" * 4_000_000)
        table.write(f"{number}\\n")
        reproduction.progress(number + 1, values["number"], "counting")
reproduction.written("tables/count.txt")
reproduction.claim("ends", manner != "wrong", f"{values['number']} numbers")
sys.exit(7 if manner == "exit" else 0)
"""


def lay_count(home: Path, manifest: str = COUNT, program: str = PROGRAM) -> Path:
    """Puts the counting reproduction among the user's own; gives its folder."""
    folder = home / "reproductions" / "count"
    folder.mkdir(parents=True)
    (folder / "reproduction.toml").write_text(manifest)
    (folder / "__init__.py").touch()
    (folder / "__main__.py").write_text(program)
    return folder
