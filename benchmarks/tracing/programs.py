"""The programs that are traced. Each is run as ``python -c TEXT`` with its parameter in ``sys.argv[1]``."""

from __future__ import annotations

CALLS = """
import sys
from pathlib import Path

class Node:
    def __init__(self, value):
        self.value = value

    def weight(self):
        return self.value + 1

def total(nodes):
    return sum(node.weight() for node in nodes)

def build(number):
    return [Node(value) for value in range(number)]

for _ in range(int(sys.argv[1])):
    total(build(1000))
"""
"""Nothing but calls of its own functions: the worst case."""

ELSEWHERE = """
import ast, sys
from pathlib import Path

def visit(text):
    return sum(1 for _ in ast.walk(ast.parse(text)))

text = Path(ast.__file__).read_text()
for _ in range(int(sys.argv[1])):
    visit(text)
"""
"""Its functions are few, and spend their time in other people's Python."""

COMPUTING = """
import hashlib, sys

def digest(data):
    return hashlib.sha256(data).digest()

data = bytes(1 << 20)
for _ in range(int(sys.argv[1])):
    digest(data)
"""
"""Its functions spend their time in compiled code, as those of a training do."""

PROGRAMS = {"calls": (CALLS, 250), "elsewhere": (ELSEWHERE, 12), "computing": (COMPUTING, 400)}
