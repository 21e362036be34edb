from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from navigator.sources.names import decoded, escape_of, one_line, printable, raw, unprintable


@given(st.binary(max_size=60))
def test_every_name_is_printable_and_reversible(name: bytes) -> None:
    shown = printable(decoded(name))
    assert shown.isprintable()
    assert raw(unprintable(shown)) == name


@given(st.text(max_size=60).filter(lambda text: not any(0xD800 <= ord(c) <= 0xDFFF for c in text)))
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    shown = printable(text)
    assert unprintable(shown) == text
    assert (shown == text) == (text.isprintable() and "\\" not in text)


def test_what_a_terminal_would_obey_is_escaped() -> None:
    assert printable("a\x1b[2J.py") == r"a\x1b[2J.py"
    assert printable("a\u202eyp.x") == r"a\xe2\x80\xaeyp.x"
    assert printable(decoded(b"caf\xe9.py")) == r"caf\xe9.py"
    assert printable("café.py") == "café.py"
    assert printable(r"a\x1b.py") == r"a\\x1b.py"
    assert one_line("one\n\x1b[31mtwo\r\n") == r"one \x1b[31mtwo"
    assert len(one_line("x" * 9999)) == 300


def test_escaping_paths_are_told() -> None:
    for path in ("/etc/passwd", "\\\\host\\x", "a/../b", "..", "a\\..\\b", "a/\\b", "C:/x", "a/c:x", "a\0b"):
        assert escape_of(path), path
    for path in ("a/b.py", "a..b/...", "./a", "a\\b.py", "ab:c"):
        assert not escape_of(path), path
