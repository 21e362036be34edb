"""The main database: contents, workspaces, other versions of it, and what happens when it cannot be used."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from navigator.index import DamagedIndex, Home, NewerIndex, Store, StoredFacts, UnusableIndex
from navigator.index.graph_writer import TEMPORARY
from navigator.index.locks import Busy, exclusive, exclusive_if_free, lock_file, shared
from navigator.index.pruning import prune, prune_lock
from navigator.index.schema import REBUILT, SCHEMA


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "data")


def facts(digest: str, language: str = "python") -> StoredFacts:
    return StoredFacts(digest, language, b"summary of " + digest.encode(), b"facts of " + digest.encode())


def test_contents_come_back(home: Home) -> None:
    with Store.open(home) as store:
        assert store.message == ""
        store.put([facts("a"), facts("b"), facts("a", "stub")], [("a", b"text a"), ("b", b"\x00" * 10_000)], "v1")
    with Store.open(home) as store:
        assert list(store.facts([("a", "python"), ("c", "python"), ("a", "stub")], "v1")) == [
            facts("a"),
            facts("a", "stub"),
        ]
        assert store.source("b") == b"\x00" * 10_000
        assert store.source("c") is None


def test_facts_of_another_front_end_are_not_given(home: Home) -> None:
    with Store.open(home) as store:
        store.put([facts("a")], [("a", b"")], "v1")
        assert list(store.facts([("a", "python")], "v2")) == []
        store.put([facts("a")], [("a", b"")], "v2")
        assert list(store.facts([("a", "python")], "v1")) == []
        assert list(store.facts([("a", "python")], "v2")) == [facts("a")]


def test_thousands_of_contents(home: Home) -> None:
    names = [f"{number:04}" for number in range(1801)]
    with Store.open(home) as store:
        store.put(map(facts, names), ((name, b"") for name in names), "v")
        assert sorted(row.digest for row in store.facts([(name, "python") for name in names], "v")) == names


def test_registering_keeps_the_graph_before(home: Home) -> None:
    with Store.open(home) as store:
        for graph, expected in (("g1", None), ("g2", "g1"), ("g2", "g1"), ("g3", "g2")):
            store.register("w", b"settings", graph, ["a"])
            record = store.workspace("w")
            assert record is not None and (record.graph, record.previous) == (graph, expected)
        assert store.graphs() == {"g2", "g3"}


def test_the_current_workspace_is_one_that_exists(home: Home) -> None:
    with Store.open(home) as store:
        assert store.current() is None
        store.make_current("w")
        assert store.current() is None
        store.register("w", b"", "g", [])
        assert store.current() == "w"


def test_pruning_removes_what_no_workspace_holds(home: Home) -> None:
    with Store.open(home) as store:
        store.put(map(facts, "abc"), ((digest, b"") for digest in "abc"), "v")
        for graph, digests in (("g1", "a"), ("g2", "ab"), ("g3", "b")):
            store.register("w", b"", graph, digests)
        home.graphs.mkdir()
        for name in ("g1.sqlite", "g2.sqlite", "g3.sqlite", f"g4.77{TEMPORARY}", "notes.txt"):
            (home.graphs / name).write_text("")
        with shared(prune_lock(home)):
            prune(home, store)
        assert store.source("c") is not None, "somebody was writing"
        prune(home, store)
        assert sorted(file.name for file in home.graphs.iterdir()) == ["g2.sqlite", "g3.sqlite", "notes.txt"]
        assert [store.source(digest) for digest in "abc"] == [b"", b"", None]
        assert [row.digest for row in store.facts([(d, "python") for d in "abc"], "v")] == ["a", "b"]
        store.register("w", b"", "g5", "b")
        prune(home, store)
        assert [store.source(digest) for digest in "abc"] == [None, b"", None]


def test_an_older_schema_is_renewed_with_a_message(home: Home) -> None:
    home.folder.mkdir()
    old = sqlite3.connect(home.database)
    old.executescript(
        "CREATE TABLE workspaces (name TEXT, settings BLOB, other INT); CREATE TABLE legacy (x);"
        "INSERT INTO workspaces VALUES ('w', 'made so', 3); PRAGMA user_version = 0;"
    )
    old.close()
    with Store.open(home) as store:
        assert store.message == REBUILT
        record = store.workspace("w")
        assert record is not None and (record.settings, record.graph) == ("made so", None)
    with Store.open(home) as store:
        assert store.message == ""


def test_a_newer_schema_is_refused(home: Home) -> None:
    Store.open(home).close()
    newer = sqlite3.connect(home.database)
    newer.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    newer.close()
    with pytest.raises(NewerIndex, match="update navigator"):
        Store.open(home)


def test_damage_is_one_clear_line(home: Home) -> None:
    with Store.open(home) as store:
        store.put([facts("a")], [("a", os.urandom(40_000))], "v")
    content = bytearray(home.database.read_bytes())
    home.database.write_bytes(b"x" * 8192)
    with pytest.raises(DamagedIndex, match="delete it"):
        Store.open(home)
    content[4096:] = b"\xff" * (len(content) - 4096)
    home.database.write_bytes(bytes(content))
    with pytest.raises(DamagedIndex) as caught, Store.open(home) as store:
        store.source("a")
    assert "\n" not in str(caught.value)


def test_a_place_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnusableIndex, match="NAVIGATOR_HOME"):
        Store.open(Home(tmp_path / "file" / "data"))
    (tmp_path / "data" / "index.sqlite").mkdir(parents=True)
    with pytest.raises(UnusableIndex, match=r"index\.sqlite"):
        Store.open(Home(tmp_path / "data"))


def test_a_full_disk_is_one_clear_line_and_loses_nothing(home: Home) -> None:
    with Store.open(home) as store:
        store.put([facts("a")], [("a", b"kept")], "v")
        pages = store._rows("PRAGMA page_count")[0][0]
        store._rows(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(UnusableIndex, match="full"):
            store.put([facts("b")], [("b", os.urandom(100_000))], "v")
    with Store.open(home) as store:
        assert store.source("a") == b"kept"
        assert store.source("b") is None


def test_a_locked_database_is_one_clear_line(home: Home) -> None:
    with Store.open(home) as store:
        other = sqlite3.connect(home.database, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        store._rows("PRAGMA busy_timeout = 50")
        with pytest.raises(UnusableIndex, match="another process"):
            store.make_current("w")
        other.close()


def test_nothing_indexed(home: Home) -> None:
    assert Store.open_existing(home) is None
    assert not home.folder.exists()


def test_a_folder_that_cannot_be_written_is_still_read(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store.open(home) as store:
        store.register("w", b"", "g", [])
    before = sorted(home.folder.iterdir())
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    reader = Store.open_existing(home)
    assert reader is not None and [record.name for record in reader.workspaces()] == ["w"]
    with pytest.raises(UnusableIndex, match="readonly"):
        reader.make_current("w")
    reader.close()
    assert sorted(home.folder.iterdir()) == before


def test_readers_go_on_while_somebody_writes(home: Home) -> None:
    with Store.open(home) as store, Store.open(home) as other:
        store.register("w", b"", "g", [])
        with store._writing() as connection:
            connection.execute("DELETE FROM workspaces")
            assert other.workspace("w") is not None
        assert other.workspace("w") is None


# Locks


def test_a_lock_is_held_by_one_and_given_back(tmp_path: Path) -> None:
    lock = lock_file(tmp_path, "w")
    waits = []
    with exclusive(lock, seconds=0):
        with exclusive_if_free(lock) as free:
            assert not free
        with (
            pytest.raises(Busy, match="w is being indexed by another process"),
            exclusive(lock, seconds=0.15, waiting=lambda: waits.append(1)),
        ):
            raise AssertionError
    assert waits == [1]
    with exclusive_if_free(lock) as free:
        assert free


def test_sharers_share_and_keep_others_out(tmp_path: Path) -> None:
    lock = tmp_path / "x.lock"
    with shared(lock), shared(lock), exclusive_if_free(lock) as free:
        assert not free
    with exclusive_if_free(lock) as free:
        assert free


def test_the_system_gives_a_lock_back_when_its_owner_is_killed(tmp_path: Path) -> None:
    lock = lock_file(tmp_path, "w")
    program = (
        "import sys, time; from pathlib import Path; from navigator.index.locks import exclusive\n"
        f"with exclusive(Path({str(lock)!r}), seconds=5):\n  print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "held\n"
        with exclusive_if_free(lock) as free:
            assert not free
        owner.kill()
    with exclusive(lock, seconds=5):
        pass


def test_lock_files_of_different_names_differ(tmp_path: Path) -> None:
    names = ["a", "A b", "a/b", "a_b", "a:b", "..", ".content", "x" * 300, "x" * 299 + "y", "\udcff"]
    files = {lock_file(tmp_path, name) for name in names}
    assert len(files) == len(names)
    assert all(file.parent == tmp_path and len(file.name) < 80 for file in files)
    assert prune_lock(Home(tmp_path)).name not in {file.name for file in files}
