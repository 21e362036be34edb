// Runs instrumented programs, given as JSON on standard input, and prints which function was called from which line:
// { name: { calls: [[path, line, callee]], error } }. Every function of a program tells us that it was entered.
import { readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { relative, sep } from "node:path";

Error.stackTraceLimit = 64;
let folder = "", files = {}, calls = new Map(), made = new Set();

function place(frame) {
  let name = frame.getFileName();
  if (!name || name.startsWith("node:")) return null;
  if (name.startsWith("file:")) name = fileURLToPath(name);
  return files[relative(folder, name).split(sep).join("/")] ?? null;
}

globalThis.__enter = (callee) => {
  const before = Error.prepareStackTrace;
  Error.prepareStackTrace = (_, frames) => frames;
  const frames = new Error().stack;
  Error.prepareStackTrace = before;
  let path = "", line = 0;
  for (const frame of frames.slice(2)) {
    if (frame.isAsync()) break;
    const file = place(frame);
    const implicit = file !== null && frame.isConstructor() && made.has(`${file}:${frame.getLineNumber()}`);
    if (file !== null && !implicit && !/^<(static|instance)_/.test(frame.getFunctionName() ?? "")) {
      [path, line] = [file, frame.getLineNumber()];
      break;
    }
  }
  calls.set(JSON.stringify([path, line, callee]), [path, line, callee]);
};

const silent = () => {};
Object.assign(console, { log: silent, error: silent, warn: silent, info: silent });
const result = {};
for (const program of JSON.parse(readFileSync(0, "utf8"))) {
  folder = program.folder;
  files = program.files;
  made = new Set(program.implicit.map((place) => place.join(":")));
  calls = new Map();
  let error = "";
  try {
    for (const entry of program.run) await import(pathToFileURL(`${folder}/${entry}`));
    await new Promise((resolve) => setTimeout(resolve, 5));
  } catch (problem) {
    error = String(problem?.stack ?? problem);
  }
  result[program.name] = { calls: [...calls.values()], error };
}
process.stdout.write(JSON.stringify(result));
process.exit(0);
