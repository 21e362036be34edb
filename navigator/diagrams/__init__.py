"""Drawings of what a view shows."""
