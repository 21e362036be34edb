"""Names of modules, for the layouts that repositories really have."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

import pytest

from navigator.workspaces.import_roots import name_modules
from navigator.workspaces.imports import Import
from navigator.workspaces.packaging_metadata import declared_roots


def imports(text: str) -> tuple[Import, ...]:
    """``import a.b`` and ``from ..a import b`` lines as a front end would report them."""
    found = []
    for line in filter(None, (part.strip() for part in text.split(";"))):
        if match := re.fullmatch(r"from (\.*)([\w.]*) import (\w+)", line):
            found.append(Import(match[2], len(match[1]), match[3]))
        else:
            found.append(Import(line.removeprefix("import "), 0, ""))
    return tuple(found)


def named(files: Mapping[str, str], top: str = "top", **options: object) -> dict[str, str]:
    result = name_modules({path: imports(text) for path, text in files.items()}, top, **options)  # type: ignore[arg-type]
    assert len({module.name for module in result.values()}) == len(files)
    return {path: module.name for path, module in result.items()}


LAYOUTS = {
    "a package beside its setup script": (
        "clone",
        {"pkg/__init__.py": "", "pkg/core.py": "from pkg.sub import x", "pkg/sub/__init__.py": "", "setup.py": ""},
        {"pkg/__init__.py": "pkg", "pkg/core.py": "pkg.core", "pkg/sub/__init__.py": "pkg.sub", "setup.py": "setup"},
    ),
    "a folder that is a package": (
        "pkg",
        {
            "__init__.py": "from . import core",
            "core.py": "from pkg.sub.a import x",
            "sub/__init__.py": "",
            "sub/a.py": "",
        },
        {"__init__.py": "pkg", "core.py": "pkg.core", "sub/__init__.py": "pkg.sub", "sub/a.py": "pkg.sub.a"},
    ),
    "a folder with an __init__ whose files import each other plainly": (
        "case",
        {
            "__init__.py": "",
            "main.py": "import other",
            "other.py": "",
            "nested/__init__.py": "",
            "nested/a.py": "import other",
        },
        {"main.py": "main", "other.py": "other", "nested/__init__.py": "nested", "nested/a.py": "nested.a"},
    ),
    "a src layout": (
        "clone",
        {"src/pkg/__init__.py": "", "src/pkg/a.py": "from . import b", "src/pkg/b.py": "", "docs/conf.py": ""},
        {"src/pkg/__init__.py": "pkg", "src/pkg/a.py": "pkg.a", "src/pkg/b.py": "pkg.b", "docs/conf.py": "docs.conf"},
    ),
    "src that is imported by that name": (
        "clone",
        {"src/pkg/a.py": "import src.pkg.b", "src/pkg/b.py": "", "main.py": "from src.pkg import a"},
        {"src/pkg/a.py": "src.pkg.a", "src/pkg/b.py": "src.pkg.b", "main.py": "main"},
    ),
    "namespace packages": (
        "clone",
        {
            "modules/shared.py": "",
            "modules/api/api.py": "from modules import shared; from modules.api import models",
            "modules/api/models.py": "",
            "webui.py": "from modules.shared import opts",
        },
        {
            "modules/shared.py": "modules.shared",
            "modules/api/api.py": "modules.api.api",
            "modules/api/models.py": "modules.api.models",
            "webui.py": "webui",
        },
    ),
    "a namespace folder taken alone": (
        "modules",
        {
            "shared.py": "",
            "api/api.py": "from modules import shared; from modules.api import models",
            "api/models.py": "",
        },
        {"shared.py": "modules.shared", "api/api.py": "modules.api.api", "api/models.py": "modules.api.models"},
    ),
    "loose scripts": (
        "things",
        {"train.py": "import numpy", "tools/convert.py": "import torch", "tools/deep/x.py": ""},
        {"train.py": "train", "tools/convert.py": "tools.convert", "tools/deep/x.py": "tools.deep.x"},
    ),
    "scripts that import their neighbours": (
        "things",
        {"examples/a/main.py": "import helper", "examples/a/helper.py": "", "pkg/__init__.py": "", "pkg/x.py": ""},
        {"examples/a/main.py": "main", "examples/a/helper.py": "helper", "pkg/x.py": "pkg.x"},
    ),
    "several repositories in one folder": (
        "all",
        {
            "webui/modules/a.py": "import modules.b; import ldm.models.ddpm; import k_diffusion.sampling",
            "webui/modules/b.py": "",
            "stable/ldm/models/ddpm.py": "from ldm.models.base import x",
            "stable/ldm/models/base.py": "",
            "k-diffusion/k_diffusion/__init__.py": "",
            "k-diffusion/k_diffusion/sampling.py": "from . import utils",
            "k-diffusion/k_diffusion/utils.py": "",
        },
        {
            "webui/modules/a.py": "modules.a",
            "webui/modules/b.py": "modules.b",
            "stable/ldm/models/ddpm.py": "ldm.models.ddpm",
            "stable/ldm/models/base.py": "ldm.models.base",
            "k-diffusion/k_diffusion/__init__.py": "k_diffusion",
            "k-diffusion/k_diffusion/sampling.py": "k_diffusion.sampling",
        },
    ),
    "a folder named as a package elsewhere does not become a root": (
        "clone",
        {"pkg/__init__.py": "", "pkg/models.py": "", "benchmarks/pkg/run.py": "import pkg.models; import pkg"},
        {"pkg/models.py": "pkg.models", "benchmarks/pkg/run.py": "benchmarks.pkg.run"},
    ),
    "a folder named as a library": (
        "clone",
        {"scripts/gradio/demo.py": "import gradio; import gradio.blocks", "scripts/run.py": "import gradio"},
        {"scripts/gradio/demo.py": "scripts.gradio.demo", "scripts/run.py": "scripts.run"},
    ),
    "names of the standard library do not vote": (
        "clone",
        {"tools/json.py": "", "tools/a.py": "import json", "tools/b.py": "import json"},
        {"tools/json.py": "tools.json", "tools/a.py": "tools.a"},
    ),
    "names that are no identifiers": (
        "clone",
        {"v1.0/run-me.py": "", "extensions-builtin/x.py": ""},
        {"v1.0/run-me.py": "v1_0.run-me", "extensions-builtin/x.py": "extensions-builtin.x"},
    ),
    "a module beside a package of the same name": (
        "clone",
        {"pkg/thing.py": "", "pkg/thing/__init__.py": "", "pkg/__init__.py": ""},
        {"pkg/thing/__init__.py": "pkg.thing", "pkg/thing.py": "pkg.thing~2"},
    ),
    "the same name under two roots": (
        "clone",
        {"one/src/pkg/__init__.py": "", "two/src/pkg/__init__.py": "", "two/src/pkg/a.py": ""},
        {"one/src/pkg/__init__.py": "pkg", "two/src/pkg/__init__.py": "two.src.pkg", "two/src/pkg/a.py": "pkg.a"},
    ),
    "data files of a wheel": (
        "wheel",
        {"x-1.0.data/purelib/x/__init__.py": "", "x-1.0.data/purelib/x/a.py": ""},
        {"x-1.0.data/purelib/x/a.py": "x.a"},
    ),
    "stub packages": (
        "stubs",
        {"thing-stubs/__init__.pyi": "", "thing-stubs/a.pyi": ""},
        {"thing-stubs/a.pyi": "thing.a"},
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layout(layout: str) -> None:
    top, files, expected = LAYOUTS[layout]
    found = named(files, top)
    assert {path: found[path] for path in expected} == expected


def test_the_order_of_files_does_not_matter() -> None:
    for top, files, _ in LAYOUTS.values():
        shuffled = list(files.items())
        random.Random(7).shuffle(shuffled)
        assert named(dict(shuffled), top) == named(files, top)


def test_packages_are_told_from_modules() -> None:
    result = name_modules({"pkg/__init__.py": (), "pkg/a.py": (), "main.py": ()}, "top")
    assert [path for path, module in result.items() if module.package] == ["pkg/__init__.py"]


def test_a_package_inside_packages_on_disk() -> None:
    assert named({"__init__.py": "", "stage3.py": ""}, "deep.runtime")["stage3.py"] == "deep.runtime.stage3"


def test_a_declared_folder_is_a_root_unless_imports_speak_against_it() -> None:
    files = {"python/pkg/__init__.py": "", "python/pkg/a.py": ""}
    assert named(files)["python/pkg/a.py"] == "python.pkg.a"
    assert named(files, declared={"python"})["python/pkg/a.py"] == "pkg.a"
    files["main.py"] = "import python.pkg.a"
    assert named(files, declared={"python"})["python/pkg/a.py"] == "python.pkg.a"


def test_the_users_root_wins() -> None:
    files = {"a/pkg/__init__.py": "", "a/pkg/x.py": "import a.pkg.x", "b.py": "import a.pkg.x"}
    assert named(files)["a/pkg/x.py"] == "a.pkg.x"
    assert named(files, chosen={"a": ""})["a/pkg/x.py"] == "pkg.x"
    assert named(files, chosen={"": "outer"})["a/pkg/x.py"] == "outer.a.pkg.x"
    assert named({"__init__.py": "", "x.py": ""}, "pkg", chosen={"": ""})["x.py"] == "x"


METADATA = {
    "setuptools package-dir": ("pyproject.toml", '[tool.setuptools]\npackage-dir = {"" = "lib"}', {"lib"}),
    "setuptools find": ("pyproject.toml", '[tool.setuptools.packages.find]\nwhere = ["code"]', {"code"}),
    "setuptools one package": ("pyproject.toml", '[tool.setuptools]\npackage-dir = {"a.b" = "x/a/b"}', {"x"}),
    "hatch": ("pyproject.toml", '[tool.hatch.build.targets.wheel]\npackages = ["python/pkg"]', {"python"}),
    "poetry": ("pyproject.toml", '[tool.poetry]\npackages = [{include = "p", from = "lib"}]', {"lib"}),
    "pdm": ("pyproject.toml", '[tool.pdm.build]\npackage-dir = "lib"', {"lib"}),
    "uv": ("pyproject.toml", '[tool.uv.build-backend]\nmodule-root = "lib"', {"lib"}),
    "maturin": ("pyproject.toml", '[tool.maturin]\npython-source = "python"', {"python"}),
    "setup.cfg": (
        "setup.cfg",
        "[options]\npackage_dir =\n    = lib\n[options.packages.find]\nwhere = code",
        {"lib", "code"},
    ),
    "setup.py": ("setup.py", "setup(package_dir={'': 'lib'}, packages=find_packages(where='code'))", {"lib", "code"}),
    "in a folder": ("sub/pyproject.toml", '[tool.pdm.build]\npackage-dir = "lib"', {"sub/lib"}),
    "outside": ("pyproject.toml", '[tool.pdm.build]\npackage-dir = "../lib"', set()),
    "wrong types": ("pyproject.toml", "[tool.setuptools]\npackage-dir = 3\n[tool.poetry]\npackages = {a = 1}", set()),
    "not TOML": ("pyproject.toml", "[[[", set()),
    "not an INI file": ("setup.cfg", "what is this", set()),
    "not Python": ("setup.py", "def (", set()),
    "computed": ("setup.py", "setup(package_dir={'': folder()})", set()),
}


@pytest.mark.parametrize("case", METADATA)
def test_metadata(case: str) -> None:
    path, text, expected = METADATA[case]
    assert declared_roots({path: text.encode()}) == expected


def test_metadata_is_never_run(tmp_path: object) -> None:
    text = b"raise SystemExit('run!')\nsetup(package_dir={'': 'lib'})"
    assert declared_roots({"setup.py": text}) == {"lib"}
