"""The verbs about reproductions and runs, as a user types them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from navigator.cli import main
from navigator.runs import Reproduction, Status, UnknownReproduction, find_reproduction, records, start, values
from navigator.workspaces import UntrustedFolder
from tests.runs.folders import COUNT, lay_count
from tests.runs.test_running import gone, pids
from tests.workspaces.packages import lay

Ran = tuple[int, str, str]
Run = Callable[..., Ran]

LINKS = """
[[links]]
ours = "count.again"
upstream = "shop.sell"

[chains]
C1 = [["shop.sell", "shop.pay"]]
"""


@pytest.fixture
def run(own_home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str) -> Ran:
        capsys.readouterr()
        status = main(arguments)
        return (status, *capsys.readouterr())

    return command


@pytest.fixture
def brought(run: Run, tmp_path: Path) -> Path:
    """A counting reproduction that the file of the current workspace brings along; gives its folder."""
    desk = tmp_path / "desk"
    lay(desk, {"app/main.py": "def main(): ...\n"})
    (desk / "navigator.toml").write_text('reproductions = ["reproductions"]\n[[roots]]\nname = "app"\nsource = "app"\n')
    folder = lay_count(desk)
    assert run("index", str(desk / "navigator.toml"))[0] == 0
    return folder


def test_a_run_ends_with_its_claims(count: Reproduction, run: Run) -> None:
    status, out, err = run("run", "count", "--set", "number=2")
    assert status == 0
    lines = out.splitlines()
    assert lines[0].startswith("pid ")
    assert lines[1].split()[:2] == ["held", "ends"]
    assert "Counting ends at the number asked for" in lines[1]
    assert lines[2].endswith("outputs/tables/count.txt  The numbers")
    assert "Counts" in err


def test_a_claim_that_does_not_hold_is_status_one(count: Reproduction, run: Run) -> None:
    status, out, _ = run("run", "count", "--set", "manner=wrong")
    assert status == 1
    assert "NOT held" in out


def test_a_program_that_fails_is_status_three(count: Reproduction, run: Run) -> None:
    status, _, err = run("run", "count", "--set", "manner=exit")
    assert status == 3
    assert "ended with status 7; its log: " in err


def test_the_record_is_data(count: Reproduction, run: Run) -> None:
    status, out, err = run("run", "count", "--json")
    assert status == 0
    record = json.loads(out)
    assert record["schema"] == "navigator.run/1"
    assert record["claims"] == [{"id": "ends", "held": True, "detail": "3 numbers"}]
    assert "pid" in err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["run", "cuont"], "no reproduction 'cuont'; there is: count"),
        (["run", "count", "--set", "numbr=1"], "count has no parameter 'numbr'; there is: number"),
        (["run", "count", "--set", "number=0"], "--set number: 0 is below 1 (navigator repro show count)"),
        (["run", "count", "--limt", "3"], "--limit"),
        (["repro", "lst"], "did you mean list?"),
        (["runs", "nothing"], "no run 'nothing'; none is kept yet"),
        (["runs", "--log"], "--log needs a RUN"),
    ],
)
def test_bad_input_is_one_line(words: list[str], told: str, count: Reproduction, run: Run) -> None:
    status, out, err = run(*words)
    assert (status, out) == (2, "")
    assert told in err
    assert "Traceback" not in err
    assert not records()


def test_a_missing_package_is_one_line_with_the_command(own_home: Path, run: Run) -> None:
    lay_count(own_home, COUNT.replace("[requires]", '[requires]\npackages = ["no-such-package>=3"]'))
    status, _, err = run("run", "count")
    assert status == 2
    assert len(err.splitlines()) == 1
    assert "count needs no-such-package>=3: run `navigator run count --install`" in err
    assert "needs no-such-package>=3" in run("repro", "list")[1]


@pytest.mark.parametrize("needs", ['extra = "no-such-extra"', 'packages = ["not a requirement!"]'])
def test_a_requirement_that_is_none_does_not_hide_the_others(needs: str, count: Reproduction, run: Run) -> None:
    other = count.folder.with_name("other")
    shutil.copytree(count.folder, other)
    text = COUNT.replace('id = "count"', 'id = "other"').replace("[requires]", f"[requires]\n{needs}")
    (other / "reproduction.toml").write_text(text)
    status, out, _ = run("repro", "list")
    assert status == 0
    lines = {line.split()[0]: line for line in out.splitlines()}
    assert lines["count"].endswith("ready")
    assert "needs something unknown: " in lines["other"]
    assert run("repro", "show", "other")[0] == 0
    status, _, err = run("run", "other")
    assert (status, len(err.splitlines())) == (2, 1)


def test_ctrl_c_ends_all_of_it_and_keeps_what_there_is(count: Reproduction) -> None:
    command = [sys.executable, "-m", "navigator", "run", "count", "--set", "manner=wait"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        text = ""
        while "stubborn" not in text:
            text += process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "stopped on request" in err
    assert len(pids(text)) == 2
    assert all(gone(pid) for pid in pids(text))
    assert [record.status for record in records()] == [Status.CANCELLED]


def test_runs_are_listed_shown_compared_and_removed(count: Reproduction, run: Run) -> None:
    run("run", "count")
    run("run", "count", "--set", "number=2")
    second, first = records()
    listed = run("runs")[1].splitlines()
    assert [line.split()[0] for line in listed] == [second.id, first.id]
    assert "number=2" in listed[0]
    assert "seed 0, threads 1" in run("runs", "count")[1]
    assert run("runs", first.id, "--log")[1] == (first.place / "log.txt").read_text()
    compared = run("runs", first.id, second.id)[1]
    assert ["parameter", "number", "3", "2"] in [line.split() for line in compared.splitlines()]
    assert run("runs", first.id, "--remove")[0] == 0
    assert records() == [second]
    assert not first.place.exists()


def test_one_that_a_workspace_brings_runs_once_it_is_trusted(brought: Path, run: Run) -> None:
    listed = run("repro", "list")[1]
    assert f"not trusted: navigator trust {brought}" in listed
    status, out, err = run("run", "count", "--install")
    assert (status, out) == (2, "")
    assert f"navigator trust {brought}" in err
    assert not records()
    with pytest.raises(UntrustedFolder):
        start(found := find_reproduction("count", [brought.parent]), values(found.manifest))
    assert run("trust", str(brought.parent))[0] == 0
    assert "not trusted" not in run("repro", "list")[1]
    assert run("run", "count")[0] == 0


def test_trust_is_not_passed_on_by_a_link(brought: Path, run: Run, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    brought.rename(elsewhere)
    os.symlink(elsewhere, brought)
    run("trust", str(brought.parent))
    assert run("run", "count")[0] == 2


def test_a_workspace_that_cannot_be_opened_takes_nothing_away(
    count: Reproduction, run: Run, own_home: Path, tmp_path: Path
) -> None:
    lay(tmp_path / "shop", {"shop.py": "def sell(): ...\n"})
    run("index", str(tmp_path / "shop"))
    for file in own_home.glob("*.sqlite*"):
        file.write_bytes(b"no database at all" * 100)
    status, _, err = run("run", "count")
    assert status == 0
    assert "reproductions of the current workspace are left out" in err


def test_links_are_checked_on_both_sides(own_home: Path, run: Run, tmp_path: Path) -> None:
    lay(tmp_path / "shop", {"shop.py": "def sell():\n    pay()\n\ndef pay(): ...\n"})
    run("index", str(tmp_path / "shop"), "--name", "up")
    folder = lay_count(own_home, f'workspace = "up"\n{COUNT}{LINKS}')
    status, out, _ = run("repro", "check", "count")
    assert status == 1
    assert "count.again -> shop.sell: ours: " in out
    (folder / "__init__.py").write_text("def again(): ...\n")
    status, out, _ = run("repro", "check", "count")
    assert status == 0, out
    assert "  C1  0 of 1 hop linked at both ends  not linked: shop.pay\n" in out
    (folder / "reproduction.toml").write_text(f'workspace = "up"\n{COUNT}{LINKS}'.replace("shop.sell", "shop.sel"))
    status, out, _ = run("repro", "check", "count")
    assert status == 1
    assert "count.again -> shop.sel: upstream: " in out


def test_what_can_be_set_is_shown(count: Reproduction, run: Run) -> None:
    status, out, _ = run("repro", "show", "count")
    assert status == 0
    assert ["number", "integer", "=", "3", "from", "1"] in [line.split() for line in out.splitlines()]
    shown = json.loads(run("repro", "show", "count", "--json")[1])
    assert shown["manifest"]["parameters"]["number"]["minimum"] == 1


def test_no_reproduction_is_told(run: Run) -> None:
    with pytest.raises(UnknownReproduction):
        find_reproduction("no-such-reproduction")
    assert run("repro", "show", "no-such-reproduction")[0] == 2
