"""Slices of random symbols and paths of real code: how many are sound, how large they are, how long they take."""
