"""A workspace at other revisions, and what changed between them, over real repositories."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from navigator.callgraph.diff import ModuleDiff
from navigator.index import Home
from navigator.sources import NotFoundError
from navigator.workspaces import (
    Comparison,
    NoSuchRevision,
    UnknownWorkspace,
    affected,
    compare,
    index,
    open_workspace,
    ready,
)
from tests.repositories import Git, quiet_git
from tests.workspaces.packages import SHOP, lay

MOVED = "def moved(first, second):\n    total = base()\n    return [first, second, total]\n"


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet_git(monkeypatch)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def git(tmp_path: Path) -> Git:
    repository = Git(tmp_path / "clone")
    for path, text in SHOP.items():
        repository.write(path, text)
    repository.commit()
    repository("tag", "v1")
    return repository


def compared(home: Home, before: str, after: str) -> Comparison:
    names = [ready(each, home=home, jobs=1)[0] for each in (before, after)]
    with (
        open_workspace(names[0], home=home, make_current=False) as old,
        open_workspace(names[1], home=home, make_current=False) as new,
    ):
        return compare(old, new, home=home)


def told(modules: Iterable[ModuleDiff]) -> Iterator[str]:
    """Every change in one line."""
    for each in modules:
        yield from (f"+ {symbol.name}" for symbol in each.added)
        yield from (f"- {symbol.name}" for symbol in each.removed)
        yield from (f"{r.before.name} > {r.after.name}" for r in (*each.moved, *each.renamed))
        yield from (f"~ {change.after.name}" for change in each.changed)
        yield from (f"+ {call.caller} {call.callee}" for call in each.calls_added)
        yield from (f"- {call.caller} {call.callee}" for call in each.calls_removed)


def test_only_new_blobs_of_another_revision_are_parsed(home: Home, git: Git) -> None:
    assert index([f"{git.folder}@v1"], home=home).parsed == 4
    git.commit(shop__tax="def rate():\n    return 3\n")
    name, done = ready("clone@main", home=home, jobs=1)
    assert name == "clone@main" and done is not None
    assert (done.parsed, done.reused, done.files) == (1, 3, 4)
    again = ready("clone@main", home=home, jobs=1)[1]
    assert again is not None and (again.parsed, again.linked) == (0, False)
    with open_workspace(home=home) as current:
        assert current.name == "clone@v1", "what is compared is not what is asked next"


def test_definitions_and_calls_by_module(home: Home, git: Git) -> None:
    index([str(git.folder)], home=home)
    rate = "def rate(country):\n    return base(), core.Cart\n\n"
    git.commit(shop__tax=f"from shop import core\n\n{rate}def base():\n    return 2\n")
    git.commit(extra="from shop.tax import base\n\ndef more():\n    return base()\n")
    found = compared(home, "clone@v1", "clone@main")
    assert found.files_changed == 2
    assert [module.module for module in found.modules] == ["extra", "shop.tax"]
    assert list(told(found.modules)) == [
        "+ extra",
        "+ extra.more",
        "+ clone:extra.more clone:shop.tax.base",
        "~ shop.tax",
        "~ shop.tax.rate",
    ]
    (change,) = [c for c in found.modules[1].changed if c.after.name.endswith("rate")]
    assert (change.parameters_removed, change.parameters_added) == ((), ("country",))


def test_moves_and_renames_are_recognised_by_content(home: Home, git: Git) -> None:
    git.commit(shop__tax=SHOP["shop/tax.py"] + "\n" + MOVED)
    git("tag", "v2")
    git("mv", "shop/core.py", "shop/basket.py")
    for file, old, new in (("shop/__init__.py", "core", "basket"),):
        git.write(file, SHOP[file].replace(old, new))
    git.commit(
        shop__tax=SHOP["shop/tax.py"],
        shop__lists="from shop.tax import base\n\n" + MOVED.replace("moved", "combined"),
    )
    index([str(git.folder)], home=home)
    lines = list(told(compared(home, "clone@v2", "clone@main").modules))
    assert "shop.core > shop.basket" in lines
    assert "shop.tax.moved > shop.lists.combined" in lines
    assert not [line for line in lines if "Cart" in line], "the same in a module of another name"
    assert [line for line in lines if line[0] in "+-" and "clone:" in line] == []


def test_who_is_affected(home: Home, git: Git) -> None:
    git.commit(tests__test_shop="from shop import checkout\n\ndef test_checkout():\n    checkout([])\n")
    git("tag", "v2")
    git.commit(shop__tax=SHOP["shop/tax.py"].replace("2", "3"))
    index([str(git.folder)], home=home)
    ready("clone@v2", home=home)
    with open_workspace("clone@v2", home=home) as old, open_workspace("clone", home=home) as new:
        reached = affected(compare(old, new, home=home), new)
    assert reached.changed == 1
    assert [(each.symbol.name, each.depth) for each in reached.callers][:3] == [
        ("shop.tax.rate", 1),
        ("shop.core.Cart.total", 2),
        ("shop.core.checkout", 3),
    ]
    assert [each.symbol.name for each in reached.tests] == ["tests.test_shop.test_checkout"]


def test_two_workspaces_whose_roots_bear_other_names(home: Home, git: Git, tmp_path: Path) -> None:
    fork = lay(tmp_path / "fork", {**SHOP, "shop/tax.py": SHOP["shop/tax.py"].replace("base", "basis")})
    index([str(git.folder)], home=home)
    index([str(fork)], home=home)
    found = compared(home, "clone", "fork")
    assert sorted(told(found.modules)) == [
        "+ fork:shop.tax.rate fork:shop.tax.basis",
        "+ shop.tax.basis",
        "- fork:shop.tax.rate fork:shop.tax.base",
        "- shop.tax.base",
        "~ shop.tax.rate",
    ]


def test_another_root_than_the_first(home: Home, git: Git, tmp_path: Path) -> None:
    app = lay(tmp_path / "app", {"app.py": "from shop import checkout\n\ndef run():\n    checkout([])\n"})
    index([str(app), str(git.folder)], home=home)
    git.commit(shop__core=SHOP["shop/core.py"].replace("checkout", "check_out"))
    found = list(told(compared(home, "app@clone:v1", "app@clone:main").modules))
    assert "- app:app.run clone:shop.core.checkout" in found
    with pytest.raises(NoSuchRevision, match="no root 'clne'; there is: app, clone"):
        ready("app@clne:v1", home=home)


def test_what_is_wrong_is_said_and_leaves_everything_as_it_was(home: Home, git: Git, tmp_path: Path) -> None:
    index([str(git.folder)], home=home)
    plain = lay(tmp_path / "plain", SHOP)
    index([str(plain)], home=home)
    with pytest.raises(NotFoundError, match=r"no revision v9 in .*clone; the nearest are v1"):
        ready("clone@v9", home=home)
    with pytest.raises(NotFoundError, match="is not in a git repository, so it has no revisions"):
        ready("plain@v1", home=home)
    with pytest.raises(UnknownWorkspace, match="no workspace 'clne@v1'; there is: clone"):
        ready("clne@v1", home=home)
    with open_workspace(home=home) as workspace:
        assert workspace.name == "plain"
    with pytest.raises(UnknownWorkspace, match="no workspace 'clone@v9'"):
        open_workspace("clone@v9", home=home)


@pytest.mark.parametrize("seed", range(4))
def test_random_edits(home: Home, git: Git, seed: int) -> None:
    """Nothing differs from itself, and swapping the sides swaps what was added and removed."""
    source = random.Random(seed)
    names = ["alpha", "beta", "gamma", "delta"]
    for version in ("a", "b"):
        functions = source.sample(names, 3)
        text = "".join(
            f"def {each}(x):\n    return {source.choice(names)}(x) + {source.randrange(3)}\n" for each in functions
        )
        git.commit(shop__more=text, shop__tax=SHOP["shop/tax.py"].replace("2", str(source.randrange(3))))
        git("tag", version)
    index([str(git.folder)], home=home)
    assert compared(home, "clone@a", "clone@a").modules == ()
    forth, back = compared(home, "clone@a", "clone@b").modules, compared(home, "clone@b", "clone@a").modules
    assert {s.id for m in forth for s in m.added} == {s.id for m in back for s in m.removed}
    assert {(c.caller, c.callee) for m in forth for c in m.calls_added} == {
        (c.caller, c.callee) for m in back for c in m.calls_removed
    }
