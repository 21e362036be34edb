"""Functions, classes and call sites stand where the TypeScript compiler's own parser says."""

from __future__ import annotations

from pathlib import Path

import pytest

from navigator.facts import extract, language_of
from tests.facts.ecmascript.oracle import COMPILER, compiler_spans, installed, our_spans

PACKAGES = ("konva@10.9.1", "preact@10.27.2", "d3-selection@3.0.0", "zustand@5.0.8", "express@4.21.2")
MORE = ("rxjs@7.8.2", "lodash@4.17.21", "@angular/core@17.3.12", "vue@3.5.22", "three@0.180.0")
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


def test_syntax_of_every_kind(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """What packages seldom hold, not to say all at once."""
    modules = installed(request.config.cache.mkdir("npm-packages"), COMPILER, *PACKAGES)
    file = tmp_path / "sample.tsx"
    file.write_text(SAMPLE)
    ((_, theirs),) = compiler_spans(modules, [file])
    assert our_spans(extract(file.read_bytes(), "tsx")) == theirs


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
"""
