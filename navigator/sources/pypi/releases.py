"""Which file of which version is read, decided by what the indexes offer and not by this machine."""

from __future__ import annotations

import bisect
import os
from typing import cast

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version
from unearth.collector import is_secure_origin
from unearth.evaluator import Package
from unearth.fetchers import Fetcher
from unearth.finder import PackageFinder
from unearth.link import Link

from navigator.sources.errors import NotFoundError, SpecError, UnreachableError
from navigator.sources.names import one_line
from navigator.sources.pypi.client import IndexClient
from navigator.sources.pypi.settings import IndexSettings

_SDIST_ENDINGS = (".tar.gz", ".tgz", ".zip", ".tar.bz2", ".tar.xz", ".tar")
_PLATFORMS = ("any", "manylinux", "musllinux", "linux", "macosx", "win")
_MACHINES = ("any", "x86_64", "amd64", "aarch64", "arm64")


def parse_requirement(spec: str) -> Requirement:
    """What ``pypi:NAME[==VERSION]`` asks for; other version specifiers (``>=8,<9``) do as well."""
    text = spec.removeprefix("pypi:").strip()
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        raise SpecError(f"pypi:{one_line(text, 80)} is not a package; write pypi:NAME or pypi:NAME==VERSION") from None
    if requirement.url or requirement.marker or requirement.extras:
        raise SpecError(f"pypi:{one_line(text, 80)}: only a name and versions can be given, no extras, URL or marker")
    return requirement


def exact_version(requirement: Requirement) -> str:
    """The one version that is pinned, or the empty string."""
    specifiers = list(requirement.specifier)
    if len(specifiers) == 1 and specifiers[0].operator in ("==", "===") and not specifiers[0].version.endswith(".*"):
        return specifiers[0].version
    return ""


def index_urls(settings: IndexSettings) -> tuple[str, ...]:
    """Every index to ask, the first one standing for the public index where none is configured."""
    if settings.no_index:
        return ()
    first = settings.index_url or PackageFinder().sources[0]["url"]
    return (first, *settings.extra_index_urls)


def find_release(requirement: Requirement, settings: IndexSettings, client: IndexClient) -> tuple[str, list[Link]]:
    """The newest version that fits, and its files, best first: wheels before source distributions.

    Yanked versions count only when pinned (PEP 592), pre-releases only when asked for or when there is nothing else.
    Raises ``NotFoundError`` with the nearest versions, or ``UnreachableError`` when no index answered.
    """
    pinned = exact_version(requirement)
    offered: dict[Version, list[Package]] = {}
    yanked: set[Version] = set()
    for package in _offers(requirement.name, settings, client):
        try:
            version = Version(package.version or "")
        except InvalidVersion:
            continue
        if package.link.is_yanked and not pinned:
            yanked.add(version)
        else:
            offered.setdefault(version, []).append(package)
    fitting = sorted(requirement.specifier.filter(offered))
    if not fitting:
        raise _nothing(requirement, sorted(offered), sorted(yanked - set(offered)), settings, client)
    chosen = fitting[-1]
    links = [package.link for package in offered[chosen]]
    return str(chosen), sorted(links, key=preference)


def preference(link: Link) -> tuple[bool, tuple[int, ...], str]:
    """A sorting key, best first. Any wheel will do, since only sources are read; those for every platform come first,
    then by a fixed order of platforms, so that all machines choose the same file."""
    if not link.is_wheel:
        ending = next((number for number, end in enumerate(_SDIST_ENDINGS) if link.filename.endswith(end)), 99)
        return (True, (ending,), link.filename)
    *_, tags = parse_wheel_filename(link.filename)
    ranks = []
    for tag in tags:
        platform = next((number for number, name in enumerate(_PLATFORMS) if tag.platform.startswith(name)), 99)
        machine = next((number for number, name in enumerate(_MACHINES) if tag.platform.endswith(name)), 99)
        python = int("".join(filter(str.isdigit, tag.interpreter[2:])) or 0)
        ranks.append((platform, machine, -python, len(tag.abi)))
    return (False, min(ranks), link.filename)


def _offers(name: str, settings: IndexSettings, client: IndexClient) -> list[Package]:
    find_links = []
    for place in settings.find_links:
        expanded = os.path.expanduser(place)
        if "://" in place or os.path.exists(expanded):
            find_links.append(place if "://" in place else expanded)
        else:
            client.failures.append(f"find-links {one_line(place, 120)}: there is no such folder or file")
    indexes = index_urls(settings)
    for place in (*indexes, *find_links):
        if "://" in place and not is_secure_origin(cast(Fetcher, client), Link(place)):
            where = one_line(Link(place).redacted, 120)
            client.failures.append(f"{where} is skipped: it is not https, and no trusted-host of pip's names it")
    if not indexes and not find_links:
        raise SpecError("pip is configured with no-index and no find-links, so there is nowhere to look for packages")
    finder = PackageFinder(
        session=cast(Fetcher, client),
        index_urls=indexes,
        find_links=find_links,
        trusted_hosts=settings.trusted_hosts,
        ignore_compatibility=True,
    )
    try:
        return [package for package in finder.find_all_packages(name, allow_yanked=True) if _is_allowed(package.link)]
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        asked = ", ".join(one_line(Link(url).redacted, 100) for url in indexes)
        raise UnreachableError(f"what {asked} says of {name} cannot be read: {one_line(str(error))}") from None


def _is_allowed(link: Link) -> bool:
    """A page from the network must not send us to files of this disk, nor to version control."""
    return not link.is_vcs and not (link.is_file and (link.comes_from or "file:").startswith(("http:", "https:")))


def _nothing(
    requirement: Requirement,
    offered: list[Version],
    yanked: list[Version],
    settings: IndexSettings,
    client: IndexClient,
) -> NotFoundError | UnreachableError:
    name = canonicalize_name(requirement.name)
    if offered:
        nearest = ", ".join(map(str, _nearest(requirement, offered)))
        asked = exact_version(requirement) or str(requirement.specifier)
        if client.failures:
            return UnreachableError(f"{name} {asked} is not where it could be looked for: {client.failures[0]}")
        return NotFoundError(f"{name} has no version {asked}; the nearest are {nearest}")
    if yanked:
        shown = ", ".join(map(str, yanked[-3:]))
        return NotFoundError(f"every version of {name} was yanked; pin one to read it all the same: {shown}")
    if client.failures:
        return UnreachableError(f"cannot look for {name}: {client.failures[0]}")
    places = [one_line(Link(url).redacted, 100) for url in index_urls(settings)] + list(settings.find_links)
    return NotFoundError(f"no package {name} in {', '.join(places)}")


def _nearest(requirement: Requirement, offered: list[Version]) -> list[Version]:
    """Two versions below and two above what was asked for, or else the newest."""
    for specifier in requirement.specifier:
        try:
            asked = Version(specifier.version.removesuffix(".*"))
        except InvalidVersion:
            continue
        at = bisect.bisect_left(offered, asked)
        return offered[max(at - 2, 0) : at + 2]
    return offered[-4:]
