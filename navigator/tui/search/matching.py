"""Finds names that hold what was typed as a subsequence: ``pimg`` finds ``process_images``.

All names lie in one string, so that one regular expression finds the candidates at the speed of C; few of them are then
weighed one by one. A query's word ``kind:method``, ``root:ldm`` or ``file:*sampling*`` narrows what is searched.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatch

import msgspec

from navigator.callgraph import Role, Symbol, SymbolKind

PREFIXES = ("kind", "root", "file", "text")
CANDIDATES = 2500
"""More are not weighed: so many come with one or two letters only, and then the shortest names are kept."""

WEIGHT_OF_USE, MOST_FOR_USE = 0.25, 6.0
"""What a name gains whenever the number of its callers doubles, at most so many times: never as much as two letters
that begin a word."""


class Query(msgspec.Struct, frozen=True):
    """What was typed, taken apart. ``text`` is what to look for in the source instead of in names."""

    letters: str = ""
    kind: str = ""
    root: str = ""
    file: str = ""
    text: str = ""


class Match(msgspec.Struct, frozen=True):
    """A symbol, how well it matches (higher is better), and which characters of its name were meant."""

    symbol: Symbol
    score: float
    places: tuple[int, ...]


def parsed(typed: str) -> Query:
    """Takes what was typed apart; everything after ``text:`` is looked for as it stands."""
    before, mark, text = typed.partition("text:")
    if mark and (not before or before[-1].isspace()):
        typed = before
    else:
        text = ""
    found: dict[str, str] = {}
    letters = []
    for word in typed.split():
        prefix, colon, rest = word.partition(":")
        if colon and prefix in PREFIXES[:3]:
            found[prefix] = rest
        else:
            letters.append(word)
    return Query("".join(letters), text=text.strip(), **found)


class Names:
    """The names of a workspace's symbols, ready to be searched.

    Code comes before externals and shorter names before longer ones, so that the first candidates are the better ones.
    ``called`` says by how many each is called, by id: of names that match about as well, the one in wider use is meant.
    """

    def __init__(self, symbols: Iterable[Symbol], called: Mapping[str, int] | None = None) -> None:
        self._called = called or {}
        self.symbols: Sequence[Symbol] = sorted(
            symbols, key=lambda each: (each.kind is SymbolKind.EXTERNAL, each.role is not Role.SOURCE, len(each.name))
        )
        self._lowered = "\n".join(symbol.name.lower() for symbol in self.symbols)
        self._starts: list[int] = []
        place = 0
        for symbol in self.symbols:
            self._starts.append(place)
            place += len(symbol.name.lower()) + 1

    def find(self, query: Query, limit: int = 100, recent: Sequence[str] = ()) -> list[Match]:
        """The best matches, best first; among equals the ``recent`` ids come first."""
        latest = {key: len(recent) - place for place, key in enumerate(recent)}
        if not query.letters:
            chosen = [symbol for symbol in self.symbols if _fits(symbol, query)] if _narrowed(query) else []
            known = {symbol.id: symbol for symbol in self.symbols if symbol.id in latest and _fits(symbol, query)}
            first = [known[key] for key in recent if key in known]
            rest = (symbol for symbol in chosen if symbol.id not in latest)
            return [Match(symbol, 0, ()) for symbol in [*first, *rest][:limit]]
        letters = query.letters.lower()
        matches = []
        for number in self._candidates(letters):
            symbol = self.symbols[number]
            if _fits(symbol, query):
                score, places = weighed(symbol.name, query.letters)
                score += min(math.log2(1 + self._called.get(symbol.id, 0)), MOST_FOR_USE) * WEIGHT_OF_USE
                score += 0.1 * (symbol.id in latest) - (3 if symbol.kind is SymbolKind.EXTERNAL else 0)
                score -= 1 if symbol.role is not Role.SOURCE else 0
                matches.append(Match(symbol, score, places))
        matches.sort(
            key=lambda each: (-each.score, -latest.get(each.symbol.id, 0), len(each.symbol.name), each.symbol.id)
        )
        return matches[:limit]

    def _candidates(self, letters: str) -> list[int]:
        """Numbers of the names that hold the letters in their order."""
        from bisect import bisect_right

        # Possessive gaps: each letter is sought once, so a name that lacks one fails in a single pass.
        gaps = "".join(f"[^\n{re.escape(letter)}]*+{re.escape(letter)}" for letter in letters)
        found = []
        for hit in re.finditer(f"^{gaps}", self._lowered, re.MULTILINE):
            found.append(bisect_right(self._starts, hit.start()) - 1)
            if len(found) >= CANDIDATES:
                break
        return found


def _narrowed(query: Query) -> bool:
    return bool(query.kind or query.root or query.file)


def _fits(symbol: Symbol, query: Query) -> bool:
    if query.kind and not str(symbol.kind).startswith(query.kind.lower()):
        return False
    if query.root and query.root.lower() not in symbol.root.lower():
        return False
    if query.file:
        wanted = query.file.lower()
        return fnmatch(symbol.file.lower(), wanted) if "*" in wanted else wanted in symbol.file.lower()
    return True


def weighed(name: str, letters: str) -> tuple[float, tuple[int, ...]]:
    """How well ``letters`` stand for ``name``, and where they are.

    As far to the end of the name as can be, so that the last part counts most; letters that begin a word, follow each
    other, or have the very case that was typed, weigh more; names that are long for what was typed weigh less.
    """
    best = _weighed_from(name, letters, name.lower().rfind(letters.lower()))
    tail = max(name.rfind("."), name.rfind(":")) + 1
    for start in (tail, 0):
        found = _weighed_from(name, letters, start)
        if found is not None and (best is None or found[0] > best[0]):
            best = found
    assert best is not None, "the letters are in the name"
    return best


def _weighed_from(name: str, letters: str, start: int) -> tuple[float, tuple[int, ...]] | None:
    """Takes each letter at the next place that begins a word if the rest still fits, else at the next place."""
    if start < 0:
        return None
    lowered, wanted = name.lower(), letters.lower()
    places: list[int] = []
    here = start
    for number, letter in enumerate(wanted):
        place = lowered.find(letter, here)
        if place < 0:
            return None
        if place != here or not places:
            later = place
            while later >= 0 and not _begins(name, later):
                later = lowered.find(letter, later + 1)
            if later >= 0 and _held(lowered, wanted[number + 1 :], later + 1):
                place = later
        places.append(place)
        here = place + 1
    tail = max(name.rfind("."), name.rfind(":")) + 1
    score = 0.0
    for number, place in enumerate(places):
        score += 1.0
        score += 1.5 if _begins(name, place) else 0.0
        score += 1.2 if number and places[number - 1] == place - 1 else 0.0
        score += 0.2 if name[place] == letters[number] else 0.0
        score += 0.6 if place >= tail else 0.0
    if places and places[0] == tail:
        score += 1.5
    if places and _begins(name, places[0]) and lowered[places[0] :] == wanted:
        score += 3.0
    span = places[-1] - places[0] + 1 if places else 0
    return score - 0.05 * (span - len(places)) - 0.02 * len(name), tuple(places)


def _begins(name: str, place: int) -> bool:
    """Whether a word begins there: after a sign, at a capital after a small letter, at a digit after a letter."""
    if place == 0:
        return True
    before, letter = name[place - 1], name[place]
    return not before.isalnum() or (letter.isupper() and before.islower()) or (letter.isdigit() and before.isalpha())


def _held(lowered: str, letters: str, start: int) -> bool:
    for letter in letters:
        start = lowered.find(letter, start) + 1
        if not start:
            return False
    return True
