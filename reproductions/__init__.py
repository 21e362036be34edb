"""Minimal programs that run, each linked to the upstream code that it mirrors: ``navigator repro list``."""
