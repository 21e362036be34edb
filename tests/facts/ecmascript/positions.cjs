// Prints, for each file named on standard input (a JSON list), what the TypeScript compiler's parser says about it:
// one JSON object a line with the spans of functions that have a body, of classes, and of call expressions.
// A span is [line from 1, column from 0 in code points, end line, end column].
const ts = require(process.argv[2]);
const fs = require("fs");

function kindOf(path) {
  if (/\.tsx$/.test(path)) return ts.ScriptKind.TSX;
  if (/\.[cm]?ts$/.test(path)) return ts.ScriptKind.TS;
  return ts.ScriptKind.JSX;
}

const APART = new Set([ts.SyntaxKind.Decorator, ts.SyntaxKind.ExportKeyword, ts.SyntaxKind.DefaultKeyword,
  ts.SyntaxKind.DeclareKeyword]);

function startOf(node, file) {
  let start = node.getStart(file);
  for (const modifier of node.modifiers ?? []) {
    if (!APART.has(modifier.kind)) return modifier.getStart(file);
    start = ts.skipTrivia(file.text, modifier.end);
  }
  return start;
}

// The index of the last of the ascending numbers that is no greater than the limit; -1 if there is none.
function atOrBefore(numbers, limit) {
  let low = -1, high = numbers.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (numbers[middle] <= limit) low = middle; else high = middle - 1;
  }
  return low;
}

for (const path of JSON.parse(fs.readFileSync(0, "utf8"))) {
  const text = fs.readFileSync(path, "utf8").replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const file = ts.createSourceFile(path, text, { languageVersion: ts.ScriptTarget.Latest }, false, kindOf(path));
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  const pairs = [];
  for (const pair of text.matchAll(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)) pairs.push(pair.index);
  const place = (offset) => {
    const line = atOrBefore(starts, offset);
    return [line + 1, offset - starts[line] - atOrBefore(pairs, offset - 1) + atOrBefore(pairs, starts[line] - 1)];
  };
  const span = (node) => [...place(startOf(node, file)), ...place(node.end)];
  const found = { path, functions: [], classes: [], calls: [], errors: file.parseDiagnostics.length };
  const pending = [file];
  while (pending.length) {
    const node = pending.pop();
    if (ts.isFunctionLike(node) && node.body) found.functions.push(span(node));
    else if (ts.isClassLike(node)) found.classes.push(span(node));
    else if (ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isTaggedTemplateExpression(node)) {
      found.calls.push(span(node));
    }
    ts.forEachChild(node, (child) => { pending.push(child); });
  }
  console.log(JSON.stringify(found));
}
