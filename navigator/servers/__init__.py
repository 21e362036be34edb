"""The interface for programs and machines other than the terminal: so far, in a browser."""
