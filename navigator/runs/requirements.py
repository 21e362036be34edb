"""What a reproduction needs installed: which of it is missing, and the command that gets it."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from navigator.runs.errors import InstallFailed, MissingRequirement
from navigator.runs.manifest import Requires

DISTRIBUTION = "navigator-callgraph"


def missing(requires: Requires) -> list[str]:
    """The requirements, as pip reads them, that this interpreter's environment does not fulfil.

    The extras of a navigator that runs without being installed cannot be looked up, and count as there.
    """
    return [requirement for requirement in _wanted(requires) if not _fulfilled(requirement)]


def missing_programs(requires: Requires) -> list[str]:
    return [program for program in requires.programs if shutil.which(program) is None]


def ensure(name: str, requires: Requires) -> None:
    """Raises MissingRequirement, in one line with the command to run."""
    programs = missing_programs(requires)
    if programs:
        raise MissingRequirement(
            f"{name} needs {' and '.join(programs)} on the PATH; install {'it' if len(programs) == 1 else 'them'}"
        )
    wanted = missing(requires)
    if wanted:
        command = shlex.join(install_command(wanted))
        raise MissingRequirement(
            f"{name} needs {', '.join(wanted)}: run `navigator run {name} --install`, or yourself `{command}`"
        )


def install_command(wanted: list[str]) -> list[str]:
    """The command that installs ``wanted`` beside navigator, at the versions that a clone pins."""
    arguments = ["install"]
    pins = Path(__file__).parents[2] / "constraints.txt"
    if pins.is_file():
        arguments += ["--constraint", str(pins)]
    if importlib.util.find_spec("pip") is None and (uv := shutil.which("uv")) is not None:
        return [uv, "pip", *arguments, "--python", sys.executable, *wanted]
    return [sys.executable, "-m", "pip", *arguments, *wanted]


def install_missing(wanted: list[str]) -> None:
    """Runs the command, its output on standard error; raises MissingRequirement where it fails."""
    command = install_command(wanted)
    # Its own session would outlive a Ctrl-C; as part of this one it is stopped with it.
    done = subprocess.run(command, stdout=sys.stderr.fileno(), stdin=subprocess.DEVNULL, check=False)
    importlib.invalidate_caches()
    if done.returncode != 0:
        raise InstallFailed(f"`{shlex.join(command)}` failed with status {done.returncode} (see above)")


def installed(requires: Requires) -> dict[str, str]:
    """The versions of what is required and there, by distribution; part of a run's record."""
    from packaging.requirements import Requirement

    found = {}
    for text in _wanted(requires):
        name = Requirement(text).name
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def _wanted(requires: Requires) -> Iterator[str]:
    if requires.extra:
        yield from _extra(requires.extra)
    yield from requires.packages


def _extra(extra: str) -> Iterator[str]:
    from packaging.requirements import Requirement

    try:
        declared = importlib.metadata.requires(DISTRIBUTION) or []
        known = importlib.metadata.metadata(DISTRIBUTION).get_all("Provides-Extra") or []
    except importlib.metadata.PackageNotFoundError:
        return
    if extra not in known:
        raise MissingRequirement(f"there is no extra {extra!r} of navigator; there is: {', '.join(known)}")
    for text in declared:
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            continue
        if requirement.marker.evaluate({"extra": extra}):
            requirement.marker = None
            yield str(requirement)


def _fulfilled(text: str) -> bool:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        requirement = Requirement(text)
    except InvalidRequirement as error:
        raise MissingRequirement(f"{text!r} is no requirement: {str(error).splitlines()[0]}") from None
    if requirement.marker is not None and not requirement.marker.evaluate():
        return True
    try:
        version = importlib.metadata.version(requirement.name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return requirement.specifier.contains(version, prereleases=True)
