"""What is kept between runs: facts and source bytes by content hash, graphs by snapshot, symbol search.

Reading is exported here; writing a graph, locks and pruning have modules of their own, which questions need not load.
"""

from navigator.index.errors import Busy, DamagedIndex, NewerIndex, UnusableIndex
from navigator.index.graph_file import StoredFile
from navigator.index.graph_reader import StoredCall, StoredGraph, Totals
from navigator.index.home import Home
from navigator.index.store import Store, StoredFacts, WorkspaceRecord

__all__ = [
    "Busy",
    "DamagedIndex",
    "Home",
    "NewerIndex",
    "Store",
    "StoredCall",
    "StoredFacts",
    "StoredFile",
    "StoredGraph",
    "Totals",
    "UnusableIndex",
    "WorkspaceRecord",
]
