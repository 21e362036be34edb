"""The compiled linker: found only beside the sources that it was made from, and of one mind with plain Python."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from navigator import bundled, linking, native

COMPILED = native.place(Path(native.__file__).parent)
FIXTURES = ("torchvision", "webui", "deepspeed", "konva")


def setup_module_of_tools(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """tools/native.py, which is run as a program beside tools/environment.py."""
    tools = Path(__file__).parents[2] / "tools"
    monkeypatch.syspath_prepend(str(tools))
    spec = importlib.util.spec_from_file_location("tools_native", tools / "native.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def graph(source: Path, home: Path, switch: str) -> bytes:
    """The exported graph of a folder, made by a process of its own."""
    settings = {**os.environ, "NAVIGATOR_HOME": str(home), native.SWITCH: switch}
    output = home.with_suffix(".json")
    for arguments in (["index", str(source), "--jobs", "1"], ["export", "--format", "json", "-o", str(output)]):
        command = [sys.executable, "-m", "navigator", *arguments]
        done = subprocess.run(command, env=settings, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    return output.read_bytes()


@pytest.mark.parametrize("name", FIXTURES)
def test_compiled_and_plain_give_the_same_bytes(name: str, tmp_path: Path) -> None:
    if not COMPILED.is_dir():
        pytest.skip("the linker is not compiled: no C compiler, or its sources have changed since")
    source = bundled.fixture(name)
    assert graph(source, tmp_path / "compiled", "1") == graph(source, tmp_path / "plain", "0")


def where_solver_is(environment: dict[str, str]) -> str:
    code = "import navigator.linking.solver as s; print(s.__file__)"
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=True).stdout


def test_the_switch_turns_it_off() -> None:
    assert where_solver_is({native.SWITCH: "0"}).strip() == str(Path(native.__file__).parent / "linking" / "solver.py")


def test_it_is_used_where_it_is() -> None:
    if not COMPILED.is_dir():
        pytest.skip("the linker is not compiled: no C compiler, or its sources have changed since")
    assert where_solver_is({native.SWITCH: "1"}).startswith(str(COMPILED))


@pytest.mark.parametrize("changed", ["linking/solver.py", "linking/ecmascript/values.py", "facts/vocabulary.py"])
def test_other_sources_have_another_place(changed: str, tmp_path: Path) -> None:
    package = tmp_path / "navigator"
    for file in native.sources(Path(native.__file__).parent):
        copy = package / file.relative_to(Path(native.__file__).parent)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    assert native.place(package) == COMPILED
    with (package / changed).open("a") as file:
        file.write("# more\n")
    assert native.place(package) != COMPILED


def test_a_place_that_is_not_there_is_not_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(native.SWITCH, raising=False)
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    (tmp_path / native.FOLDER / "0000-other").mkdir(parents=True)
    path = ["sources"]
    native.prefer(linking.__name__, path)
    assert path == ["sources"]
    place = native.place(Path(native.__file__).parent)
    (place / "navigator" / "linking").mkdir(parents=True)
    monkeypatch.setattr(sys, "path", list(sys.path))
    native.prefer(linking.__name__, path)
    assert path == [str(place / "navigator" / "linking"), "sources"]
    assert sys.path[-1] == str(place)


def test_a_compiler_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "no-such-compiler -pthread")
    assert setup_module_of_tools(monkeypatch).lacking() == "no C compiler is installed"
