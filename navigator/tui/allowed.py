"""What a session in a browser may do, and how long it lives: no longer than the server that started it.

A terminal may act outside of its screen: run, open an editor, write files. A session in a browser may only where
``navigator serve --allow-actions`` started it.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

VARIABLE = "NAVIGATOR_SESSION_ACTIONS"
"""Set to ``0`` by ``navigator serve`` for sessions that may only look."""


def actions_allowed() -> bool:
    return os.environ.get(VARIABLE) != "0"


SERVER = "NAVIGATOR_SESSION_SERVER"
"""Set by ``navigator serve`` to its process id."""
LOOKS = 1.0
"""Seconds between two looks at the server."""
PATIENCE = 5.0
"""Seconds that a session has to leave by itself."""


def leave_with_server(leave: Callable[[], object]) -> None:
    """Leaves once the server is gone, however it ended: Textual's driver would read from a closed pipe for ever."""
    server, parent = int(os.environ.get(SERVER, "0")), os.getppid()
    if not server or os.name != "posix":
        return

    def watch() -> None:
        while _is_there(server) and os.getppid() == parent:
            time.sleep(LOOKS)
        # It waits for the application, which may be past answering.
        threading.Thread(target=leave, name="server-gone", daemon=True).start()
        time.sleep(PATIENCE)
        os._exit(0)

    threading.Thread(target=watch, name="server-watch", daemon=True).start()


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True
