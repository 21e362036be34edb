"""How fast the terminal interface is, and what a long session costs."""
