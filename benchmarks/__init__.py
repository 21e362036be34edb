"""Measurements of speed, accuracy and recall; each is a command, ``python -m benchmarks.NAME``."""
