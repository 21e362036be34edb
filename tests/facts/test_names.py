"""Which slot a name means: scopes, closures, ``global`` and ``nonlocal``, classes, private names."""

from __future__ import annotations

from navigator.facts import FileFacts
from navigator.facts.listing import body_lines, slot_text
from navigator.facts.vocabulary import Global, MakeClass
from tests.facts.reading import Names, body, definition_of, facts_of


def variables(facts: FileFacts, name: str = "") -> dict[str, str]:
    """A definition's variables as texts."""
    definition = definition_of(facts, name)
    return {name: slot_text(facts, slot) for name, slot in definition.variables.items()}


def test_a_module_reads_versions_and_its_functions_read_the_merged_slot() -> None:
    source = "x = 'a'\ndef f():\n    return x\nx = 'b'\ny = x\n"
    assert body(source) == [
        "%1 = text 'a'",
        "x = x'2",
        "x'2 = %1",
        "f = closure f",
        "%2 = text 'b'",
        "x = x'3",
        "x'3 = %2",
        "y = x'3",
    ]
    facts = facts_of(source)
    module = facts.definitions[0]
    assert module.variables["x"] != module.everything["x"]
    assert body(source, "f") == ["return x"]
    assert [getattr(one, "source", None) for one in definition_of(facts, "f").body] == [module.everything["x"]]


def test_a_variable_assigned_once_has_one_slot() -> None:
    source = "def f(): return g\ndef g(): return f\nx = 1\n"
    facts = facts_of(source)
    assert facts.definitions[0].everything == {}
    assert list(facts.definitions[0].variables) == ["f", "g", "x"]
    assert body(source, "f") == ["return g"]
    assert body(source) == ["f = closure f", "g = closure g", "%1 = literal int", "x = %1"]


def test_a_closure_reads_every_version() -> None:
    source = """\
        def f(p):
            q = p.a
            def g():
                return p, q, r
            q = p.b
            r = q
        """
    assert body(source, "f.g") == ["%1 = tuple {0: p, 1: q, 2: r}", "return %1"]
    assert body(source, "f") == [
        "q = p.a",
        "q'2 = q",
        "g = closure f.g",
        "q'3 = p.b",
        "q'2 = q'3",
        "r = q'3",
    ]
    facts = facts_of(source)
    assert set(variables(facts, "f")) == {"p", "q", "r"}
    closure = definition_of(facts, "f.g").body[0]
    assert [slot for _, slot in closure.elements] == [definition_of(facts, "f").variables[name] for name in "pqr"]


def test_nonlocal_makes_all_scopes_use_one_slot() -> None:
    source = """\
        def f():
            n = 'a'
            def g():
                nonlocal n
                n = n.b
            return n
        """
    assert body(source, "f") == ["%1 = text 'a'", "n = %1", "g = closure f.g", "return n"]
    assert body(source, "f.g") == ["%1 = n.b", "n = %1"]
    facts = facts_of(source)
    assert facts.slot_names[definition_of(facts, "f.g").body[1].target] == "n"
    assert definition_of(facts, "f.g").body[1].target == definition_of(facts, "f").variables["n"]


def test_global_writes_the_modules_slot() -> None:
    source = """\
        x = 'a'
        def f():
            global x, y
            x = y = 'b'
            class A:
                global z
                def z(self): pass
        def g():
            return x, y, z
        x
        """
    facts = facts_of(source)
    names = variables(facts)
    assert set(names) == {"x", "f", "g", "y", "z"}
    assert facts.definitions[0].everything == {}
    assert body(source, "g") == ["%1 = tuple {0: x, 1: y, 2: z}", "return %1"]
    assert body(source, "f")[:3] == ["%1 = text 'b'", "x = %1", "y = %1"]
    assert body(source, "f.A") == ["z = closure f.A.z"]


def test_names_that_the_module_does_not_bind() -> None:
    source = "def f():\n    print(len)\ndef g():\n    print\n    return len\n"
    assert body(source) == ["f = closure f", "%1 = global print", "%2 = global len", "g = closure g"]
    assert body(source, "g") == ["return %1"]


def test_a_name_read_before_it_is_bound() -> None:
    assert body("open = open\n") == ["%1 = global open", "open = %1"]
    assert body("class A:\n    len = len\n", "A") == ["len = %1"]
    unbound = body("def f():\n    [x for x in y]\n    class A:\n        b = x\n")
    assert unbound == ["f = closure f", "%1 = global y", "%2 = global x"]


def test_a_name_that_some_paths_of_the_module_bind() -> None:
    """Elsewhere it is the built-in, or comes from a star import; a name that is neither is nothing there."""
    builtin = body("if a: open = b\nopen()\n")
    assert builtin[-4:] == ["%3 = global open", "open'2 = %3", "open'2 = open", "%4 = call open'2()"]
    assert body("if a: x = b\nx()\n")[-1] == "%3 = call x()"
    star = body("from m import *\nif a: x = b\nx()\n")
    assert star[-4:] == ["%3 = global x", "x'2 = %3", "x'2 = x", "%4 = call x'2()"]
    source = "if a: open = b\ndef f(): open()\n"
    assert "open = %3" in body(source)
    assert body(source, "f") == ["%1 = call open()"]
    assert "open'2 = %2" in body("try: open = b\nexcept E: pass\nopen()\n")


def test_a_function_never_reads_a_global_for_its_own_variable() -> None:
    source = "x = 1\ndef f():\n    y = x\n    x = 2\n"
    facts = facts_of(source)
    read = definition_of(facts, "f").body[0].source
    assert read not in facts.definitions[0].variables.values()


def test_class_scopes_are_not_seen_by_what_they_hold() -> None:
    source = """\
        a = 'module'
        class C:
            a = 'class'
            b = a
            c = [a for _ in a]
            def m(self, d=a):
                return a
            e = lambda self: a
            class D:
                f = a
        """
    facts = facts_of(source)
    module = facts.definitions[0].variables["a"]
    own = definition_of(facts, "C").variables["a"]
    names = Names()
    names.known = {str(module): "module.a", str(own): "C.a"}
    moved = _named(facts, "C", names)
    assert "b = C.a" in moved
    assert "_ = iterate C.a" in moved
    assert "c = list {?: module.a}" in moved
    assert definition_of(facts, "C.m").parameters[1].default == own
    assert _named(facts, "C.m", names) == ["return module.a"]
    assert _named(facts, "C.<lambda:8>", names) == ["return module.a"]
    assert _named(facts, "C.D", names) == ["f = module.a"]


def _named(facts: FileFacts, name: str, names: Names) -> list[str]:
    return [names.short(line) for line in body_lines(facts, definition_of(facts, name))]


def test_a_class_reads_past_the_function_for_a_name_of_its_own() -> None:
    source = "x = 1\ndef f():\n    x = 2\n    y = 3\n    class A:\n        x = x\n        z = y\n"
    facts = facts_of(source)
    first, second = definition_of(facts, "f.A").body
    assert first.source == facts.definitions[0].variables["x"]
    assert facts.slot_names[second.source] == "y"


def test_dunder_class_is_the_class_before_decoration() -> None:
    source = "@d\nclass A:\n    def f(self):\n        return __class__\n"
    facts = facts_of(source)
    made = [one for one in facts.definitions[0].body if isinstance(one, MakeClass)]
    assert definition_of(facts, "A.f").body[0].source == made[0].target
    assert facts.definitions[0].variables["A"] != made[0].target


def test_private_names() -> None:
    source = """\
        class _P:
            __x = 'a'
            def __m(self, __y):
                self.__x = __y
                self.__d__ = self._P__x
                self(__k=__y)
                import __mod
                from a import __b, c as __d
                return lambda: __y
        class __:
            __x = 'a'
        """
    facts = facts_of(source)
    assert list(definition_of(facts, "_P").variables) == ["_P__x", "_P__m"]
    assert definition_of(facts, "_P.__m").name == "__m"
    assert [parameter.name for parameter in definition_of(facts, "_P.__m").parameters] == ["self", "_P__y"]
    assert body(source, "_P.__m") == [
        "self._P__x = _P__y",
        "%1 = self._P__x",
        "self.__d__ = %1",
        "%2 = call self(__k=_P__y)",
        "_P__mod = import __mod (top)",
        "_P__b = from a import __b",
        "_P__d = from a import c",
        "%3 = closure _P.__m.<lambda:9>",
        "return %3",
    ]
    assert list(definition_of(facts, "__").variables) == ["__x"]


def test_names_are_normalised() -> None:
    assert body("ﬁ = 1\nx = fi\nx.ªb\n") == ["%1 = literal int", "fi = %1", "x = fi", "%2 = x.ab"]


def test_variables_at_the_end() -> None:
    def last(source: str) -> dict[str, str]:
        return variables(facts_of(source))

    assert set(last("import a\nb = 1\ndel b\n")) == {"a"}
    assert set(last("if a:\n    b = 1\n    raise E\nc = 1\n")) == {"c"}
    assert set(last("b = 1\nraise E\nc = 1\n")) == {"b", "c"}
    assert set(last("try:\n    import a\nexcept E:\n    a = None\n")) == {"a"}
    assert set(last("for i in a: j = i\nwhile i: k = i\n")) == {"i", "j", "k"}
    facts = facts_of("try:\n    import a\nexcept E:\n    a = None\n")
    assert facts.definitions[0].everything.keys() == {"a"}


def test_names_in_annotations_are_kept_for_who_resolves_types() -> None:
    source = """\
        def f():
            class A: pass
            class B: pass
            class C: pass
            x: A = 1
            def g(y: 'B'): pass
        """
    assert list(definition_of(facts_of(source), "f").variables) == ["A", "B"]


def test_type_parameters() -> None:
    source = """\
        def f[T: B, *U, **V](x: T) -> T:
            return T, U, V
        class G[W](H[W]):
            def m(self) -> W: return W
        type X[Y] = Z[Y]
        """
    facts = facts_of(source)
    assert {one.name for one in facts.definitions[0].body if isinstance(one, Global)} == {"B", "H", "Z"}
    assert set(variables(facts)) == {"f", "G", "X"}
    assert body(source, "f") == ["-> T", "%1 = tuple {0: T, 1: U, 2: V}", "return %1"]
    assert body(source, "G.m") == ["-> W", "return W"]


def test_slot_ranges_enclose_those_of_nested_definitions() -> None:
    source = """\
        def f(a):
            def g(b):
                return lambda c: a + b + c
            class A:
                def h(self): return a
            return g
        x = f
        """
    facts = facts_of(source)
    for definition in facts.definitions[1:]:
        first, end = definition.slots
        outer_first, outer_end = facts.definitions[definition.parent].slots
        assert outer_first <= first <= end <= outer_end
        written = {getattr(one, "target", first) for one in definition.body}
        assert all(first <= slot < end for slot in written | {parameter.slot for parameter in definition.parameters})
    assert facts.definitions[0].slots == (0, len(facts.slot_lines))
