"""Search while one types: the letters of a name in their order, or text in the source."""

from navigator.tui.search.matching import Match, Names, Query, parsed

__all__ = ["Match", "Names", "Query", "parsed"]
