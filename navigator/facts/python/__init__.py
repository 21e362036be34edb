"""The Python front end: one file's bytes to its facts, by way of a tree-sitter tree."""

from navigator import native

native.prefer(__name__, __path__)
