"""Reads the case files, runs the programs in them, links them, and compares both with what the comments expect."""
