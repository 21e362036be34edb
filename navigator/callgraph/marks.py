"""The signs of certainty in lists and drawings: told apart without colour."""

from __future__ import annotations

from navigator.callgraph.records import Certainty

MARKS = {
    Certainty.EXACT: "▶",
    Certainty.INFERRED: "▷",
    Certainty.RULE: "◆",
    Certainty.GUESS: "?",
    Certainty.TRACED: "━",
}
ASCII_MARKS = {
    Certainty.EXACT: ">",
    Certainty.INFERRED: "}",
    Certainty.RULE: "*",
    Certainty.GUESS: "?",
    Certainty.TRACED: "=",
}
