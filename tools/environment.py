"""Makes the clone's ``.venv``: ``environment.py FOLDER nav|test KEY``, run by ``environment.sh`` with any Python 3.11+.

Uses the standard library only. A lock makes two runs at once take turns, and a marker left by an interrupted run
makes the next one start from nothing.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

OUTSIDE_FAILURE = 3
INTERRUPTED = 130


class SetupError(Exception):
    """The environment could not be made; the text says what to do."""


def say(text: str) -> None:
    print(f"navigator: {text}", file=sys.stderr, flush=True)


@contextlib.contextmanager
def turn(lock: Path) -> Iterator[None]:
    """Waits until no other process works on the environment. The system frees the lock of a process that died."""
    with lock.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another run is setting up .venv; waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def run(command: list[str], doing: str, settings: Mapping[str, str] | None = None) -> None:
    """Runs an installer with its output on stderr."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "PYTHONPATH", "PIP_USER")}
    if (
        subprocess.run(
            command, stdout=sys.stderr.fileno(), stdin=subprocess.DEVNULL, env=kept | dict(settings or {})
        ).returncode
        != 0
    ):
        raise SetupError(f"{doing} failed (see above); nothing else is needed once it works: run this again")


def create(environment: Path) -> None:
    """Makes an empty environment, with pip where this Python has it and with uv otherwise."""
    shutil.rmtree(environment, ignore_errors=True)
    interpreter = str(Path(sys.executable).resolve())
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        uv = shutil.which("uv")
        if uv is None:
            version = f"{sys.version_info.major}.{sys.version_info.minor}"
            raise SetupError(
                f"{sys.executable} cannot make environments (it lacks venv or ensurepip): install them"
                f" (Debian and Ubuntu: apt-get install python{version}-venv), or install uv"
            ) from None
        run([uv, "venv", "--quiet", "--python", interpreter, str(environment)], "uv venv")
    else:
        run([interpreter, "-I", "-m", "venv", str(environment)], "python -m venv")


def install(folder: Path, environment: Path, what: str) -> None:
    """Installs the clone, editable, with the extra that ``what`` asks for."""
    python = str(environment / "bin" / "python")
    target = f"{folder}[test]" if what == "test" else str(folder)
    arguments = ["install", "-qq", "--constraint", str(folder / "constraints.txt"), "--editable", target]
    if (environment / "bin" / "pip").exists():
        run([python, "-I", "-m", "pip", "--disable-pip-version-check", *arguments], "pip install")
        return
    uv = shutil.which("uv")
    if uv is None:
        raise SetupError(f"{environment} was made by uv, which is gone: install uv, or remove that folder")
    run([uv, "pip", *arguments, "--python", python], "uv pip install")


ORACLES: tuple[tuple[list[str], dict[str, str]], ...] = (
    (["torch"], {}),
    (["setuptools", "wheel", "numpy", "matplotlib", "scikit-learn"], {}),
    (["gradio>=6"], {}),
    (["lark"], {}),
    (["safetensors", "einops", "omegaconf", "scipy", "tqdm"], {}),
    # Both would bring Lightning, CLIP, wandb and more; their samplers and networks need none of it.
    (["--no-deps", "k-diffusion==0.1.1.post1", "torchdiffeq", "torchsde", "trampoline"], {}),
    (["--no-deps", "stable-diffusion-sdkit==2.1.5"], {}),
    # Its requirements would bring another torch; the tests need its Python only, not its C++ operators.
    (["--no-deps", "torchvision==0.28.0", "pillow"], {}),
    # Builds from source against the torch that is there, without compiling its C++ operators.
    (["--no-build-isolation", "deepspeed==0.19.8"], {"DS_BUILD_OPS": "0", "DS_ACCELERATOR": "cpu"}),
)
"""What the tests of the reproductions want, in the order of installation, with settings of the environment."""


def install_oracles(folder: Path, environment: Path) -> None:
    """Best effort: without them those tests skip, and say why. torch has a CPU build for Python 3.11 only; elsewhere
    pip would fetch several GB."""
    python = str(environment / "bin" / "python")
    version = subprocess.run(
        [python, "-I", "-c", "import sys; print(*sys.version_info[:2])"], capture_output=True, text=True, check=False
    ).stdout.split()
    if version != ["3", "11"] or not (environment / "bin" / "pip").exists():
        say("torch, torchvision and deepspeed are installed under Python 3.11 with pip only: tests that want them skip")
        return
    say("installing torch, torchvision and deepspeed for the tests of the reproductions, once; this can take minutes")
    base = [python, "-I", "-m", "pip", "--disable-pip-version-check", "install", "-qq"]
    for requirements, settings in ORACLES:
        command = [*base, "--constraint", str(folder / "constraints.txt"), *requirements]
        try:
            run(command, "pip install", settings)
        except SetupError:
            say(f"could not install {' '.join(requirements)}: the tests that want them are skipped")
            if requirements == ["torch"]:
                return


def usable(environment: Path, unfinished: Path, key: str) -> bool:
    """Whether packages can be added to what is there: a whole environment, made for this folder and interpreter."""
    if unfinished.exists() or not (environment / "bin" / "python").exists():
        return False
    stamps = [stamp.read_text().rstrip("\n") for stamp in environment.glob("ready-*")]
    place = key.split(" ", 2)[2]
    return any(stamp.split(" ", 2)[2:] == [place] for stamp in stamps)


def prepare(folder: Path, what: str, key: str) -> None:
    environment = folder / ".venv"
    unfinished = environment / "unfinished"
    stamp = environment / f"ready-{what}"
    with turn(folder / ".venv.lock"):
        whole = usable(environment, unfinished, key)
        if whole and stamp.exists() and stamp.read_text().rstrip("\n") == key:
            return
        if whole:
            say("pyproject.toml has changed; updating .venv")
        else:
            version = ".".join(map(str, sys.version_info[:3]))
            say(f"setting up .venv with Python {version}, once; this can take a minute")
            create(environment)
        unfinished.touch()
        install(folder, environment, what)
        if what == "test":
            install_oracles(folder, environment)
        unfinished.unlink()
        # The test environment holds everything that the command needs.
        for name in {what, "nav"}:
            fresh = environment / f"ready-{name}.new"
            fresh.write_text(key + "\n")
            fresh.replace(environment / f"ready-{name}")


def main(arguments: list[str]) -> int:
    folder, what, key = arguments
    try:
        prepare(Path(folder), what, key)
    except SetupError as error:
        say(str(error))
        return OUTSIDE_FAILURE
    except OSError as error:
        say(f"cannot set up {folder}/.venv: {error.strerror or error}: {error.filename or folder}")
        return OUTSIDE_FAILURE
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
