"""One module for each verb; each has a ``command``."""
