"""Indexing real files: only what changed is done again, and the result is that of indexing from scratch."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from navigator.index import Home, Store, UnusableIndex
from navigator.linking.knowledge import read_knowledge
from navigator.workspaces import (
    BadImportRoot,
    NameTaken,
    NothingToIndex,
    Refreshed,
    UnknownWorkspace,
    index,
    open_workspace,
)
from navigator.workspaces.fan_out import POOL_FROM_BYTES
from navigator.workspaces.models import Models
from navigator.workspaces.specs import absolute, default_name, names_revision, pinned_spec, unpinned_spec
from tests.workspaces.packages import SHOP, lay


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return lay(tmp_path / "clone", SHOP)


def exported(home: Home, name: str | None = None, format: str = "json") -> bytes:
    with open_workspace(name, home=home) as workspace:
        return b"".join(workspace.export(format))


def callers(home: Home, text: str) -> set[str]:
    with open_workspace(home=home) as workspace:
        return {edge.caller.name for edge in workspace.callers(text).edges}


def counts(done: Refreshed) -> tuple[int, int, bool, bool]:
    return done.parsed, done.reused, done.linked, done.changed


def test_a_first_index(home: Home, shop: Path) -> None:
    done = index([str(shop)], home=home)
    assert (done.workspace, done.files) == ("clone", 4)
    assert counts(done) == (4, 0, True, True)
    assert callers(home, "tax.rate") == {"shop.core.Cart.total"}
    assert callers(home, "checkout") == {"main"}


def test_an_unchanged_tree_is_no_work(home: Home, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index([str(shop)], home=home)
    monkeypatch.setattr("navigator.linking.link", None)
    monkeypatch.setattr("navigator.facts.extract", None)
    assert counts(index([str(shop)], home=home)) == (0, 0, False, False)
    assert counts(index([], home=home)) == (0, 0, False, False)


def test_one_edited_file_is_the_only_one_parsed(home: Home, shop: Path) -> None:
    index([str(shop)], home=home)
    (shop / "shop/tax.py").write_text("def rate():\n    return other()\n\ndef other():\n    return 2\n")
    assert counts(index([str(shop)], home=home)) == (1, 3, True, True)
    assert callers(home, "tax.other") == {"shop.tax.rate"}
    with open_workspace(home=home) as workspace:
        assert workspace.find("tax.base").total == 0


def test_an_edit_taken_back_is_no_work(home: Home, shop: Path) -> None:
    index([str(shop)], home=home)
    before = exported(home)
    (shop / "shop/tax.py").write_text("def rate():\n    pass\n")
    index([str(shop)], home=home)
    (shop / "shop/tax.py").write_text(SHOP["shop/tax.py"])
    assert counts(index([str(shop)], home=home)) == (0, 0, False, True)
    assert exported(home) == before


def test_deleting_renaming_and_renaming_onto_the_deleted(home: Home, shop: Path) -> None:
    index([str(shop)], home=home)
    (shop / "shop/extra.py").write_text("from shop.tax import base\n\ndef more():\n    base()\n")
    index([str(shop)], home=home)
    assert callers(home, "tax.base") == {"shop.tax.rate", "shop.extra.more"}
    (shop / "shop/extra.py").rename(shop / "shop/moved.py")
    assert counts(index([str(shop)], home=home))[:2] == (0, 5)
    assert callers(home, "tax.base") == {"shop.tax.rate", "shop.moved.more"}
    (shop / "shop/tax.py").unlink()
    (shop / "shop/moved.py").rename(shop / "shop/tax.py")
    assert counts(index([str(shop)], home=home))[:2] == (0, 4)
    with open_workspace(home=home) as workspace:
        assert [symbol.name for symbol in workspace.find("more").symbols] == ["shop.tax.more"]
        assert workspace.source(workspace.resolve("more")[0]).lines == ("def more():", "    base()")


def test_two_files_of_the_same_content_are_parsed_once(home: Home, tmp_path: Path) -> None:
    folder = lay(tmp_path / "twins", {"a.py": "def f(): g()\ndef g(): pass\n", "b.py": "def f(): g()\ndef g(): pass\n"})
    assert counts(index([str(folder)], home=home))[:2] == (1, 0)
    assert callers(home, "a.g") == {"a.f"} and callers(home, "b.g") == {"b.f"}


def test_stubs_serve_only_where_there_is_no_source(home: Home, tmp_path: Path) -> None:
    folder = lay(
        tmp_path / "typed",
        {"p/__init__.py": "", "p/a.py": "def f(): pass\n", "p/a.pyi": "def g(): ...\n", "p/b.pyi": "def h(): ...\n"},
    )
    index([str(folder)], home=home)
    with open_workspace(home=home) as workspace:
        names = {symbol.name for symbol in workspace.graph.all_symbols()}
    assert {"p.a.f", "p.b.h"} <= names and "p.a.g" not in names


def test_several_roots(home: Home, tmp_path: Path, shop: Path) -> None:
    other = lay(tmp_path / "b" / "clone", {"tool.py": "from shop.tax import base\n\ndef run():\n    base()\n"})
    done = index([str(shop), str(other)], name="both", home=home)
    assert done.files == 5
    with open_workspace(home=home) as workspace:
        assert [root.name for root in workspace.roots] == ["clone", "clone-2"]
        found = workspace.callers("tax.base")
        assert {edge.caller.id for edge in found.edges} == {"clone:shop.tax.rate", "clone-2:tool.run"}
        assert {workspace.label(edge.caller) for edge in found.edges} == {"clone:shop/tax.py", "clone-2:tool.py"}
        (other / "tool.py").write_text("")
        assert workspace.callers("tax.base").stale == ("clone-2:tool.py",)


def test_import_roots_by_hand(home: Home, tmp_path: Path) -> None:
    folder = lay(tmp_path / "odd", {"code/p/a.py": "def f(): pass\n"})
    index([str(folder)], home=home)
    with open_workspace(home=home) as workspace:
        assert workspace.resolve("f")[0].name == "code.p.a.f"
    for wish, name in (
        ("code", "p.a.f"),
        (str(folder / "code" / "p"), "a.f"),
        ("..", "odd.code.p.a.f"),
        (".", "code.p.a.f"),
    ):
        index([str(folder)], import_roots=[wish], home=home)
        with open_workspace(home=home) as workspace:
            assert workspace.resolve("f")[0].name == name
    with pytest.raises(BadImportRoot, match="no code under the import root elsewhere"):
        index([str(folder)], import_roots=["elsewhere"], home=home)


def test_a_package_inside_packages_is_named_with_them(home: Home, tmp_path: Path) -> None:
    lay(tmp_path / "deep", {"__init__.py": "", "runtime/__init__.py": "", "runtime/a.py": "def f(): pass\n"})
    index([str(tmp_path / "deep" / "runtime")], home=home)
    with open_workspace(home=home) as workspace:
        assert workspace.resolve("f")[0].name == "deep.runtime.a.f"


def test_files_with_errors_are_reported_and_their_sound_parts_kept(home: Home, shop: Path) -> None:
    (shop / "broken.py").write_text("def fine():\n    pass\n\ndef (:\n")
    (shop / "binary.py").write_bytes(bytes(range(256)))
    done = index([str(shop)], home=home)
    assert {problem.file for problem in done.problems} >= {"broken.py"}
    with open_workspace(home=home) as workspace:
        assert workspace.find("broken.fine").total == 1
        assert workspace.health().problems == done.problems


def test_a_file_on_which_the_front_end_fails_is_left_out(
    home: Home, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from navigator import facts

    real = facts.extract

    def failing(source: bytes, language: str) -> object:
        if b"def rate" in source:
            raise RecursionError("too deep\nto say")
        return real(source, language)

    monkeypatch.setattr("navigator.facts.extract", failing)
    done = index([str(shop)], home=home)
    (problem,) = done.problems
    assert (problem.file, problem.message) == (
        "shop/tax.py",
        "could not be read and was left out: RecursionError: too deep to say",
    )
    monkeypatch.undo()
    (shop / "main.py").write_text("")
    assert index([str(shop)], home=home).problems == (), "a failure is not remembered"


def test_names_of_workspaces(home: Home, tmp_path: Path, shop: Path) -> None:
    other = lay(tmp_path / "b" / "clone", {"a.py": "def other(): pass\n"})
    index([str(shop)], home=home)
    with pytest.raises(NameTaken, match=r"workspace 'clone' already stands for .* --name clone to replace it"):
        index([str(other)], home=home)
    index([str(other)], home=home, name="clone")
    with open_workspace(home=home) as workspace:
        assert workspace.find("other").total == 1
    with pytest.raises(UnknownWorkspace):
        index([], home=home, name="unheard")


def test_options_are_kept(home: Home, shop: Path) -> None:
    assert index([str(shop)], exclude=["main.py"], home=home).files == 3
    (shop / "shop/tax.py").write_text("")
    assert index([], home=home).files == 3
    assert index([], home=home, exclude=["shop/"]).files == 1


@pytest.mark.parametrize("files", [{}, {"notes.txt": "x"}])
def test_nothing_to_index(home: Home, tmp_path: Path, files: dict[str, str]) -> None:
    with pytest.raises(NothingToIndex, match="no code in"):
        index([str(lay(tmp_path / "empty", files))], home=home)
    with pytest.raises(UnknownWorkspace):
        open_workspace(home=home)


def test_progress_can_cancel_and_leaves_the_index_as_it_was(home: Home, shop: Path) -> None:
    index([str(shop)], home=home)
    before = exported(home)
    stages: list[str] = []

    class Enough(Exception):
        pass

    for stage in ("reading code", "linking", "writing the index"):
        (shop / "main.py").write_text(f"# {stage}\n")

        def stop(label: str, done: int, total: int | None, stage: str = stage) -> None:
            stages.append(label)
            if label == stage:
                raise Enough

        with pytest.raises(Enough):
            index([str(shop)], home=home, progress=stop)
        assert exported(home) == before
    assert {"reading code", "linking", "writing the index"} <= set(stages)


def test_an_index_that_cannot_be_written_says_so(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnusableIndex, match="NAVIGATOR_HOME"):
        index([str(shop)], home=Home(tmp_path / "file" / "x"))


def test_a_damaged_graph_is_made_again(home: Home, shop: Path) -> None:
    done = index([str(shop)], home=home)
    before = exported(home)
    file = home.graph(done.graph)
    content = bytearray(file.read_bytes())
    content[len(content) // 2 :] = os.urandom(len(content) - len(content) // 2)
    for damaged in (b"", bytes(content)):
        file.write_bytes(damaged)
        assert index([str(shop)], home=home).linked
        assert exported(home) == before


def test_facts_that_cannot_be_decoded_are_made_again(home: Home, shop: Path) -> None:
    index([str(shop)], home=home)
    database = sqlite3.connect(home.database)
    database.execute("UPDATE facts SET data = x'00', summary = x'ff'")
    database.commit()
    database.close()
    (shop / "main.py").write_text("from shop import checkout\n\ndef start():\n    checkout([1])\n")
    assert counts(index([str(shop)], home=home))[:2] == (4, 0)
    assert callers(home, "checkout") == {"main.start"}


def test_old_contents_and_graphs_are_removed(home: Home, shop: Path) -> None:
    for number in range(6):
        (shop / "main.py").write_text(f"# {number}\n")
        index([str(shop)], home=home)
    assert len(list(home.graphs.iterdir())) == 2
    with Store.open(home) as store:
        held = len(Models(read_knowledge()).sources) + 5
        assert store._rows("SELECT count(*) FROM sources") == [(held,)]
        assert store._rows("SELECT count(*) FROM facts") == [(held,)]


def test_any_executor_serves_and_none_changes_the_result(home: Home, tmp_path: Path) -> None:
    folder = lay(tmp_path / "wide", wide())
    index([str(folder)], home=home, jobs=1)
    expected = exported(home)
    with ThreadPoolExecutor(3) as pool:
        other = Home(tmp_path / "threads")
        index([str(folder)], home=other, executor=pool)
        assert exported(other) == expected
        assert pool.submit(int, "3").result() == 3, "a given executor is left running"


def wide(number: int = 12) -> dict[str, str]:
    """Modules in a ring, each calling the next."""
    return {
        f"p/m{n}.py": f"from p import m{after}\n\ndef f{n}(x):\n    return m{after}.f{after}(x)\n"
        for n in range(number)
        for after in ((n + 1) % number,)
    }


PROGRAM = """
import sys
from pathlib import Path
from navigator.index import Home
from navigator.workspaces import index, open_workspace
home = Home(Path(sys.argv[1]))
index([sys.argv[2]], home=home, jobs=int(sys.argv[3]))
for format in ("json", "pycg"):
    with open_workspace(home=home) as workspace:
        sys.stdout.buffer.write(b"".join(workspace.export(format)))
"""
"""Has no ``__main__`` guard on purpose."""


def big(number: int = 40) -> dict[str, str]:
    """More than ``POOL_FROM_BYTES`` of source, cheap to parse."""
    filler = "# " + "x" * 998 + "\n"
    return {path: text + filler * (POOL_FROM_BYTES // 1000 // number + 1) for path, text in wide(number).items()}


def test_jobs_hash_seeds_and_file_order_do_not_change_a_byte(tmp_path: Path) -> None:
    files = big()
    items = list(files.items())
    outputs = set()
    for seed, jobs in ((0, 1), (1, 2), (2, 3)):
        random.Random(seed).shuffle(items)
        folder = lay(tmp_path / "wide", dict(items))
        arguments = [str(tmp_path / f"home{seed}"), str(folder), str(jobs)]
        environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM, *arguments],
            env=environment,
            capture_output=True,
            check=True,
            cwd=Path.cwd(),
        )
        assert run.stderr == b""
        outputs.add(run.stdout)
    assert len(outputs) == 1
    assert b"p.m1.f1" in outputs.pop()


def test_a_kill_at_any_moment_leaves_an_index_that_answers(tmp_path: Path) -> None:
    """The index after a kill is the one before or the one after, and the next run completes it."""
    folder = lay(tmp_path / "wide", wide())
    home = Home(tmp_path / "home")
    index([str(folder)], home=home)
    before = exported(home)
    changed = {**wide(), "p/m0.py": "from p import m1\n\ndef f0(x):\n    return m1.f1(x)\n\ndef new():\n    f0(1)\n"}
    lay(folder, changed)
    fresh = Home(tmp_path / "fresh")
    index([str(folder)], home=fresh)
    after = exported(fresh)
    seen = set()
    command = [sys.executable, "-c", PROGRAM, str(home.folder), str(folder), "1"]
    started = time.monotonic()
    subprocess.run([*command[:3], str(tmp_path / "timing"), str(folder), "1"], check=True, capture_output=True)
    whole = time.monotonic() - started
    for step in range(8):
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        time.sleep(whole * (0.3 + 0.1 * step))
        child.send_signal(signal.SIGKILL)
        child.communicate()
        found = exported(home)
        assert found in (before, after)
        seen.add(found)
        if found == after:
            lay(folder, wide())
            index([str(folder)], home=home)
            lay(folder, changed)
    assert index([str(folder)], home=home).files == 12
    assert exported(home) == after


def test_two_processes_at_once(tmp_path: Path) -> None:
    """They index the same workspace and another one, over and over, while answers are read."""
    home = Home(tmp_path / "home")
    folders = [lay(tmp_path / name, wide(number)) for name, number in (("one", 5), ("two", 6))]
    loop = (
        "import sys; from pathlib import Path\n"
        "from navigator.index import Home; from navigator.workspaces import index\n"
        "for n in range(6):\n"
        "  (Path(sys.argv[2]) / 'p' / f'extra{sys.argv[3]}.py').write_text(f'def g(): return {n}')\n"
        "  index([sys.argv[2]], home=Home(Path(sys.argv[1])))\n"
    )
    arguments = [(folders[0], "a"), (folders[0], "b"), (folders[1], "c")]
    children = [
        subprocess.Popen([sys.executable, "-c", loop, str(home.folder), str(folder), mark], stderr=subprocess.PIPE)
        for folder, mark in arguments
    ]
    while any(child.poll() is None for child in children):
        try:
            with open_workspace("one", home=home) as workspace:
                assert workspace.callers("m1.f1").edges
        except UnknownWorkspace:
            pass
        time.sleep(0.02)
    for child in children:
        assert child.communicate()[1] == b"" and child.returncode == 0
    for name, folder, files in (("one", folders[0], 7), ("two", folders[1], 7)):
        assert index([str(folder)], home=home).files == files
        clean = Home(tmp_path / f"clean-{name}")
        index([str(folder)], home=clean)
        assert exported(home, name) == exported(clean)


NAMES = st.sampled_from(["a", "b", "c", "sub/__init__", "sub/d", "__init__"])
LINES = st.sampled_from(
    [
        "import a",
        "from . import b",
        "from a import f",
        "from sub.d import *",
        "import sub.d as f",
        "from .a import g as f",
        "def f(x=None):\n    return g(x)",
        "def g(y):\n    y()\n    return f",
        "class K:\n    def f(self):\n        self.g()",
        "class L(K):\n    def g(self):\n        return f(self.f)",
        "f(g)",
        "x = K().f()",
        "g = lambda: f()",
        "def (:",
        "",
    ]
)
TEXTS = st.lists(LINES, max_size=5).map(lambda lines: "\n".join(lines) + "\n")


class Edits(RuleBasedStateMachine):
    """After any edits the incremental index equals one from scratch, byte for byte."""

    folder: Path
    made = 0

    @initialize()
    def begin(self) -> None:
        Edits.made += 1
        self.place = self.folder / str(Edits.made)
        self.home = Home(self.place / "home")
        self.files: dict[str, str] = {"a.py": "def f(): pass\n"}

    @rule(name=NAMES, text=TEXTS)
    def write(self, name: str, text: str) -> None:
        self.files[name + ".py"] = text

    @rule(name=NAMES)
    def delete(self, name: str) -> None:
        self.files.pop(name + ".py", None)

    @rule(old=NAMES, new=NAMES)
    def rename(self, old: str, new: str) -> None:
        if old + ".py" in self.files:
            self.files[new + ".py"] = self.files.pop(old + ".py")

    @rule(one=NAMES, other=NAMES)
    def swap(self, one: str, other: str) -> None:
        if {one + ".py", other + ".py"} <= self.files.keys():
            self.files[one + ".py"], self.files[other + ".py"] = self.files[other + ".py"], self.files[one + ".py"]

    @invariant()
    def incremental_equals_full(self) -> None:
        if not self.files:
            return
        folder = lay(self.place / "top", self.files)
        index([str(folder)], home=self.home)
        fresh = Home(self.place / f"fresh{time.monotonic_ns()}")
        index([str(folder)], home=fresh)
        for format in ("json", "pycg"):
            assert exported(self.home, format=format) == exported(fresh, format=format)


def edits(tmp_path: Path, examples: int) -> None:
    class Here(Edits):
        folder = tmp_path

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=examples, stateful_step_count=6, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_incremental_equals_full(tmp_path: Path) -> None:
    edits(tmp_path, 8)


@pytest.mark.long
def test_incremental_equals_full_at_length(tmp_path: Path) -> None:
    edits(tmp_path, 60)


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        ("pypi:torchvision==0.29.2", "torchvision"),
        ("pypi:deepspeed", "deepspeed"),
        ("npm:konva@10.9.1", "konva"),
        ("npm:chart.js", "chart.js"),
        ("npm:@team/kit", "kit"),
        ("npm:@team/kit@^1.2", "kit"),
        ("git+https://host/people/some.repo.git@v1.0", "some.repo"),
        ("git+https://host/people/repo", "repo"),
        ("git+ssh://git@host/people/repo.git@main", "repo"),
        ("/src/clone", "clone"),
        ("/src/clone/", "clone"),
        ("/dl/thing-1.0.tar.gz", "thing-1.0"),
    ],
)
def test_default_names(spec: str, name: str) -> None:
    assert default_name(spec) == name


@pytest.mark.parametrize("name", ["npm:konva", "npm:@team/kit"])
def test_versions_of_npm_packages(name: str) -> None:
    assert pinned_spec(name, "1.2.0") == f"{name}@1.2.0"
    assert unpinned_spec(f"{name}@1.2.0") == unpinned_spec(name) == name
    assert names_revision(f"{name}@^1") and not names_revision(name)


def test_specs_mean_the_same_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "clone").mkdir()
    monkeypatch.chdir(tmp_path)
    assert absolute("clone") == str(tmp_path / "clone")
    assert absolute("./clone@main") == str(tmp_path / "clone@main")
    assert absolute("pypi:clone") == "pypi:clone"
    assert absolute("git+https://host/clone@x") == "git+https://host/clone@x"
    assert absolute("nowhere") == "nowhere"


def test_json_of_an_export_is_what_the_graph_says(home: Home, shop: Path) -> None:
    index([str(shop)], home=home)
    data = json.loads(exported(home))
    pairs: Iterable[tuple[str, str]] = {(call["caller"], call["callee"]) for call in data["calls"]}
    assert ("clone:shop.core.Cart.total", "clone:shop.tax.rate") in pairs
    assert data["roots"] == [{"name": "clone", "source": data["roots"][0]["source"], "revision": ""}]
