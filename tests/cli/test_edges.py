"""Where the command meets the terminal, the shell and the system."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from navigator.callgraph import Symbol, SymbolKind
from navigator.cli.commands import VERBS
from navigator.cli.output import width_of
from navigator.cli.plain import plain, plain_json
from navigator.index import Home, Store, StoredFile
from navigator.index.graph_writer import write_graph
from navigator.workspaces.settings import Kept, encode_kept, settings_of
from tests.cli.conftest import Run
from tests.index.sample import sample
from tests.workspaces.packages import lay
from tests.workspaces.test_refresh import big

COMMAND = [sys.executable, "-m", "navigator"]


def process(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=60,
        **{"stderr": subprocess.PIPE, **options},
    )  # type: ignore[call-overload,no-any-return]


# Help and mistakes


def test_help(run: Run) -> None:
    found = run("--help")
    assert found.status == 0
    assert all(re.search(rf"^  {verb} ", found.out, re.MULTILINE) for verb in VERBS)
    assert "0 found or done, 1 nothing found or a check failed, 2 bad input" in " ".join(found.out.split())
    for verb in VERBS:
        assert run(verb, "--help").status == 0
    assert run("--version").out.startswith("navigator ")


def test_a_verb_has_the_same_first_line_everywhere(run: Run) -> None:
    for verb, line in VERBS.items():
        first = run(verb, "--help").out.split("\n\n")[1].strip()
        assert first, (verb, line)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["calers", "x"], "did you mean callers or callees?"),
        (["zzz"], "there is: index, open, list"),
        (["callers", "x", "--dept", "2"], "--depth"),
        (["callers"], "Missing argument 'SYMBOL'"),
        (["callers", "a", "b"], "unexpected extra argument (b)"),
        (["callers", "x", "--depth", "no"], "'no' is not a valid integer"),
        (["--nonsense"], "--nonsense"),
    ],
)
def test_a_mistake_is_one_line_with_what_was_meant(run: Run, words: list[str], expected: str) -> None:
    found = run(*words)
    assert (found.status, found.out) == (2, "")
    assert expected in found.err and found.err.count("\n") == 1
    assert "--help`" in found.err


def test_nothing_indexed_yet(run: Run) -> None:
    for words in (["callers", "x"], ["health"], ["export"]):
        found = run(*words)
        assert (found.status, found.err) == (2, "navigator: nothing is indexed yet; run `navigator index SOURCE`\n")
    assert run("list").status == 1
    assert run("list", "--json").out == "[]\n"


HEAVY = (
    *("rich", "textual", "networkx", "git", "unearth", "graphviz", "libcst", "torch", "tree_sitter", "packaging"),
    *("navigator.facts", "navigator.linking", "navigator.sources.opening", "multiprocessing", "concurrent.futures"),
)


@pytest.mark.parametrize("words", [["--help"], ["index", "--help"], ["callers", "checkout"], ["health"], ["export"]])
def test_light_commands_import_nothing_heavy(words: list[str], shop: Path) -> None:
    program = (
        "import sys\nfrom navigator.cli import main\nstatus = main(sys.argv[1:])\n"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\nsys.exit(status)"
    )
    found = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, timeout=60)
    assert found.returncode == 0, found.stderr
    loaded = set(found.stderr.splitlines()[-1].split())
    assert not loaded & set(HEAVY)


def test_importing_the_package_is_free() -> None:
    program = "import sys; before = set(sys.modules); import navigator; print(*(set(sys.modules) - before))"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["navigator"]


# What reaches the terminal


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\tb", "a   b"),
        ("\x9bC1", "\\x9bC1"),
        ("bad\u202etxt", "bad\\u202etxt"),
        ("\ud800", "\\ud800"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("\U000e0041", "\\U000e0041"),
        ("日本 é", "日本 é"),
    ],
)
def test_only_what_prints_is_printed(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_json_stays_the_same_value() -> None:
    import json

    value = ["\x7f\x9b", "\u202e", "\U000e0041", "日本", "line\nfeed"]
    assert json.loads(plain_json(json.dumps(value, ensure_ascii=False))) == value


def test_hostile_names_do_not_reach_the_terminal(run: Run, home: Home) -> None:
    evil = "evil\x1b]0;title\x07\u202e"
    graph = sample()
    symbol = Symbol(f"shop:{evil}.f", f"{evil}.f", SymbolKind.FUNCTION, "shop", "core.py", 1, 1)
    import msgspec

    graph = msgspec.structs.replace(graph, symbols=(*graph.symbols, symbol))
    files = [
        StoredFile("shop", path, "d", 1, "source", "", "python") for path in ("core.py", "tax.py", "tests/test_core.py")
    ]
    write_graph(home.graph("k"), "k", graph, files)
    with Store.open(home) as store:
        store.register("w", encode_kept(Kept(settings_of(evil))), "k", [])
        store.make_current("w")
    for words in (["find", "evil"], ["find", "evil", "--json"], ["list"], ["callers", evil + ".f"], ["callers", evil]):
        found = run(*words)
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", found.out + found.err), words


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("", 0)])
def test_widths(text: str, width: int) -> None:
    assert width_of(text) == width


def terminal(*arguments: str, **environment: str) -> str:
    """What a terminal of 80 columns would receive on standard output."""
    primary, secondary = pty.openpty()
    child = subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=secondary,
        stderr=subprocess.PIPE,
        env={**os.environ, "COLUMNS": "80", "TERM": "xterm", **environment},
    )
    os.close(secondary)
    received = b""
    while select.select([primary], [], [], 20)[0]:
        try:
            piece = os.read(primary, 65536)
        except OSError:
            break
        if not piece:
            break
        received += piece
    os.close(primary)
    child.communicate(timeout=20)
    return received.decode()


def test_colours_only_on_a_terminal_that_wants_them(shop: Path, run: Run) -> None:
    coloured = terminal("callers", "checkout")
    assert "\x1b[" in coloured
    colourless = terminal("callers", "checkout", NO_COLOR="1")
    assert "\x1b" not in colourless
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == colourless
    assert colourless.split() == run("callers", "checkout").out.split()


def test_a_graph_is_not_poured_into_a_terminal(shop: Path) -> None:
    assert terminal("export") == ""
    assert terminal("export", "-o", "-").startswith('{"schema"')


# What the shell does


def test_a_reader_that_leaves_is_no_error(shop: Path) -> None:
    for words in (["export"], ["health"], ["show", "checkout"]):
        read, write = os.pipe()
        os.close(read)
        found = process(*words, stdout=write)
        os.close(write)
        assert found.returncode == 0
        assert "rror" not in found.stderr and "Traceback" not in found.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_output_that_cannot_be_written_is_one_line(shop: Path) -> None:
    with open("/dev/full", "w") as full:
        for words in (["export"], ["show", "checkout"], ["callers", "checkout", "--json"]):
            found = process(*words, stdout=full)
            assert found.returncode == 3
            last = found.stderr.splitlines()[-1]
            assert last == "navigator: cannot write to standard output: No space left on device"
            assert "Traceback" not in found.stderr and "Exception" not in found.stderr


def test_output_that_is_closed_is_one_line(shop: Path) -> None:
    found = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" >&-', "sh", *COMMAND, "list"], capture_output=True, text=True, timeout=60
    )
    assert found.returncode == 3
    assert found.stderr == "navigator: cannot write to standard output: it is closed\n"


def test_an_encoding_without_the_marks(shop: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    found = process("callers", "checkout", stdout=subprocess.PIPE, env=environment)
    assert found.returncode == 0 and "\\u25b6 shop.tests" in found.stdout


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupt_stops_cleanly(tmp_path: Path, home: Home, jobs: str) -> None:
    """Sent to the whole group, as a terminal does; nobody of the group is left."""
    folder = lay(tmp_path / "wide", {path: text + "x = f(1)\n" * 8000 for path, text in big().items()})
    child = subprocess.Popen(
        [*COMMAND, "index", str(folder), "--jobs", jobs],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # What a shell runs in the background ignores the signal, and so would its children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    time.sleep(0.9)
    assert child.poll() is None, "too quick to be interrupted"
    os.killpg(child.pid, signal.SIGINT)
    out, err = child.communicate(timeout=30)
    assert (child.returncode, out, err.strip()) == (130, "", "interrupted")
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.killpg(child.pid, 0)
        except ProcessLookupError:
            break
        time.sleep(0.05)
    else:
        pytest.fail("a worker is left behind")


def test_progress_only_where_somebody_looks(tmp_path: Path, home: Home) -> None:
    folder = lay(tmp_path / "clone", {"a.py": "def f(): pass\n"})
    found = process("index", str(folder), stdout=subprocess.PIPE)
    assert (found.stdout, found.stderr) == ("clone: 1 file; parsed 1, reused 0\n", "")


def test_progress_is_drawn_where_somebody_looks_and_then_taken_away(tmp_path: Path, home: Home) -> None:
    folder = lay(tmp_path / "clone", {"[red]a.py": "def f(): pass\n"})
    primary, secondary = pty.openpty()
    found = process("index", str(folder), stdout=subprocess.PIPE, stderr=secondary)
    os.close(secondary)
    drawn = os.read(primary, 1 << 20).decode()
    os.close(primary)
    assert found.stdout == "clone: 1 file; parsed 1, reused 0\n"
    assert "\x1b[2K" in drawn, "the line is cleared"


def test_a_damaged_index_is_one_line(run: Run, shop: Path, home: Home) -> None:
    home.graph("k1").write_bytes(b"x" * 5000)
    found = run("callers", "checkout")
    assert (found.status, found.out, found.err.count("\n")) == (3, "", 1)
    assert "is damaged" in found.err and "navigator index -w shop" in found.err
    home.database.write_bytes(b"x" * 5000)
    for words in (["callers", "checkout"], ["index", str(shop)], ["list"]):
        found = run(*words)
        assert (found.status, found.out, found.err.count("\n")) == (3, "", 1)
        assert f"{home.database} is damaged" in found.err and "delete it" in found.err


# The welcome


def test_without_a_verb_a_first_path_is_shown(run: Run) -> None:
    for _ in range(2):
        found = run()
        assert found.status == 0
        lines = found.out.splitlines()
        assert "torchvision.models.resnet.resnet50" in lines[0]
        assert "torchvision.models.resnet.conv1x1" in lines[lines.index("") - 1]
        assert any("navigator callers" in line for line in lines)
    for line in found.out.partition("Try next:\n")[2].splitlines():
        words = re.split(r"\s{2,}", line.strip())[0].split()[1:]
        if words[0] not in ("index", "--help"):
            assert run(*words).status == 0, line
