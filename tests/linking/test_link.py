"""What the language cases cannot show: order, saturation, evidence, wrappers, calls that do not fit."""

from __future__ import annotations

import msgspec

from navigator.callgraph import WRAPPER, CallGraph, Certainty
from navigator.linking import Program, link
from navigator.linking.cloning import MAXIMUM_COPIES
from navigator.linking.reasons import TOO_MANY
from navigator.linking.solver import LIMIT
from tests.linking.programs import edges, graph, program

SOURCES = {
    "pkg__base": "class Base:\n    def run(self):\n        return self.step()\n    def step(self):\n        pass\n",
    "pkg__one": "from pkg.base import Base\nclass One(Base):\n    def step(self):\n        return helper\n"
    "def helper():\n    pass\n",
    "main": "from pkg.one import One\ntable = {'one': One}\ntable['one']().run()()\n",
}


def test_the_order_of_files_does_not_matter() -> None:
    made = program(**SOURCES)
    turned = Program(tuple(reversed(made.files)), made.roots)
    assert msgspec.json.encode(link(made)) == msgspec.json.encode(link(turned))


def test_linking_twice_gives_the_same() -> None:
    made = program(**SOURCES)
    assert msgspec.json.encode(link(made)) == msgspec.json.encode(link(made))


def test_every_call_names_known_symbols() -> None:
    found = graph(**SOURCES)
    ids = {symbol.id for symbol in found.symbols}
    assert {call.caller for call in found.calls} | {call.callee for call in found.calls} <= ids
    assert len(found.evidence) == len(found.calls)


def _dispatching(count: int) -> CallGraph:
    classes = "".join(f"class C{n}:\n    def go(self):\n        pass\n" for n in range(count))
    calls = "".join(f"start(C{n}())\n" for n in range(count))
    return graph(main=f"{classes}def start(thing):\n    thing.go()\n{calls}")


def test_a_parameter_below_the_limit_has_all_its_receivers() -> None:
    assert len(edges(_dispatching(LIMIT), "main.start")) == LIMIT


def test_a_call_on_a_saturated_parameter_says_that_there_are_too_many() -> None:
    found = _dispatching(LIMIT * 8)
    assert len(edges(found, "main.start")) <= LIMIT
    assert [site.reason for site in found.unresolved if site.caller.endswith("main.start")] == [TOO_MANY]


def test_a_table_of_functions_may_be_larger_than_a_set_of_receivers() -> None:
    count = LIMIT * 2
    functions = "".join(f"def f{n}():\n    pass\n" for n in range(count))
    names = ", ".join(f"f{n}" for n in range(count))
    found = graph(main=f"{functions}def each():\n    for f in [{names}]:\n        f()\n")
    assert len(edges(found, "main.each")) == count


def test_evidence_tells_the_way_of_the_value() -> None:
    found = graph(main="def target():\n    pass\ndef call(func):\n    func()\ncall(target)\n")
    position = next(n for n, call in enumerate(found.calls) if call.caller.endswith("main.call"))
    told = [step.text for step in found.evidence[position]]
    assert told[0].startswith("target")
    assert any(text.startswith("parameter func of main.call") for text in told)
    assert told[-1] == "called here"


def test_an_exact_edge_needs_no_evidence() -> None:
    found = graph(main="def target():\n    pass\ntarget()\n")
    assert [call.certainty for call in found.calls] == [Certainty.EXACT]
    assert found.evidence == ((),)


WRAPPED = """
def logged(func):
    def wrapper(*args, **kwargs):
        return func(*args, **kwargs)
    return wrapper

@logged
def work():
    pass

def start():
    work()
"""


def test_a_call_of_a_forwarding_wrapper_is_also_one_of_the_wrapped_function() -> None:
    found = edges(graph(main=WRAPPED), "main.start")
    assert set(found) == {"main.logged.wrapper", "main.work"}
    assert found["main.work"].rule == WRAPPER
    assert found["main.logged.wrapper"].rule == ""


def test_a_wrapper_that_changes_the_arguments_hides_the_function() -> None:
    changed = WRAPPED.replace("func(*args, **kwargs)", "func()")
    assert set(edges(graph(main=changed), "main.start")) == {"main.logged.wrapper"}


def test_arguments_choose_among_candidates() -> None:
    source = """
def none():
    pass
def two(a, b):
    pass
def start(flag):
    chosen = none if flag else two
    chosen(1, 2)
"""
    assert set(edges(graph(main=source), "main.start")) == {"main.two"}


def test_a_call_that_fits_nothing_keeps_its_only_candidate() -> None:
    source = "def one(a):\n    pass\ndef start():\n    one()\n"
    assert set(edges(graph(main=source), "main.start")) == {"main.one"}


def test_a_cycle_of_containers_ends() -> None:
    source = """
def f():
    pass
items = [f]
while True:
    items = items[0:] + [items]
    items = [items] + items
    for item in items:
        item()
"""
    assert "main.f" in edges(graph(main=source), "main")


def test_recursive_star_arguments_end() -> None:
    source = "def f(*args):\n    f(1, *args)\n    args[0]()\ndef g():\n    pass\nf(g)\n"
    assert set(edges(graph(main=source), "main.f")) == {"main.f", "main.g"}


def test_a_decorator_used_all_over_a_program_keeps_what_it_wraps_apart() -> None:
    count = 2 * MAXIMUM_COPIES
    source = "def deco(f):\n    def inner(*args, **named):\n        return f(*args, **named)\n    return inner\n"
    source += "".join(f"def t{n}():\n    pass\n@deco\ndef f{n}():\n    t{n}()\n" for n in range(count))
    source += f"def start():\n    f{count - 1}()\n"
    found = edges(graph(main=source), "main.start")
    assert set(found) == {"main.deco.inner", f"main.f{count - 1}"}
