"""Traces laid over static graphs: what is confirmed, missed and never reached; reproductions on their upstream."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from navigator.callgraph.views import View
from navigator.cli import main
from navigator.runs import BadTrace, Reproduction, find_reproduction, start, values
from navigator.runs.kept_traces import find_trace
from navigator.runs.laying import Laid, lay
from navigator.runs.marking import mark, traced_pairs
from navigator.runs.overlay import Overlay, Verdict
from navigator.runs.projection import Projection
from navigator.workspaces import index, open_workspace
from tests.runs.folders import COUNT, lay_count
from tests.workspaces.packages import lay as lay_files

Ran = tuple[int, str, str]
Run = Callable[..., Ran]

PLAY = {
    "play/__init__.py": "",
    "play/stage.py": """
from play.cast import Actor, speak

def decorate(function):
    def around(*words):
        return function(*words)
    return around

class Troupe:
    def __init__(self, name):
        self.actor = Actor(name)

    @property
    def leader(self):
        return self.actor

    @decorate
    def perform(self, how):
        getattr(self.actor, how)()
        for line in self.lines():
            speak(line)
        return sorted([2, 1], key=lambda n: speak(n))

    def lines(self):
        yield speak("a")

    def rehearse(self):
        speak("never")

def evening(rain):
    troupe = Troupe("x")
    troupe.perform("".join(["b", "ow"]))
    troupe.leader.bow()
    if rain:
        troupe.rehearse()
""",
    "play/cast.py": """
class Actor:
    def __init__(self, name):
        self.name = name

    def bow(self):
        return speak(self.name)

def speak(line):
    return line
""",
    "main.py": "from play.stage import evening\n\nevening(False)\n",
}


@pytest.fixture
def run(own_home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str) -> Ran:
        capsys.readouterr()
        status = main(arguments)
        return (status, *capsys.readouterr())

    return command


@pytest.fixture
def theatre(own_home: Path, tmp_path: Path) -> Path:
    """The play's folder, indexed as the workspace ``theatre``."""
    folder = lay_files(tmp_path / "theatre", PLAY)
    index([str(folder)])
    return folder


def traced(run: Run, folder: Path, *words: str) -> Laid:
    status, _, err = run("trace", "--only", str(folder), "--", sys.executable, *words)
    assert status == 0, err
    return lay(find_trace())


def edges(laid: Overlay, verdict: Verdict) -> set[tuple[str, str]]:
    return {(edge.caller.name, edge.callee.name) for edge in laid.of(verdict)}


def test_traced_edges_are_judged(theatre: Path, run: Run) -> None:
    laid = traced(run, theatre, str(theatre / "main.py")).overlay
    assert edges(laid, Verdict.CONFIRMED) >= {
        ("main", "play.stage.evening"),
        ("play.stage.Troupe", "play.stage.decorate"),
        ("play.stage.evening", "play.stage.Troupe.__init__"),
        ("play.stage.Troupe.__init__", "play.cast.Actor.__init__"),
        ("play.stage.evening", "play.stage.Troupe.leader"),
        ("play.stage.evening", "play.cast.Actor.bow"),
        ("play.stage.Troupe.perform", "play.cast.speak"),
        ("play.stage.Troupe.lines", "play.cast.speak"),
        ("play.cast.Actor.bow", "play.cast.speak"),
    }
    assert edges(laid, Verdict.MISSED) == {("play.stage.Troupe.perform", "play.cast.Actor.bow")}
    (missed,) = laid.of(Verdict.MISSED)
    assert missed.lines == (19,)
    assert missed.why.startswith("`getattr(self.actor, how)` is unresolved: ")
    assert laid.strangers == ()
    assert laid.recall is not None and laid.recall > 0.9
    steps = [edge.step for edge in laid.edges]
    assert steps == list(range(1, len(steps) + 1))


def test_what_was_not_reached_is_listed(theatre: Path, run: Run) -> None:
    laid = traced(run, theatre, str(theatre / "main.py")).overlay
    (unreached,) = laid.unreached
    assert (unreached.caller.name, unreached.callee.name) == ("play.stage.evening", "play.stage.Troupe.rehearse")
    assert unreached.line == 35
    assert unreached.site_unused
    assert all(each.symbol.name != "play.stage.Troupe.rehearse" for each in laid.lit)


def test_code_that_is_installed_elsewhere_is_joined_by_path(theatre: Path, tmp_path: Path, run: Run) -> None:
    site = lay_files(tmp_path / "site", {path: text for path, text in PLAY.items() if path != "main.py"})
    program = f"import sys; sys.path.insert(0, {str(site)!r}); from play.stage import evening; evening(True)"
    laid = traced(run, site, "-c", program).overlay
    assert ("play.stage.evening", "play.stage.Troupe.rehearse") in edges(laid, Verdict.CONFIRMED)
    assert laid.unreached == ()


def test_functions_that_the_graph_does_not_have_are_told(theatre: Path, run: Run) -> None:
    (theatre / "main.py").write_text(PLAY["main.py"] + "\ndef late(): pass\n\nlate()\n")
    other = theatre / "other.py"
    other.write_text("import main\ndef mine(): main.evening(False)\nmine()\n")
    laid = traced(run, theatre, str(other)).overlay
    assert {(each.name, each.why) for each in laid.strangers} == {
        ("late", "the graph has no such definition in the file"),
        ("", "its file is not in the graph"),
        ("mine", "its file is not in the graph"),
    }


def test_drawings_show_what_ran(theatre: Path, run: Run) -> None:
    laid = traced(run, theatre, str(theatre / "main.py"))
    with open_workspace("theatre") as opened:
        focus = opened.called_as("play.stage.Troupe.perform")
        shown = mark(opened.subgraph(View(focus, callees=2)), *traced_pairs(laid))
    heavy = {(edge.caller, edge.callee): edge.traced for edge in shown.edges}
    assert heavy["theatre:play.stage.Troupe.perform", "theatre:play.cast.speak"]
    assert run("graph", "perform", "--trace", find_trace().name)[0] == 0
    _, out, _ = run("graph", "evening", "--callees", "2", "--trace", find_trace().name, "--width", "100")
    assert "━" in out


def test_an_overlay_is_text_and_data(theatre: Path, run: Run) -> None:
    traced(run, theatre, str(theatre / "main.py"))
    status, out, _ = run("overlay")
    assert status == 0
    assert "missed by the graph: 1 edge" in out
    assert "is unresolved" in out
    assert "rehearse" in run("overlay", "--unreached")[1]
    assert run("overlay", "--steps")[1].splitlines()[0].split()[0] == "1"
    found = json.loads(run("overlay", "--json")[1])
    assert found["projection"] is None
    assert 0.9 < found["recall"] < 1
    assert found["overlay"]["edges"][0]["verdict"] == "confirmed"


def test_the_status_and_streams_of_a_traced_command_are_its_own(run: Run, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "navigator", "trace", "--to", str(tmp_path / "t.json"), "--", sys.executable, "-c"]
    done = subprocess.run(
        [*command, "print(input()); raise SystemExit(5)"], input="said\n", capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (5, "said\n")
    killed = subprocess.run([*command, "import os; os.kill(os.getpid(), 15)"], capture_output=True, check=False)
    assert killed.returncode == 128 + 15


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["trace"], 2, "COMMAND"),
        (["trace", "--", "no-such-program"], 3, "cannot run no-such-program: No such file or directory"),
        (["trace", "--only", "nowhere", "--", "true"], 2, "there is no folder"),
        (["trace", "--to", "nowhere/t.json", "--", "true"], 3, "there is no folder"),
        (["overlay"], 2, "nothing has been traced yet"),
        (["overlay", "such"], 2, "no trace 'such'; none is kept yet"),
        (["overlay", "./such"], 2, "there is no file"),
    ],
)
def test_bad_input_is_one_line(words: list[str], status: int, told: str, run: Run) -> None:
    found, out, err = run(*words)
    assert (found, out) == (status, "")
    assert told in err
    assert len(err.splitlines()) == 1


def test_a_file_that_is_no_trace_is_not_replaced(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "notes.json"
    file.write_text("[]")
    status, _, err = run("trace", "--to", str(file), "--", "true")
    assert status == 2
    assert "is there and is no trace" in err
    assert file.read_text() == "[]"


# A reproduction on its upstream

OURS = """
from navigator import reproduction

def pay(): return charge()
def charge(): return 1
def sell(): return pay() + helper() + wrong()
def helper(): return count()
def count(): return 1
def wrong(): return charge()
def idle(): return charge()

sell()
reproduction.claim("ends", True)
"""

UPSTREAM = {
    "shop.py": """
def sell():
    return prepare() + count()

def prepare():
    return pay()

def pay():
    return charge()

def charge():
    return 1

def count():
    return 2

def wrong():
    return pay()

def idle():
    return charge()
"""
}

NAMES = ("pay", "charge", "sell", "count", "wrong", "idle")
MANIFEST = COUNT.replace('id = "count"', 'id = "count"\nworkspace = "shop"') + "".join(
    f'\n[[links]]\nours = "reproductions.count.__main__.{name}"\nupstream = "shop.{name}"\n' for name in NAMES
)
CHAINS = """
[chains]
S1 = [
    ["shop.sell", "shop.prepare"],
    ["shop.sell", "shop.pay"],
    ["shop.sell", "shop.count"],
    ["shop.idle", "shop.charge"],
]
"""


@pytest.fixture
def projected(own_home: Path, tmp_path: Path) -> Projection:
    lay_count(own_home, MANIFEST + CHAINS, OURS)
    index([str(lay_files(tmp_path / "shop", UPSTREAM))], name="shop")
    found = find_reproduction("count")
    with start(found, values(found.manifest, []), traced=True) as running:
        for _ in running:
            pass
    laid = lay(find_trace("count"))
    assert laid.projection is not None
    return laid.projection


def test_upstream_lights_up_in_the_order_of_the_run(projected: Projection) -> None:
    assert [each.symbol.name for each in projected.lit] == [
        "shop.sell",
        "shop.pay",
        "shop.charge",
        "shop.count",
        "shop.wrong",
    ]
    assert [each.count for each in projected.lit] == [1, 1, 2, 1, 1]
    assert [symbol.name for symbol in projected.dark] == ["shop.idle"]


def test_the_replay_goes_call_by_call(projected: Projection) -> None:
    ways = [tuple(symbol.name for symbol in step.path) for step in projected.steps]
    assert ways == [
        ("shop.sell", "shop.prepare", "shop.pay"),
        ("shop.pay", "shop.charge"),
        ("shop.sell", "shop.count"),
        (),
        (),
    ]
    through_helper = projected.steps[2]
    assert not through_helper.direct
    assert [symbol.name.rpartition(".")[2] for symbol in through_helper.ours] == ["sell", "helper", "count"]


def test_calls_that_upstream_does_not_make_are_told(projected: Projection) -> None:
    """``sell`` does not call ``wrong`` upstream at all; ``wrong`` comes to ``charge`` by way of ``pay``, which is
    linked too."""
    failing = [step for step in projected.direct if not step.conforms]
    assert [(step.caller.name, step.callee.name, step.why) for step in failing] == [
        ("shop.sell", "shop.wrong", "the upstream graph has no path of calls between them"),
        ("shop.wrong", "shop.charge", "the upstream's calls pass through shop.pay"),
    ]
    assert projected.conformance == pytest.approx(2 / 4)


def test_chains_light_up_hop_by_hop(projected: Projection) -> None:
    (chain,) = projected.chains
    assert [(hop.step is not None, hop.why) for hop in chain.hops] == [
        (False, "an end is not linked"),
        (True, ""),
        (True, ""),
        (False, "shop.idle did not run"),
    ]
    assert (chain.lit, chain.linked) == (2, 3)


def test_a_projection_is_text_and_data(projected: Projection, run: Run) -> None:
    status, out, _ = run("overlay", "count")
    assert status == 0
    assert "5 symbols of shop lit up, in this order:" in out
    assert "coverage 75.0 %: 3 of 4 hops have both ends linked" in out
    assert "conformance 50.0 %: 2 of 4 calls" in out
    assert "the upstream's calls pass through shop.pay" in out
    replay = run("overlay", "count", "--steps")[1].splitlines()
    assert "through shop.prepare" in replay[0]
    assert "ours by way of" in replay[2]
    assert "reproductions.count.__main__.helper" in run("overlay", "count", "--own", "--steps")[1]
    assert json.loads(run("overlay", "count", "--json")[1])["conformance"] == 0.5
    _, drawn, _ = run("graph", "shop.sell", "-w", "shop", "--trace", "count", "--width", "100")
    assert "━" in drawn


def test_a_run_that_was_not_traced_is_told(count: Reproduction) -> None:
    with start(count, values(count.manifest, [])) as running:
        for _ in running:
            pass
    with pytest.raises(BadTrace, match=r"was not traced; `navigator run count --trace` does"):
        find_trace("count")


def test_a_run_that_is_stopped_keeps_its_trace(count: Reproduction) -> None:
    with start(count, values(count.manifest, ["manner=wait"]), traced=True) as running:
        for event in running:
            if "stubborn" in str(event):
                running.cancel()
    assert running.record.traced
    assert find_trace("count").read().exit == running.record.exit
    assert not (running.record.place / "trace").exists()


EXCEPTIONS = """
[[exceptions]]
from = "sell"
to = "wrong"
reason = "sold on credit"

[[exceptions]]
from = "__main__.wrong"
to = "charge"
reason = "no purse"
"""
STALE = '\n[[exceptions]]\nfrom = "__main__.sell"\nto = "pay"\nreason = "none"\n'
IDLE = '\n[[exceptions]]\nfrom = "idle"\nto = "charge"\nreason = "none"\n'


def shop(own_home: Path, tmp_path: Path, run: Run, manifest: str) -> Ran:
    lay_count(own_home, manifest, OURS)
    index([str(lay_files(tmp_path / "shop", UPSTREAM))], name="shop")
    return run("run", "count", "--trace")


def test_argued_exceptions_are_no_faults(own_home: Path, tmp_path: Path, run: Run) -> None:
    status, out, err = shop(own_home, tmp_path, run, MANIFEST + EXCEPTIONS)
    assert status == 0, err
    assert "conformance 50.0 %: 2 of 4 calls" in out
    assert "2 argued, none open" in out
    assert "sold on credit" in out
    status, out, _ = run("repro", "check", "count")
    assert (status, "none open" in out, "no purse" in out) == (0, True, True)
    judged = json.loads(run("repro", "check", "count", "--json")[1])["checked"][0]["judged"]
    assert [each["reason"] for each in judged["argued"]] == ["sold on credit", "no purse"]


@pytest.mark.parametrize(
    ("further", "told"),
    [
        ("", "count.__main__.sell -> reproductions.count.__main__.wrong is not one upstream"),
        (EXCEPTIONS + STALE, "exception __main__.sell -> pay no longer occurs: the upstream makes that call too"),
        (EXCEPTIONS + IDLE, "exception idle -> charge no longer occurs: the run does not make that call"),
        (EXCEPTIONS.replace("__main__.wrong", "wrang"), "exception wrang -> charge: no symbol 'wrang'"),
    ],
)
def test_unargued_and_stale_exceptions_are_faults(
    further: str, told: str, own_home: Path, tmp_path: Path, run: Run
) -> None:
    shop(own_home, tmp_path, run, MANIFEST + further)
    status, out, err = run("repro", "check", "count")
    assert status == 1, err
    assert told in out


def test_a_run_of_other_code_is_not_judged(own_home: Path, tmp_path: Path, run: Run) -> None:
    shop(own_home, tmp_path, run, MANIFEST + EXCEPTIONS)
    program = own_home / "reproductions" / "count" / "__main__.py"
    program.write_text(program.read_text() + "\n# changed\n")
    status, _, err = run("repro", "check", "count")
    assert status == 0
    assert "its code has changed since count-" in err


@pytest.mark.parametrize(
    ("program", "words"),
    [
        (OURS.replace('reproduction.claim("ends", True)', ""), []),
        (OURS, ["--set", "number=4"]),
        (OURS + "\nraise SystemExit(3)\n", []),
    ],
    ids=["a claim is not told", "other parameters", "failed"],
)
def test_a_run_that_leaves_things_out_makes_no_exception_stale(
    program: str, words: list[str], own_home: Path, tmp_path: Path, run: Run
) -> None:
    lay_count(own_home, MANIFEST + EXCEPTIONS + IDLE, program)
    index([str(lay_files(tmp_path / "shop", UPSTREAM))], name="shop")
    run("run", "count", "--trace", *words)
    status, out, _ = run("repro", "check", "count")
    assert (status, "none open" in out, "stale" in out) == (0, True, False)


def test_a_replay_is_a_list_and_data(projected: Projection, run: Run) -> None:
    status, out, _ = run("replay", "count")
    rows = [line.split() for line in out.splitlines()]
    assert status == 0
    assert [row[:5] for row in rows[:4]] == [
        ["1", "shop.sell", "->", "shop.prepare", "shop.py:3"],
        ["2", "shop.prepare", "->", "shop.pay", "shop.py:6"],
        ["3", "shop.pay", "->", "shop.charge", "shop.py:9"],
        ["4", "shop.sell", "->", "shop.count", "shop.py:3"],
    ]
    assert out.splitlines()[2].endswith("return charge()")
    assert "the upstream graph has no path of calls between them" in out
    assert run("replay", "count", "--from", "3")[1].startswith("3")
    found = json.loads(run("replay", "count", "--json")[1])
    assert (found["workspace"], len(found["frames"])) == ("shop", len(rows))
    assert found["frames"][0]["place"] == {"file": "shop.py", "line": 3, "text": "return prepare() + count()"}
    assert "reproductions.count.__main__.helper" in run("replay", "count", "--own")[1]
    status, out, err = run("replay", "count", "--from", "99")
    assert (status, out, len(err.splitlines())) == (2, "", 1)
