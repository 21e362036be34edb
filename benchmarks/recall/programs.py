"""The programs that are run: which package, in what environment, by which command."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tomllib
import venv
from pathlib import Path

import msgspec

from benchmarks.recorded import Recording, record

FILE = Path(__file__).with_name("programs.toml")
SCRIPTS = Path(__file__).with_name("scripts")


class Program(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"others": "with"}):
    """One entry of programs.toml, which tells what the fields mean."""

    requirement: str
    package: str
    command: tuple[str, ...]
    others: tuple[str, ...] = ()
    sdist: bool = False
    exclude: tuple[str, ...] = ()


def programs(file: Path = FILE) -> dict[str, Program]:
    return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), type=dict[str, Program])


class Environment:
    """A virtual environment with one program's package, made once in the cache and made anew when its entry changes."""

    def __init__(self, name: str, program: Program, cache: Path) -> None:
        self.program = program
        self.folder = cache / name
        self.python = self.folder / "bin" / "python"

    def prepare(self) -> None:
        """Installs what the program needs; raises ``subprocess.CalledProcessError`` when pip fails."""
        wanted = msgspec.json.encode(self.program)
        stamp = self.folder / "ready.json"
        if stamp.exists() and stamp.read_bytes() == wanted:
            return
        print(f"installing {self.program.requirement} in {self.folder}", file=sys.stderr)
        venv.EnvBuilder(with_pip=True, clear=True, symlinks=True).create(self.folder)
        self._pip("install", self.program.requirement, *self.program.others)
        if self.program.sdist:
            name = self.program.requirement.partition("==")[0]
            place = self.folder / "sdist"
            self._pip("download", "--no-deps", "--no-binary", name, "-d", str(place), self.program.requirement)
            with tarfile.open(next(place.glob("*.tar.gz"))) as archive:
                archive.extractall(place, filter="data")
        stamp.write_bytes(wanted)

    def _pip(self, *arguments: str) -> None:
        command = [str(self.python), "-m", "pip", "-qq", "--disable-pip-version-check", *arguments]
        subprocess.run(command, check=True, stdout=sys.stderr)

    @property
    def package(self) -> Path:
        """The installed folder of the package."""
        return next(self.folder.glob("lib/python*/site-packages")) / self.program.package

    @property
    def callers(self) -> list[Path]:
        """The code outside the package that calls it in the run: its published tests, or our scripts."""
        if self.program.sdist:
            return sorted(self.folder.glob("sdist/*/tests"))
        return [] if self.program.command[0].startswith("-") else [SCRIPTS]

    def run(self, scratch: Path, seconds: float) -> Recording:
        """Runs the program under the recorder; raises ``RecordingError``."""
        first, *rest = self.program.command
        command = [first if first.startswith("-") else str(SCRIPTS / first), *rest]
        tests = next((folder for folder in self.folder.glob("sdist/*") if folder.is_dir()), scratch)
        return record(command, self.package, python=self.python, cwd=tests, seconds=seconds)
