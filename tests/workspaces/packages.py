"""Small packages as texts, to be indexed for real."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

SHOP = {
    "shop/__init__.py": "from shop.core import checkout\n",
    "shop/core.py": (
        "from shop import tax\n\nclass Cart:\n    def __init__(self, items):\n        self.items = items\n\n"
        "    def total(self):\n        return sum(self.items) * tax.rate()\n\n"
        "def checkout(items):\n    return Cart(items).total()\n"
    ),
    "shop/tax.py": "def rate():\n    return base()\n\ndef base():\n    return 2\n",
    "main.py": "from shop import checkout\n\ncheckout([1])\n",
}


def lay(folder: Path, files: Mapping[str, str]) -> Path:
    """Makes ``folder`` hold exactly ``files``."""
    if folder.exists():
        shutil.rmtree(folder)
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    folder.mkdir(exist_ok=True)
    return folder
