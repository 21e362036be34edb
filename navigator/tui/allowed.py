"""Whether this session may act outside of its screen: run, open an editor, write files.

A terminal may. A session in a browser may only where ``navigator serve --allow-actions`` started it.
"""

from __future__ import annotations

import os

VARIABLE = "NAVIGATOR_SESSION_ACTIONS"
"""Set to ``0`` by ``navigator serve`` for sessions that may only look."""


def actions_allowed() -> bool:
    return os.environ.get(VARIABLE) != "0"
