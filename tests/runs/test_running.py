"""Runs, as processes: what is kept of them, and that nothing is left of them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from navigator.runs import (
    BadManifest,
    CannotKeepRun,
    Claimed,
    MissingRequirement,
    Noted,
    Printed,
    Progressed,
    Reproduction,
    Running,
    RunRecord,
    Status,
    UnknownRun,
    Written,
    find_record,
    find_reproduction,
    records,
    start,
    values,
)
from navigator.runs.comparing import compare
from navigator.runs.record import read_record
from navigator.runs.running import digest
from tests.runs.folders import COUNT, lay_count

SECONDS = 30


def run(reproduction: Reproduction, *words: str, **options: object) -> RunRecord:
    with start(reproduction, values(reproduction.manifest, words), **options) as running:  # type: ignore[arg-type]
        for _ in running:
            pass
    return running.record


def log(record: RunRecord) -> str:
    return (record.place / "log.txt").read_text()


def pids(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"(?:pid|stubborn) (\d+)", text)]


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().rpartition(")")[2].split()[0] == "Z"


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def begun(running: Running) -> list[int]:
    """Waits for the program and its stubborn child; gives their process ids."""
    text = ""
    while "stubborn" not in text:
        text += "".join(event.text for event in running.poll(1.0) if isinstance(event, Printed))
    return pids(text)


def test_a_run_is_followed_and_kept(count: Reproduction) -> None:
    with start(count, values(count.manifest, ["number=2"])) as running:
        events = list(running)
    record = running.record
    assert Progressed(2, 2, "counting") in events
    assert Claimed("ends", True, "2 numbers") in events
    assert Written("tables/count.txt") in events
    assert "".join(each.text for each in events if isinstance(each, Printed)) == log(record)
    assert (record.status, record.exit, record.held, record.left) == (Status.DONE, 0, True, 0)
    assert record.parameters == {"number": 2, "manner": "well", "weights": [0.5]}
    assert [(each.path, each.bytes, each.title) for each in record.outputs] == [("tables/count.txt", 4, "The numbers")]
    assert (record.place / "outputs" / "tables" / "count.txt").read_text() == "0\n1\n"
    assert record.memory > 1 << 20
    assert read_record(record.place) == record
    assert records() == [record]
    assert not (record.place / "reserve").exists()


@pytest.mark.parametrize(
    ("manner", "status", "code", "held"),
    [("wrong", Status.DONE, 0, False), ("exit", Status.FAILED, 7, False), ("noise", Status.DONE, 0, True)],
)
def test_how_it_ended_is_told(count: Reproduction, manner: str, status: Status, code: int, held: bool) -> None:
    record = run(count, f"manner={manner}")
    assert (record.status, record.exit, record.held) == (status, code, held)
    if status is Status.FAILED:
        assert record.message == "ended with status 7"


def test_lines_that_are_no_events_are_noted_once(count: Reproduction) -> None:
    with start(count, values(count.manifest, ["manner=noise"])) as running:
        events = list(running)
    assert len([event for event in events if isinstance(event, Noted)]) == 1
    assert Claimed("ends", True, "3 numbers") in events, "a bad line does not hide the good ones"


def test_seed_and_threads_are_pinned(count: Reproduction) -> None:
    words = [log(run(count, "manner=seeds", seed=5, threads=2)).partition("hash")[2] for _ in range(2)]
    assert words[0] == words[1]
    assert words[0].split()[1:] == ["5", "2", "2"]


def test_what_it_leaves_running_is_ended(count: Reproduction) -> None:
    record = run(count, "manner=spawn")
    assert (record.status, record.left) == (Status.DONE, 1)
    assert len(pids(log(record))) == 2
    assert all(gone(pid) for pid in pids(log(record)))


def test_cancelling_ends_all_of_it(count: Reproduction) -> None:
    with start(count, values(count.manifest, ["manner=wait"])) as running:
        found = begun(running)
        threading.Timer(0.1, running.cancel).start()
        for _ in running:
            pass
    assert (running.record.status, running.record.exit) == (Status.CANCELLED, -signal.SIGTERM)
    assert all(gone(pid) for pid in found)


def test_leaving_the_block_early_ends_all_of_it(count: Reproduction) -> None:
    found: list[int] = []
    with pytest.raises(ZeroDivisionError), start(count, values(count.manifest, ["manner=wait"])) as running:
        found += begun(running)
        raise ZeroDivisionError
    assert len(found) == 2
    assert all(gone(pid) for pid in found)
    assert running.record.status is Status.CANCELLED


def test_a_time_limit_is_kept(count: Reproduction) -> None:
    record = run(count, "manner=wait", limit=0.5)
    assert record.status is Status.TIMED_OUT
    assert "0.5 s" in record.message
    assert all(gone(pid) for pid in pids(log(record)))


RUNS_AND_WAITS = """
import sys
from navigator.runs import find_reproduction, start, values
count = find_reproduction("count")
with start(count, values(count.manifest, ["manner=wait"])) as running:
    for event in running:
        print(event, flush=True)
"""


def test_when_navigator_is_killed_the_run_dies_with_it(count: Reproduction) -> None:
    earlier = run(count)
    owner = subprocess.Popen([sys.executable, "-c", RUNS_AND_WAITS], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    text = ""
    while "stubborn" not in text:
        text += owner.stdout.readline()
    assert [record.status for record in records()] == [Status.RUNNING, Status.DONE]
    owner.kill()
    owner.wait()
    owner.stdout.close()
    until(lambda: all(gone(pid) for pid in pids(text)))
    until(lambda: records()[0].status is Status.LOST)
    assert records()[1] == earlier


def test_two_runs_at_once_have_folders_of_their_own(count: Reproduction) -> None:
    given = values(count.manifest, ["number=4"])
    with start(count, given) as one, start(count, given) as other:
        for running in (one, other):
            for _ in running:
                pass
    assert one.record.id != other.record.id
    assert one.record.held
    assert other.record.held


def test_a_home_that_cannot_be_written_is_told(count: Reproduction, own_home: Path) -> None:
    (own_home / "runs").write_text("a file")
    with pytest.raises(CannotKeepRun, match=r"set NAVIGATOR_HOME to another folder"):
        run(count)


def test_a_full_disk_is_told(
    count: Reproduction, own_home: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "none", disk], capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("a small tmpfs cannot be mounted here (it takes root)")
    request.addfinalizer(lambda: subprocess.run(["umount", disk], check=True))
    (own_home / "runs").symlink_to(disk)
    earlier = run(count)
    failed = run(count, "manner=fill")
    assert failed.status is Status.FAILED
    assert failed.message.endswith("the disk is full")
    with (disk / "rest").open("wb", buffering=0) as rest, pytest.raises(OSError, match="No space left"):
        while True:
            rest.write(b"x" * 1024)
    with pytest.raises(CannotKeepRun, match="No space left on device"):
        run(count)
    assert [record.status for record in records()] == [Status.FAILED, Status.DONE]
    assert records()[1] == earlier


def test_what_is_missing_is_told_with_the_command(own_home: Path) -> None:
    lay_count(own_home, COUNT.replace("[requires]", '[requires]\npackages = ["no-such-package>=3"]'))
    with pytest.raises(MissingRequirement, match=r"needs no-such-package>=3: run `navigator run count --install`"):
        run(find_reproduction("count"))
    assert not records()


def test_a_missing_program_is_told(own_home: Path) -> None:
    lay_count(own_home, COUNT.replace("[requires]", '[requires]\nprograms = ["no-such-program"]'))
    with pytest.raises(MissingRequirement, match="no-such-program on the PATH"):
        run(find_reproduction("count"))


def test_a_command_that_does_not_exist_is_told(own_home: Path) -> None:
    lay_count(own_home, COUNT.replace('["python", "-m", "reproductions.count"]', '["{folder}/nothing"]'))
    record = run(find_reproduction("count"))
    assert record.status is Status.FAILED
    assert "count/nothing: No such file" in record.message


def test_runs_are_found_by_id_beginning_and_reproduction(count: Reproduction) -> None:
    first, second = run(count), run(count)
    assert find_record(first.id) == first
    assert find_record("count") == second
    assert find_record(second.id) == second
    with pytest.raises(UnknownRun, match="could be"):
        find_record("coun")
    with pytest.raises(UnknownRun, match=f"the nearest: {second.id}"):
        find_record(second.id.replace("count", "conut"))


def test_runs_are_compared(count: Reproduction) -> None:
    compared = compare([run(count), run(count, "number=2", seed=1)])
    assert {each.what: each.values for each in compared.causes} == {"parameter number": (3, 2), "seed": (0, 1)}
    effects = {each.what: each.values for each in compared.effects}
    assert effects["output tables/count.txt"] == (6, 4)
    assert effects["claim ends"] == ("held: 3 numbers", "held: 2 numbers")


def test_a_damaged_record_does_not_hide_the_others(count: Reproduction) -> None:
    damaged, whole = run(count), run(count)
    (damaged.place / "run.json").write_text("{")
    assert records() == [whole]


def test_it_runs_by_hand(count: Reproduction, own_home: Path, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NAVIGATOR_")}
    done = subprocess.run(
        [sys.executable, "-m", "reproductions.count", "number=2"],
        cwd=own_home,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[1:] == ["wrote tables/count.txt", "claim ends: held: 2 numbers"]
    assert (own_home / "tables" / "count.txt").read_text() == "0\n1\n"


def test_bad_manifests_do_not_run(own_home: Path) -> None:
    lay_count(own_home, COUNT.replace("title", "titel"))
    with pytest.raises(BadManifest):
        find_reproduction("count")


def test_only_what_runs_makes_it_another_code(count: Reproduction) -> None:
    before = digest(count.folder)
    (count.folder / "README.md").write_text("Another sentence.")
    assert digest(count.folder) == before
    (count.folder / "more.py").write_text("pass")
    assert digest(count.folder) != before
