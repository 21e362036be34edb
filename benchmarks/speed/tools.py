"""The commands that are measured: the navigator's own, and those of other call-graph tools where they are installed."""

from __future__ import annotations

import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import msgspec

PEERS = ("pyan3", "code2flow", "pyrefly")
"""Distributions from the package index. They are run as programs in an environment of their own, never imported."""


class Job(msgspec.Struct, frozen=True):
    """What a tool is given: ``folder`` holds the code, ``scratch`` is empty and writable."""

    folder: Path
    scratch: Path


def files(folder: Path) -> list[str]:
    return sorted(str(file) for file in folder.rglob("*.py") if file.is_file())


def pyan3(program: Path, job: Job) -> list[str]:
    output = str(job.scratch / "pyan3.dot")
    return [str(program), "--uses", "--no-defines", "--dot", "--file", output, *files(job.folder)]


def pyrefly(program: Path, job: Job) -> list[str]:
    """The type checker's report for Pysa, which holds the call graph of every module. Type errors are no failure."""
    report = str(job.scratch / "pyrefly")
    check = [str(program), "check", "--report-pysa", report, "--output-format", "min-text", str(job.folder)]
    return ["sh", "-c", '"$@"; status=$?; [ "$status" -le 1 ]', "sh", *check]


def code2flow(program: Path, job: Job) -> list[str]:
    output = str(job.scratch / "code2flow.json")
    options = ["--language", "py", "--skip-parse-errors", "--quiet", "--output", output]
    return [str(program), *options, str(job.folder)]


def pycg(program: Path, job: Job) -> list[str]:
    return [str(program), "--package", str(job.folder), "-o", str(job.scratch / "pycg.json"), *files(job.folder)]


def jarviscg(program: Path, job: Job) -> list[str]:
    return [str(program), "--package", str(job.folder), "-o", str(job.scratch / "jarvis.json"), *files(job.folder)]


COMMANDS: dict[str, Callable[[Path, Job], list[str]]] = {
    "pyan3": pyan3,
    "pyrefly": pyrefly,
    "code2flow": code2flow,
    "pycg": pycg,
    "jarviscg": jarviscg,
}


def installed(environment: Path | None) -> dict[str, Path]:
    """The programs of other tools in a virtual environment, by tool."""
    if environment is None:
        return {}
    programs = {name: environment / "bin" / name for name in COMMANDS}
    return {name: program for name, program in programs.items() if program.exists()}


def make_peers(environment: Path) -> Path:
    """Creates a virtual environment with ``PEERS`` unless it exists; returns it."""
    if not (environment / "bin" / "python").exists():
        print(f"installing {', '.join(PEERS)} in {environment}", file=sys.stderr)
        venv.EnvBuilder(with_pip=True, clear=True).create(environment)
        python = environment / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "-qq", *PEERS], check=True, stdout=sys.stderr)
    return environment


def navigator(*arguments: str) -> list[str]:
    """The navigator's command, as its console script starts it."""
    script = Path(sys.executable).with_name("navigator")
    if not script.exists():
        sys.exit(f"no {script}: run ./nav once, then this with .venv/bin/python")
    return [str(script), *arguments]
