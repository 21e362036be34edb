"""What the tracer sees of programs: in threads and processes, to their very end, in every Python that is found."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from navigator.runs import BadTrace
from navigator.runs.injected import navigator_tracer as tracer
from navigator.runs.trace import Trace, read_trace, write_trace
from navigator.runs.tracing import collect, traced

PROGRAM = """
import asyncio, multiprocessing, os, sys, threading

def leaf(x): return x
def gen():
    yield leaf(1)
    yield leaf(2)
class A:
    def __init__(self): self.v = leaf(3)
    @property
    def p(self): return leaf(self.v)
def thread(): leaf(4)
def work(n): return leaf(n)
def child(): leaf(5)
async def inner(): return leaf(6)
async def outer(): await inner()
def main():
    for x in gen(): pass
    A().p
    sorted([2, 1], key=leaf)
    [leaf(i) for i in range(10)]
    t = threading.Thread(target=thread); t.start(); t.join()
    for method in ("fork", "spawn", "forkserver"):
        p = multiprocessing.get_context(method).Process(target=work, args=(1,)); p.start(); p.join()
    if os.fork() == 0:
        child()
        os._exit(0)
    os.wait()
    asyncio.run(outer())
if __name__ == "__main__":
    main()
"""

SEEN = {
    ("", "main", 1, "direct"),
    ("main", "gen", 1, "resumed"),
    ("gen", "leaf", 2, "direct"),
    ("main", "A.__init__", 1, "direct"),
    ("A.__init__", "leaf", 1, "direct"),
    ("main", "A.p", 1, "direct"),
    ("A.p", "leaf", 1, "direct"),
    ("main", "leaf", 12, "direct"),
    ("main", "thread", 1, "spawned"),
    ("thread", "leaf", 1, "direct"),
    ("main", "work", 1, "through"),
    (None, "work", 2, "through"),
    ("work", "leaf", 3, "direct"),
    ("main", "child", 1, "direct"),
    ("child", "leaf", 1, "direct"),
    ("main", "outer", 1, "resumed"),
    ("outer", "inner", 1, "resumed"),
    ("inner", "leaf", 1, "direct"),
}


def pythons() -> Iterator[Path]:
    """This interpreter, and one of each later version that is found."""
    versions = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    yield Path(sys.executable)
    for minor in range(12, 20):
        known = shutil.which(f"python3.{minor}")
        there = [*([Path(known)] if known else []), *sorted(versions.glob(f"3.{minor}.*/bin/python"))]
        for python in there:
            if subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0:
                yield python
                break


PYTHONS = tuple(pythons())


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def run(project: Path, text: str, *, python: Path = PYTHONS[0], status: int = 0, **variables: str) -> Trace:
    """Runs a program in the project's folder; gives its trace."""
    (project / "program.py").write_text(text)
    parts = project.with_name("parts")
    shutil.rmtree(parts, ignore_errors=True)
    parts.mkdir()
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **variables}
    done = subprocess.run(
        [python, "program.py"],
        cwd=project,
        env=environment | traced(parts, folders=[project], environment=environment),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == status, done.stderr
    (project / "printed").write_text(done.stdout)
    return collect(parts, exit=done.returncode)


def seen(trace: Trace) -> set[tuple[str | None, str, int, str]]:
    """Caller, callee, count and kind of every edge, call sites put together."""
    total: dict[tuple[str | None, str, str], int] = {}
    for call in trace.calls:
        caller = None if call.caller is None else trace.functions[call.caller].name
        key = caller, trace.functions[call.callee].name, str(call.kind)
        total[key] = total.get(key, 0) + call.count
    return {(caller, callee, count, kind) for (caller, callee, kind), count in total.items()}


@pytest.mark.parametrize("python", PYTHONS, ids=lambda python: python.parent.parent.name)
def test_all_threads_and_processes_are_seen(python: Path, project: Path) -> None:
    trace = run(project, PROGRAM, python=python)
    assert seen(trace) == SEEN
    assert len(trace.processes) == 5
    assert trace.dropped == 0
    first = trace.calls[0]
    assert trace.functions[first.callee].name == "main"
    assert (first.line, first.column, first.end_column) == (31, 4, 10)


def test_there_is_a_python_with_monitoring() -> None:
    if len(PYTHONS) == 1 and sys.version_info < (3, 12):
        pytest.skip("no Python 3.12 or later is found, so that sys.monitoring is not tried")
    versions = {
        subprocess.run([each, "-c", "import sys; print(hasattr(sys, 'monitoring'))"], capture_output=True).stdout
        for each in PYTHONS[1:]
    }
    assert versions <= {b"True\n"}


def test_both_hooks_see_the_same(project: Path) -> None:
    later = [python for python in PYTHONS if python != PYTHONS[0]]
    if not later:
        pytest.skip("no Python 3.12 or later is found")
    trace = run(project, PROGRAM, python=later[-1], **{tracer.HOOK: "profile"})
    assert {process.hook for process in trace.processes} == {"sys.setprofile"}
    assert seen(trace) == SEEN


ENDS = {
    "kill": ("os.kill(os.getpid(), 9)", -9),
    "exit": ("os._exit(3)", 3),
    "abort": ("os.abort()", -6),
    "exec": ("os.execv(sys.executable, [sys.executable, '-c', ''])", 0),
    "exception": ("raise SystemExit(4)", 4),
}


@pytest.mark.parametrize("end", ENDS)
def test_nothing_is_lost_however_it_ends(end: str, project: Path) -> None:
    action, status = ENDS[end]
    trace = run(project, f"import os, sys\ndef f(): pass\nfor _ in range(1000): f()\n{action}\n", status=status)
    assert seen(trace) == {("", "f", 1000, "direct")}


def test_files_of_the_program_are_left_alone(project: Path) -> None:
    program = """
import os
def before(): pass
def after(): pass
before()
os.closerange(3, 1000)
own = open("own.txt", "w")
after()
own.close()
"""
    assert {edge[1] for edge in seen(run(project, program))} == {"before", "after"}
    assert (project / "own.txt").read_text() == ""


def test_a_sitecustomize_of_the_user_still_runs(project: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text("own = 'the user'\n")
    program = "import sys, sitecustomize\nprint(sitecustomize.own, [p for p in sys.path if 'injected' in p])\n"
    run(project, program, PYTHONPATH=str(site))
    assert (project / "printed").read_text() == "the user []\n"


@pytest.mark.parametrize("python", PYTHONS, ids=lambda python: python.parent.parent.name)
def test_recursion_ends_as_it_does_untraced(python: Path, project: Path) -> None:
    program = """
def deep(n): return deep(n + 1)
def f(): return 1
try:
    deep(0)
except RecursionError:
    print("caught", f())
"""
    trace = run(project, program, python=python)
    assert (project / "printed").read_text() == "caught 1\n"
    called = {edge[:2] for edge in seen(trace)}
    assert ("deep", "deep") in called
    assert bool(trace.notes) is (("", "f") not in called), "what is missing is told"


def test_a_profile_function_of_the_program_is_told(project: Path) -> None:
    trace = run(project, "import sys\ndef f(): pass\nf()\nsys.setprofile(None)\nf()\n")
    if trace.processes[0].hook == "sys.setprofile":
        assert "set a profile function of its own" in trace.notes[0]
        assert seen(trace) == {("", "f", 1, "direct")}
    else:
        assert seen(trace) == {("", "f", 2, "direct")}


def test_a_folder_that_is_gone_costs_the_program_nothing(project: Path) -> None:
    program = "import os, shutil\nshutil.rmtree(os.environ['NAVIGATOR_TRACE'])\ndef f(): print('done')\nf()\n"
    assert run(project, program).calls == ()
    assert (project / "printed").read_text() == "done\n"


def test_a_full_disk_costs_the_program_nothing(project: Path) -> None:
    """A store into a mapped page that the disk has no room for would end the process."""
    parts = project.with_name("small")
    parts.mkdir()
    size = ["-o", "size=96k"]
    if subprocess.run(["mount", "-t", "tmpfs", *size, "none", parts], capture_output=True, check=False).returncode:
        pytest.skip("a small tmpfs cannot be mounted here (it takes root)")
    try:
        functions = "".join(f"def f{number}(): pass\nf{number}()\n" for number in range(20_000))
        (project / "program.py").write_text(functions + "print('done')\n")
        done = subprocess.run(
            [sys.executable, "program.py"],
            cwd=project,
            env={**os.environ, **traced(parts, folders=[project])},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr
        trace = collect(parts)
        assert trace.calls
        assert trace.dropped > 0
    finally:
        subprocess.run(["umount", parts], check=True)


def test_tables_are_bounded(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = project.with_name("parts")
    parts.mkdir()
    monkeypatch.setattr(tracer, "SLOTS", 4)
    monkeypatch.setattr(tracer, "CHUNK", 16)
    names: dict[str, object] = {}
    text = "".join(f"def f{number}(): pass\n" for number in range(10))
    exec(compile(text, str(project / "made.py"), "exec"), names)
    hook = tracer.profile_hook(tracer.Tracer(str(parts), tracer.Interest([str(project)], [])))
    before = sys.getprofile()
    sys.setprofile(hook)
    for number in range(10):
        names[f"f{number}"]()  # type: ignore[operator]
    sys.setprofile(before)
    trace = collect(parts)
    assert len(trace.calls) == 3
    assert trace.dropped == 7


def test_a_line_cut_off_by_a_kill_is_passed_over(project: Path) -> None:
    run(project, "def f(): pass\ndef g(): pass\nf()\ng()\n")
    parts = project.with_name("parts")
    (file,) = parts.glob("*.calls")
    content = file.read_bytes()
    file.write_bytes(content[:-20])
    assert seen(collect(parts)) == {("", "f", 1, "direct")}


def test_packages_count_by_name(tmp_path: Path, project: Path) -> None:
    site = tmp_path / "site"
    (site / "lib" / "inner").mkdir(parents=True)
    (site / "lib" / "__init__.py").write_text("from lib.inner import f\n")
    (site / "lib" / "inner" / "__init__.py").write_text("def f(): pass\n")
    (site / "library.py").write_text("def g(): pass\n")
    parts = tmp_path / "parts"
    parts.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(site)}
    subprocess.run(
        [sys.executable, "-c", "import lib, library; lib.f(); library.g()"],
        env=environment | traced(parts, packages=["lib"], environment=environment),
        check=True,
    )
    assert seen(collect(parts)) == {(None, "f", 1, "through")}


def test_traces_are_read_back(project: Path, tmp_path: Path) -> None:
    trace = run(project, "def f(): pass\nf()\n")
    file = tmp_path / "trace.json"
    write_trace(trace, file)
    assert read_trace(file) == trace
    file.write_text("{}")
    with pytest.raises(BadTrace, match=r"trace\.json is no trace"):
        read_trace(file)


@pytest.mark.parametrize("workers", [[], ["-p", "xdist", "-n", "2"]], ids=["alone", "xdist"])
def test_pytest_traces_its_tests(workers: list[str], project: Path) -> None:
    (project / "code.py").write_text("def leaf(): pass\ndef root(): leaf()\n")
    (project / "test_it.py").write_text(
        "import pytest\nfrom code_ import root\n@pytest.mark.parametrize('n', range(4))\ndef test_it(n): root()\n"
    )
    (project / "code.py").rename(project / "code_.py")
    (project / "pytest.ini").touch()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "navigator.pytest_plugin", *workers, "--call-trace", "calls.json"],
        cwd=project,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(project)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "call trace: " in done.stdout
    trace = read_trace(project / "calls.json")
    assert {("root", "leaf", 4, "direct"), ("test_it", "root", 4, "direct")} <= seen(trace)
