"""Functions, classes and call sites stand where the TypeScript compiler's own parser says."""

from __future__ import annotations

from pathlib import Path

import pytest

from navigator.facts import extract, language_of
from tests.facts.ecmascript.oracle import COMPILER, compiler_spans, installed, our_spans

PACKAGES = ("konva@10.9.1", "preact@10.27.2", "d3-selection@3.0.0", "zustand@5.0.8", "express@4.21.2")
MORE = ("rxjs@7.8.2", "lodash@4.17.21", "@angular/core@17.3.12", "vue@3.5.22", "three@0.180.0")
SOURCES = ("effect@4.1.0", "zod@4.1.12", "mobx@6.16.1", "@reduxjs/toolkit@2.15.0", "reselect@5.3.0", "rxjs@7.8.2")
"""Packages that ship their TypeScript."""
EXPLAINED = {
    "PubSub.ts": "a variable named as",
    "mobx.ts": "a parameter that is named like a type: (any) => void",
    "Effectable.ts": "an ambient class: its methods count as functions although they have no body",
}
"""What may differ, by file."""
SUFFIXES = (".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx")


def files_in(modules: Path, packages: tuple[str, ...]) -> list[Path]:
    folders = [modules / package.rpartition("@")[0] for package in packages]
    return [
        file
        for folder in folders
        for file in sorted(folder.rglob("*"))
        if file.suffix in SUFFIXES and not file.name.endswith((".d.ts", ".d.mts", ".d.cts")) and file.is_file()
    ]


def compare(modules: Path, packages: tuple[str, ...]) -> int:
    """Compares every file; returns how many there were."""
    differences = []
    count = 0
    for file, theirs in compiler_spans(modules, files_in(modules, packages)):
        facts = extract(file.read_bytes(), language_of(file.name) or "")
        if any(problem.message.startswith("not read: minified") for problem in facts.problems):
            continue
        count += 1
        if file.name in EXPLAINED:
            continue
        differences += [f"{file}:{problem.line}: {problem.message}" for problem in facts.problems]
        ours = our_spans(facts)
        for kind, spans in theirs.items():
            missing, extra = spans - ours[kind], ours[kind] - spans
            if missing or extra:
                differences.append(f"{file}: {kind} not found {sorted(missing)[:3]}, made up {sorted(extra)[:3]}")
    assert differences == []
    return count


def test_packages(request: pytest.FixtureRequest) -> None:
    modules = installed(request.config.cache.mkdir("npm-packages"), COMPILER, *PACKAGES)
    assert compare(modules, PACKAGES) > 100


@pytest.mark.long
def test_more_packages(request: pytest.FixtureRequest) -> None:
    modules = installed(request.config.cache.mkdir("npm-more-packages"), COMPILER, *MORE)
    assert compare(modules, MORE) > 1000


@pytest.mark.long
def test_packages_of_typescript(request: pytest.FixtureRequest) -> None:
    modules = installed(request.config.cache.mkdir("npm-sources"), COMPILER, *SOURCES)
    assert compare(modules, SOURCES) > 1000


def test_syntax_of_every_kind(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """What packages seldom hold, not to say all at once."""
    modules = installed(request.config.cache.mkdir("npm-packages"), COMPILER, *PACKAGES)
    file = tmp_path / "sample.tsx"
    file.write_text(SAMPLE)
    ((_, theirs),) = compiler_spans(modules, [file])
    facts = extract(file.read_bytes(), "tsx")
    assert facts.problems == ()
    assert our_spans(facts) == theirs


SAMPLE = """\
// Ünïcödé 🎈 before: columns count code points.
const 名前 = "🎈🎈"; f("🎈", g("é"));  h(`🎈${i(1)}`);
a!.b!.c(d! - e!.f(), x!(1), [y!][0]!());
label: for (const k of q()) { if (r?.s?.(k) ?? t`u${v()}`) continue label; }
export default abstract class A<T extends B> extends mixin(C)<T> implements D {
  static #p = new E; @dec() field = (x: number) => x; @dec method<U>(this: A<U>, ...rest: U[]) { super.method(rest); }
  static { init(); }
  get v() { return this.#q(); } set v(w) { w(); }
  async *#q() { yield* await z(); }
  [compute()](a = () => b()) { return async () => { await import("m"); }; }
  constructor(private readonly p = make()) { super(p); new.target; }
}
namespace N.M { export const f = function* g() { yield f(); }; }
enum Z { A = f(), B }
function over(x: string): void;
function over(x: any) { return <div onClick={() => x()}>{x.map((e: any) => <E key={e.k()} {...e.rest()} />)}</div>; }
const { a: { b = c() } = {}, ...rest } = o, fn = <T,>(x: T) => x as unknown as ReturnType<typeof over>;
(async () => { for await (const x of y()) try { z() } catch { w() } finally { v() } })();
x = y ? z() : ((w)) ? (v)() : new (class { m() { return u } })().m();
interface Box<in out T, out U extends { a: string } = { a: "" }> extends Base, Other {
  // signatures without semicolons
  <A>(fn: A): Box<A, U>
  <A, const B extends string>(fn: A,
    b: B): import("./box").Box<import("./b").B<A>, () => A>
  (name: string): A & Base
  [key: string]: unknown
  in: number | string
  as?: T
}
abstract class Scale extends Element<import("./basic").Any, import("./basic").Any> { top = 1; }
type Variance<in T> = { out: T; f(out: T): T }
export const dual: { <A>(a: A): <B>(b: B) => A
  <A, B>(a: A, b: B): A
} = make<{ <A>(a: A): A
  <B>(b: B, c: B): B }, { (x: number): void
  [k: symbol]: B
}>(2, (a) => { f(a); } // a comment behind
);
function over2(f: () => void): {
  (a: string): void
  <T>(a: T): () => void
} { return g(f)
}
const rows = () => sql<{ id: string; at?: Date }>`SELECT ${id(1)} FROM x`.pipe(run(2));
type Text = `a \\`quoted\\` ${string}`;
const r = void it.return!().catch(none), inside = { a: [x < y, in_(1)], b: p<q>(1) };
label2: { const out = 1, { a = out } = o; g(out < in_(2), out); }
"""
