"""Compiles linker and Python front end with mypyc: ``native.py FOLDER KEY``, run by ``environment.sh``.

Optional by design: where there is no C compiler, or compiling fails, one line says so and they run as plain
Python. Run by ``.venv``'s own interpreter; what is needed to compile is installed in a folder that is removed after.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from environment import INTERRUPTED, say, turn

BUILD = """
import os, sys
from mypyc.build import mypycify
from setuptools import setup
place, *files = sys.argv[1:]
options = ["--config-file=", "--ignore-missing-imports", "--follow-imports=silent"]
extensions = mypycify([*options, *files], opt_level="2", multi_file=True)
build = ["-q", "build_ext", f"--build-lib={place}", "--build-temp=objects", f"--parallel={os.cpu_count() or 1}"]
setup(name="native", packages=[], ext_modules=extensions, script_args=build)
"""
"""Run in a copy of the sources, with the names of the modules' files."""

UNCOMPILED = frozenset({"__init__.py", "version.py"})
"""Packages put the compiled modules on their path; the version is read from the files beside it."""


def lacking() -> str:
    """What is missing for compiling; empty if nothing is."""
    compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")[:1]
    if not compiler or shutil.which(compiler[0]) is None:
        return "no C compiler is installed"
    if not Path(sysconfig.get_path("include"), "Python.h").exists():
        return f"the headers of Python {sys.version_info.major}.{sys.version_info.minor} are not installed"
    return ""


def installer() -> list[str] | None:
    """The beginning of a command that installs packages for this interpreter."""
    if Path(sys.prefix, "bin", "pip").exists():
        return [sys.executable, "-I", "-m", "pip", "--disable-pip-version-check", "install", "-qq"]
    uv = shutil.which("uv")
    return None if uv is None else [uv, "pip", "install", "-q", "--python", sys.executable]


def checked(command: list[str], log: Path, **more: object) -> bool:
    """Runs a command whose output goes to the end of ``log``."""
    with log.open("ab") as output:
        return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, **more).returncode == 0  # type: ignore[call-overload, no-any-return]


def compile_in(scratch: Path, folder: Path, target: Path, log: Path) -> bool:
    """Compiles a copy of the sources and puts the result in ``target``, whole or not at all."""
    from navigator.native import PACKAGES

    tools = scratch / "tools"
    install = installer()
    if install is None:
        return False
    requirements = ["--constraint", str(folder / "constraints.txt"), "--target", str(tools), "mypy", "setuptools"]
    if not checked([*install, *requirements], log):
        return False
    copy = scratch / "sources"
    shutil.copytree(folder / "navigator", copy / "navigator", ignore=shutil.ignore_patterns("__pycache__"))
    files = [
        file.relative_to(copy).as_posix()
        for name in PACKAGES
        for file in sorted((copy / "navigator" / name).glob("*.py"))
        if file.name not in UNCOMPILED
    ]
    result = scratch / "result"
    settings = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tools), str(copy)])}
    if not checked([sys.executable, "-c", BUILD, str(result), *files], log, cwd=copy, env=settings):
        return False
    result.replace(target)
    return True


def prepare(folder: Path, key: str) -> None:
    sys.path.insert(0, str(folder))
    from navigator.native import place

    stamp = Path(sys.prefix, "ready-native")
    with turn(folder / ".venv.lock"):
        if stamp.exists() and stamp.read_text().rstrip("\n") == key:
            return
        target = place(folder / "navigator")
        missing = lacking()
        if missing:
            say(f"{missing}: linker and front end are not compiled and take nearly twice as long")
        elif not target.is_dir():
            say("compiling linker and front end, once; this can take two minutes (NAVIGATOR_NATIVE=0 does without)")
            target.parent.mkdir(exist_ok=True)
            log = target.parent / "compiling.log"
            log.unlink(missing_ok=True)
            with tempfile.TemporaryDirectory(prefix="compiling-", dir=target.parent) as scratch:
                if not compile_in(Path(scratch), folder, target, log):
                    say(f"could not compile linker and front end (see {log}): they run as plain Python and take longer")
            for other in target.parent.iterdir():
                if other != target and other.is_dir():
                    shutil.rmtree(other, ignore_errors=True)
        fresh = stamp.with_suffix(".new")
        fresh.write_text(key + "\n")
        fresh.replace(stamp)


def main(arguments: list[str]) -> int:
    folder, key = arguments
    try:
        prepare(Path(folder), key)
    except OSError as error:
        say(f"could not compile linker and front end: {error.strerror or error}: {error.filename or folder}")
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
