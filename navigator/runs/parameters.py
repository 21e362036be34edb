"""The values that a run gets: the manifest's defaults, changed by ``NAME=VALUE`` words."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from navigator.reproduction import BadValue, parse
from navigator.runs.errors import BadParameter
from navigator.runs.manifest import Manifest


def values(manifest: Manifest, words: Iterable[str] = ()) -> dict[str, Any]:
    """Every parameter's value, in the manifest's order; raises BadParameter with the nearest valid name."""
    found = {name: parameter.default for name, parameter in manifest.parameters.items()}
    for word in words:
        name, mark, text = word.partition("=")
        name = name.strip()
        if not mark:
            raise BadParameter(f"--set {word}: give NAME=VALUE")
        if name not in manifest.parameters:
            near = difflib.get_close_matches(name, found, n=3, cutoff=0.4) or list(found)
            listed = f"there is: {', '.join(near)}" if near else "there are none"
            raise BadParameter(f"{manifest.id} has no parameter {name!r}; {listed}")
        try:
            found[name] = parse(manifest.parameters[name].rule, text)
        except BadValue as error:
            raise BadParameter(f"--set {name}: {error} (navigator repro show {manifest.id})") from None
    return found
