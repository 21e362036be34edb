"""Draws the main call chain of each upstream system that is given, as text, SVG, PNG and HTML.

``.venv/bin/python tools/chain_pictures.py --source webui=DIR --source konva=DIR -o docs/pictures`` indexes each folder
in a data folder of its own and draws what the graph has of the chain in ``benchmarks/accuracy/chains.json``. The page
holds the upstream's source text, so that it is written only with ``--pages``.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.accuracy import chains
from navigator.cli import main as navigator
from navigator.errors import NavigatorError
from navigator.workspaces import open_workspace

MAIN = {
    "webui": "W11-sample-to-unet",
    "deepspeed": "D09-forward-fetch",
    "konva": "K05-dom-mousedown-to-handler",
    "resnet": "R01-build-resnet50",
}


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="chain_pictures.py", description="Draws the upstreams' main call chains.")
    parser.add_argument(
        "--source", metavar="NAME=DIR", action="append", required=True, help=f"one of {', '.join(MAIN)}"
    )
    parser.add_argument("--chain", metavar="ID", help="another chain than the main one")
    parser.add_argument("--pages", action="store_true", help="HTML too, which holds source text of the upstream")
    parser.add_argument("-o", "--output", metavar="FOLDER", type=Path, required=True)
    return parser.parse_args(arguments)


def known(names: list[str]) -> list[str]:
    """The ids that the graph has for the names; those that it has not are told."""
    found: dict[str, None] = {}
    with open_workspace(None) as opened:
        for name in names:
            try:
                found.update(dict.fromkeys(opened.called_as(name)))
            except NavigatorError as error:
                print(f"left out: {error}", file=sys.stderr)
    return list(found)


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    upstreams = chains.load()
    options.output.mkdir(parents=True, exist_ok=True)
    for source in options.source:
        name, _, folder = source.partition("=")
        if name not in MAIN or not Path(folder).is_dir():
            print(f"{source}: write NAME=DIR, NAME one of {', '.join(MAIN)}, DIR a folder", file=sys.stderr)
            return 2
        wanted = options.chain or MAIN[name]
        chain = next((each for each in upstreams[name].chains if each.id == wanted), None)
        if chain is None:
            print(f"{name} has no chain {wanted}", file=sys.stderr)
            return 2
        with tempfile.TemporaryDirectory() as home:
            os.environ["NAVIGATOR_HOME"] = home
            if status := navigator(("index", folder)):
                return status
            hops = [hop for hop in chain.hops if hop.attainable and not hop.of_build]
            ids = known(list(dict.fromkeys(end for hop in hops for end in (hop.caller, hop.callee))))
            view = [ids[0], "--callers", "0", "--callees", "0", "--title", f"{name}: {chain.id.partition('-')[2]}"]
            view += [word for each in ids[1:] for word in ("--pin", each)]
            for suffix in ("txt", "svg", "png", *(("html",) if options.pages else ())):
                look = ["--width", "80"] if suffix == "txt" else ["--theme", "light"] if suffix == "png" else []
                target = options.output / f"{name}.{suffix}"
                if status := navigator(("export", *view, "--direction", "down", *look, "-o", str(target))):
                    return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
