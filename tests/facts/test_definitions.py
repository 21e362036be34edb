"""Functions, lambdas, classes, decorators, imports."""

from __future__ import annotations

import pytest

from navigator.facts.listing import type_text
from navigator.facts.vocabulary import Call, DefinitionKind, MakeClass, ParameterKind
from tests.facts.reading import body, definition_of, facts_of, inside


def test_parameters() -> None:
    facts = facts_of("D = 1\ndef f(a, b: int = D, /, c=D, *d: str, e, g: 'T' = D, **h): pass\n")
    function = definition_of(facts, "f")
    kinds = [(parameter.name, parameter.kind.name, parameter.default >= 0) for parameter in function.parameters]
    assert kinds == [
        ("a", "POSITIONAL_ONLY", False),
        ("b", "POSITIONAL_ONLY", True),
        ("c", "POSITIONAL", True),
        ("d", "REST", False),
        ("e", "KEYWORD_ONLY", False),
        ("g", "KEYWORD_ONLY", True),
        ("h", "KEYWORDS", False),
    ]
    types = {
        parameter.name: type_text(parameter.annotation) for parameter in function.parameters if parameter.annotation
    }
    assert types == {"b": "int", "d": "str", "g": "T"}
    assert function.parameters[1].default == facts.definitions[0].variables["D"]


def test_a_bare_star_and_lambda_parameters() -> None:
    facts = facts_of("x = lambda a, *, b=1: a\n")
    assert [parameter.kind for parameter in facts.definitions[1].parameters] == [
        ParameterKind.POSITIONAL,
        ParameterKind.KEYWORD_ONLY,
    ]
    assert body("x = lambda a: a\n", "<lambda:1>") == ["return a"]


def test_names_and_ordinals() -> None:
    facts = facts_of(
        """\
        def f():
            def g(): return lambda: (lambda: 1), lambda: 2
            class A:
                def f(self): pass
            def g(): pass
        class A:
            x = lambda: 0
            async def f(self): pass
        x = lambda: 3
        y = [lambda: 4 for _ in x]
        """
    )
    assert [(one.kind.name, one.qualified, one.ordinal) for one in facts.definitions] == [
        ("MODULE", "", 1),
        ("FUNCTION", "f", 1),
        ("FUNCTION", "f.g", 1),
        ("LAMBDA", "f.g.<lambda:2>", 1),
        ("LAMBDA", "f.g.<lambda:2>.<lambda:2>", 1),
        ("LAMBDA", "f.g.<lambda:2>", 2),
        ("CLASS", "f.A", 1),
        ("FUNCTION", "f.A.f", 1),
        ("FUNCTION", "f.g", 2),
        ("CLASS", "A", 1),
        ("LAMBDA", "A.<lambda:7>", 1),
        ("FUNCTION", "A.f", 1),
        ("LAMBDA", "<lambda:9>", 1),
        ("LAMBDA", "<lambda:10>", 2),
    ]
    assert [one.parent for one in facts.definitions] == [-1, 0, 1, 2, 3, 2, 1, 6, 1, 0, 9, 9, 0, 0]
    assert [one.asynchronous for one in facts.definitions].count(True) == 1


def test_decorators_are_evaluated_from_the_top_and_applied_from_the_bottom() -> None:
    source = "@a.b\n@c(1)\ndef f(): pass\n"
    assert [line for line in body(source) if "global" not in line] == [
        "%2 = %1.b",
        "%4 = literal int",
        "%5 = call %3(%4)",
        "%6 = closure f",
        "%7 = decorate %5(%6)",
        "f = decorate %2(%7)",
    ]
    facts = facts_of(source)
    applied = [one for one in facts.definitions[0].body if isinstance(one, Call) and one.decorator]
    assert [facts.texts[one.site] for one in applied] == ["@c(1)", "@a.b"]
    assert [facts.sites[4 * one.site : 4 * one.site + 4] for one in applied] == [(2, 1, 2, 5), (1, 1, 1, 4)]
    assert facts.definitions[1].span.line == 3


def test_a_decorated_method_of_the_same_name() -> None:
    source = "class A:\n    @property\n    def x(self): pass\n    @x.setter\n    def x(self, v): pass\n"
    assert body(source, "A") == [
        "%1 = closure A.x",
        "x = decorate %2(%1)",
        "%3 = x.setter",
        "%4 = closure A.x",
        "x'2 = decorate %3(%4)",
    ]


def test_classes() -> None:
    source = "class A(B, C[int], metaclass=M, k=1):\n    x = 1\n    def f(self): pass\n"
    facts = facts_of(source)
    made = next(one for one in facts.definitions[0].body if isinstance(one, MakeClass))
    assert len(made.bases) == 2
    assert [name for name, _ in made.keywords] == ["metaclass", "k"]
    assert facts.definitions[made.definition].kind is DefinitionKind.CLASS
    assert facts.sites[4 * made.site : 4 * made.site + 4] == (1, 0, 1, 36)
    assert facts.texts[made.site] == ""
    assert list(definition_of(facts, "A").variables) == ["x", "f"]


def test_class_variables_are_those_at_the_end() -> None:
    source = "class A:\n    if c:\n        x = 1\n    else:\n        x = 2\n    for y in z: pass\n    del y\n"
    facts = facts_of(source)
    assert list(definition_of(facts, "A").variables) == ["x"]


def test_results_and_generators() -> None:
    facts = facts_of(
        "def f():\n    return 1\ndef g():\n    x = yield\ndef h():\n    return [(yield) for _ in x]\nclass A: pass\n"
    )
    plain, generator, nested, cls = facts.definitions[1:]
    assert plain.result >= 0 and plain.elements == plain.received == -1
    assert generator.elements >= 0 and generator.received >= 0
    assert nested.elements >= 0
    assert cls.result == -1


def test_super() -> None:
    source = """\
        class A:
            def f(self):
                super().f(1)
                super(A, self).f()
                [super().g for _ in self]
                def h(x): super().h()
                return lambda y: super().q
            def n(): super().n()
        def f(self): super().f()
        """
    facts = facts_of(source)
    assert sum("= super A of self" in line for line in body(source, "A.f")) == 2
    assert "= super A of x" in body(source, "A.f.h")[0]
    assert "= super A of y" in body(source, "A.f.<lambda:7>")[0]
    assert "= super A of -" in body(source, "A.n")[0]
    assert not any("super" in line for line in body(source, "f"))
    assert facts.texts.count("super") == 7


@pytest.mark.parametrize("rebinding", ["super = 1", "def super(): pass", "from m import super"])
def test_a_super_of_the_modules_own_is_a_plain_call(rebinding: str) -> None:
    source = f"{rebinding}\nclass A:\n    def f(self): super().f()\n"
    assert body(source, "A.f")[0] == "%1 = call super()"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import a", ["a = import a (top)"]),
        ("import a.b.c", ["a = import a.b.c (top)"]),
        ("import a.b as c, d", ["c = import a.b", "d = import d (top)"]),
        ("from a.b import c, d as e", ["c = from a.b import c", "e = from a.b import d"]),
        ("from . import a", ["a = from . import a"]),
        ("from ...a.b import (c,\n  d)", ["c = from ...a.b import c", "d = from ...a.b import d"]),
        ("from .... import a", ["a = from .... import a"]),
        ("from __future__ import annotations", ["annotations = from __future__ import annotations"]),
        ("import a . b", ["a = import a.b (top)"]),
        ("from . a import b", ["b = from .a import b"]),
    ],
)
def test_imports(source: str, expected: list[str]) -> None:
    assert body(source) == expected


def test_a_star_import() -> None:
    assert body("from ..a import *\nx = y\n") == ["from ..a import *", "%1 = global y", "x = %1"]


def test_return_annotations() -> None:
    assert body("def f() -> 'A[int] | None': pass\n", "f") == ["-> A[int] | None"]


def test_raise_and_assert() -> None:
    assert inside("raise a") == ["raise a"]
    assert inside("raise a from b()") == ["raise a", "%1 = call b()"]
    assert inside("raise") == []
    assert inside("try: pass\nexcept (A, b.C) as e: raise e") == [
        "%1 = b.C",
        "%2 = tuple {0: A, 1: %1}",
        "e = catch %2",
        "raise e",
    ]


def test_old_statements() -> None:
    assert inside("print 'x', a()\nexec 'code' in b()") == [
        "%1 = text 'x'",
        "%2 = call a()",
        "%3 = text 'code'",
        "%4 = call b()",
    ]


def test_the_same_bytes_give_the_same_facts() -> None:
    source = (
        "import a\nfrom b import *\ndef f(x):\n    global y\n    y = lambda: (x, z, len)\n    return y\nz = f\n" * 3
    )
    assert facts_of(source) == facts_of(source)
