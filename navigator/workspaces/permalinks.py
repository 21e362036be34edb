"""Addresses under which people read a line of code: from the pattern that a root's settings give, or as known forges
write them."""

from __future__ import annotations

import re
from urllib.parse import quote

from navigator.callgraph import Root
from navigator.workspaces.specs import GIT, unpinned_spec

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_FORGES = {
    "github.com": "{repository}/blob/{revision}/{file}#L{line}",
    "gitlab.com": "{repository}/-/blob/{revision}/{file}#L{line}",
    "codeberg.org": "{repository}/src/commit/{revision}/{file}#L{line}",
    "bitbucket.org": "{repository}/src/{revision}/{file}#lines-{line}",
}
PLACES = ("{file}", "{line}", "{revision}", "{root}")
"""What a pattern may hold."""
_PLACE = re.compile(r"\{(\w*)\}")


def mistake_in(pattern: str) -> str:
    """What is wrong with a pattern, in words; empty where nothing is."""
    if not re.match(r"https?://\S+$", pattern):
        return f"{pattern!r} is no http or https address"
    wrong = [each for each in _PLACE.findall(pattern) if f"{{{each}}}" not in PLACES]
    if wrong:
        return f"{{{wrong[0]}}} stands for nothing; there is: {', '.join(PLACES)}"
    return "" if "{file}" in pattern else "it does not hold {file}"


def permalink(root: Root, file: str, line: int, pattern: str = "") -> str:
    """The address of a line; empty where none is known."""
    found = pattern or _forge_pattern(root)
    values = {"file": quote(file), "line": str(line), "revision": quote(root.revision), "root": quote(root.name)}
    return _PLACE.sub(lambda match: values[match[1]], found)


def _forge_pattern(root: Root) -> str:
    if not root.source.startswith(GIT + "https://") or not _COMMIT.fullmatch(root.revision):
        return ""
    repository = unpinned_spec(root.source).removeprefix(GIT).removesuffix("/").removesuffix(".git")
    pattern = _FORGES.get(repository.removeprefix("https://").partition("/")[0], "")
    folder = dict(part.partition("=")[::2] for part in root.source.partition("#")[2].split("&")).get("subdirectory")
    return pattern.replace("{repository}", repository.replace("{", "%7B")).replace(
        "{file}", f"{quote(folder)}/{{file}}" if folder else "{file}"
    )
