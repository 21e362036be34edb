"""``python -m navigator``."""

import sys

from navigator.cli import main

if __name__ == "__main__":
    sys.exit(main())
