"""Pure questions to a call graph, over any store that can list the neighbours of a symbol."""

from navigator.callgraph.queries.cycles import cycles
from navigator.callgraph.queries.memory import MemoryGraph
from navigator.callgraph.queries.paths import shortest_path, simple_paths
from navigator.callgraph.queries.reach import Branch, Direction, GraphReader, distances, tree

__all__ = [
    "Branch",
    "Direction",
    "GraphReader",
    "MemoryGraph",
    "cycles",
    "distances",
    "shortest_path",
    "simple_paths",
    "tree",
]
