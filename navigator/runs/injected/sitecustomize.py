"""Imported by Python at its start: begins to trace, then hands over to the ``sitecustomize`` that it stands before.

Written so that any Python can read it; those before 3.11 are not traced.
"""

import os
import sys


def _begin():
    # type: () -> None
    here = os.path.dirname(os.path.abspath(__file__))
    if sys.hexversion >= 0x030B0000 and os.environ.get("NAVIGATOR_TRACE"):
        __import__("navigator_tracer").begin()
    # The program sees the path that it would have without us; what it starts inherits the environment.
    sys.path[:] = [entry for entry in sys.path if not entry or os.path.abspath(entry) != here]
    if sys.hexversion >= 0x03050000:
        from importlib.machinery import PathFinder
        from importlib.util import module_from_spec

        spec = PathFinder.find_spec("sitecustomize")
        if spec is not None and spec.loader is not None:
            module = module_from_spec(spec)
            sys.modules["sitecustomize"] = module
            spec.loader.exec_module(module)


_begin()
