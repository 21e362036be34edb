"""Slices do what the code they were cut from does."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from git import Actor, Repo

from navigator.slicing import CheckFailed, Cut, wish_for_path, wish_for_symbols, write_slice
from navigator.slicing.checking import import_all
from navigator.slicing.writing import staged
from navigator.workspaces import index, open_workspace
from tests.slicing.conftest import Opened

IMPORTS = {
    "shop/__init__.py": "from .goods import *\nfrom . import tax, goods\n",
    "shop/goods.py": (
        "__all__ = ['Good', 'price', 'unused']\n\n"
        "import json, os.path\n"
        "from collections import (\n    OrderedDict,  # ordered\n    Counter,\n)\n\n"
        "TABLE = OrderedDict()\n\n\n"
        "def registered(cls):\n    TABLE[cls.__name__] = cls\n    return cls\n\n\n"
        "@registered\n"
        "class Good:\n"
        "    '''A thing.'''\n\n"
        "    rate = 3   # per cent\n\n"
        "    def __init__(self, name):\n        self.name = name\n\n"
        "    # How dear it is.\n"
        "    @property\n    def cost(self):\n        return len(self.name) * Good.rate\n\n"
        "    def far(self):\n        return os.path.join(self.name, 'x')\n\n\n"
        "TABLE['extra'] = Good\n\n\n"
        "def price(good):\n"
        "    from shop.tax import rate_of as r\n"
        "    return good.cost * r(good) + len(TABLE)\n\n\n"
        "def unused():\n    return Counter(json.dumps({}))\n"
    ),
    "shop/tax.py": (
        "import shop.goods\n"
        "try:\n    import no_such_package\n    FAST = True\nexcept ImportError:\n    FAST = False\n\n"
        "RATES = {'tea': 7}\n"
        "RATES.update(coffee=9)\n\n\n"
        "def rate_of(good):\n"
        "    if isinstance(good, shop.goods.Good) and not FAST:\n"
        "        return RATES.get(good.name, 1)\n"
        "    return 0\n"
    ),
    "main.py": (
        "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n"
        "import shop\nimport shop.tax as t, shop.goods\nfrom shop import Good, tax\n\n\n"
        "def bill(names):\n"
        "    return [total(n) for n in names] + [t.FAST, tax.RATES['tea']]\n\n\n"
        "def total(name):\n    return shop.price(Good(name))\n\n\n"
        "if __name__ == '__main__':\n    print(bill(['tea']))\n"
    ),
}


def run(folder: Path, code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_form_of_import(program: Opened, tmp_path: Path) -> None:
    workspace = program(IMPORTS)
    write_slice(workspace, wish_for_path(workspace, "main.bill", "shop.tax.rate_of"), tmp_path / "cut")
    question = "import json; print(json.dumps({}.bill(['tea', 'coffee', 'milk'])))"
    theirs = run(tmp_path / "code", "import main; " + question.format("main"))
    ours = run(tmp_path, "from cut import main; " + question.format("main"))
    assert json.loads(ours) == json.loads(theirs)
    loaded = "import sys, cut.main; print(sorted(n for n in sys.modules if n.partition('.')[0] in ('shop', 'main')))"
    assert run(tmp_path, loaded) == "[]\n"


def test_what_nothing_needs_is_not_there(program: Opened, tmp_path: Path) -> None:
    workspace = program(IMPORTS)
    write_slice(workspace, wish_for_path(workspace, "main.bill", "shop.tax.rate_of"), tmp_path / "cut", limit=0)
    goods = (tmp_path / "cut/shop/goods.py").read_text()
    assert "Counter" not in goods and "json" not in goods and "unused" not in goods and "far" not in goods
    main = (tmp_path / "cut/main.py").read_text()
    assert main.startswith("#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n# Cut out of main.py")
    assert "__main__" not in main


def test_a_stub_says_what_it_stands_for(program: Opened, tmp_path: Path) -> None:
    workspace = program(IMPORTS)
    write_slice(workspace, wish_for_symbols(workspace, ["main.total"], 0), tmp_path / "cut", limit=0)
    told = run(
        tmp_path,
        "from cut import main\nfrom cut._left_out import LeftOut\n"
        "try: main.total('tea')\nexcept LeftOut as error: print(error)",
    )
    assert told == "shop.goods.Good is not in this slice; upstream it is in shop/goods.py:18\n"


def test_the_smoke_test_passes_and_the_manifest_is_sound(program: Opened, tmp_path: Path) -> None:
    from navigator.runs import read_manifest

    workspace = program(IMPORTS)
    write_slice(workspace, wish_for_path(workspace, "main.bill", "shop.tax.rate_of"), tmp_path / "cut")
    smoke = "import runpy; runpy.run_path('cut/test_smoke.py', run_name='__main__')"
    assert run(tmp_path, smoke).endswith("symbols are there\n")
    manifest = read_manifest(tmp_path / "cut")
    links = {link.ours: link.upstream for link in manifest.links}
    assert links["cut.shop.tax.rate_of"] == "code:shop.tax.rate_of"
    assert manifest.chains["path"][0] == ("code:main.bill", "code:main.total")


def test_a_value_that_comes_from_elsewhere_is_brought_along(program: Opened, tmp_path: Path) -> None:
    """The receiver of the call is made in a function that is not on the path."""
    workspace = program(
        {
            "app.py": (
                "from engine import Engine\nfrom parts import Wheel\n\n\n"
                "def assemble():\n    return drive(Engine(Wheel()))\n\n\n"
                "def drive(engine):\n    return engine.go()\n"
            ),
            "engine.py": (
                "class Engine:\n    def __init__(self, wheel):\n        self.wheel = wheel\n\n"
                "    def go(self):\n        return self.wheel.turn()\n"
            ),
            "parts.py": "class Wheel:\n    def turn(self):\n        return 'turned'\n",
        }
    )
    written = write_slice(
        workspace, wish_for_path(workspace, "app.drive", "Wheel.turn"), tmp_path / "cut", only_path=True
    )
    assert not written.open_calls
    assert run(tmp_path, "from cut import app; print(app.assemble())") == "turned\n"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("raise RuntimeError('not today')", "not today"),
        ("import os; os._exit(3)", "exit status 3"),
    ],
)
def test_a_slice_that_cannot_be_imported_is_not_written(line: str, fault: str, program: Opened, tmp_path: Path) -> None:
    text = f"def broken():\n    {line}\n\n\nclass C:\n    x = broken()\n\n    def f(self):\n        return C.x\n"
    workspace = program({"bad.py": text})
    with pytest.raises(CheckFailed, match=fault):
        write_slice(workspace, wish_for_symbols(workspace, ["C.f"], 0), tmp_path / "cut")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["code"]
    write_slice(workspace, wish_for_symbols(workspace, ["C.f"], 0), tmp_path / "cut", run=False)
    assert (tmp_path / "cut" / "bad.py").is_file()


def test_a_statement_that_fails_is_left_out_and_told(program: Opened, tmp_path: Path) -> None:
    workspace = program({"bad.py": "X = open('/no/such/file').read()\n\n\ndef f():\n    return X + '!'\n"})
    written = write_slice(workspace, wish_for_symbols(workspace, ["bad.f"], 0), tmp_path / "cut")
    assert written.failing == (("bad.py", 1),)
    with_error = "from cut import bad\ntry: bad.f()\nexcept NotImplementedError as error: print(error)"
    assert run(tmp_path, with_error) == "bad.X is not in this slice; upstream it is in bad.py:1\n"


def test_a_patch_that_brings_a_symbol_its_calls_and_fails_is_left_out(program: Opened, tmp_path: Path) -> None:
    """It looks for the patched module by its upstream name, under which a slice does not have it."""
    patch = (
        "import importlib\n\n\n"
        "def patch(path, new):\n"
        "    module, name = path.rsplit('.', 1)\n"
        "    setattr(importlib.import_module(module), name, new)\n\n\n"
        "def better():\n    return 2\n\n\n"
        "patch('engine.work', better)\n"
    )
    engine = "def work():\n    return 1\n\n\ndef run():\n    return work()\n"
    workspace = program({"patches.py": patch, "engine.py": engine})
    callees = {edge.callee.name for edge in workspace.callees("engine.run").edges}
    assert callees == {"engine.work", "patches.better"}
    written = write_slice(workspace, wish_for_symbols(workspace, ["engine.run"], 1), tmp_path / "cut")
    assert written.failing == (("patches.py", 13),)
    assert written.open_calls == (("engine.run", "patches.better"),)
    assert run(tmp_path, "from cut import engine; print(engine.run())") == "1\n"


def test_an_import_that_does_not_end_is_ended(program: Opened, tmp_path: Path) -> None:
    workspace = program({"slow.py": "class C:\n    while True:\n        pass\n"})
    cut = Cut(workspace, wish_for_symbols(workspace, ["slow.C"], 0), "cut", limit=0, stub_external=False)
    made = cut.made()
    with staged(made, tmp_path / "cut") as (package, _):
        assert import_all(made, package, 0.5).fault == "importing it took more than 0.5 seconds"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["code"]


def test_the_licence_of_a_pinned_source_comes_along(tmp_path: Path) -> None:
    with Repo.init(tmp_path / "code") as repository:
        (tmp_path / "code" / "m.py").write_text("def f():\n    return 1\n")
        (tmp_path / "code" / "LICENSE.txt").write_text("Do as you like.\n")
        repository.index.add(["m.py", "LICENSE.txt"])
        commit = repository.index.commit("all", author=Actor("a", "a@b.c"), committer=Actor("a", "a@b.c"))
    index([f"{tmp_path / 'code'}@{commit.hexsha}"], name="program", jobs=1)
    with open_workspace("program") as workspace:
        write_slice(workspace, wish_for_symbols(workspace, ["m.f"], 0), tmp_path / "cut")
    assert (tmp_path / "cut" / "LICENSE.txt").read_text() == "Do as you like.\n"
    header = (tmp_path / "cut" / "m.py").read_text().splitlines()[:2]
    assert header[0].endswith(f" at {commit.hexsha}.")
    assert header[1] == "# Its licence is in LICENSE.txt."
