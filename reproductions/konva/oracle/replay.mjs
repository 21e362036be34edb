// Plays scenarios in the real Konva: node replay.mjs FOLDER, where FOLDER has konva and @napi-rs/canvas installed.
// One JSON object a line comes in, one goes out. The twin of ../scenario.py, which says what a scenario is.
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { NativeEvent, Window } from './dom.mjs';

const folder = process.argv[2];
const canvas = createRequire(join(folder, 'package.json'))('@napi-rs/canvas');
const win = new Window(canvas.createCanvas);
Object.assign(globalThis, { DOMMatrix: canvas.DOMMatrix, Path2D: canvas.Path2D, window: win, document: win.document });
globalThis.PointerEvent = NativeEvent;
const inside = (name) => import(pathToFileURL(join(folder, 'node_modules/konva/lib', name)));
const Konva = (await inside('index.js')).default;
const { DD } = await inside('DragAndDrop.js');
console.warn = () => {};
const DEFAULTS = Object.fromEntries(Object.entries(Konva).filter(([, value]) => typeof value !== 'function'));

let log, nodes, handlers, clock, state;
Date.now = () => clock;
Math.random = () => (state = (state * 48271) % 2147483647) / 2147483647;
win.onerror = (error) => log.push(`! ${error.raised ? error.message : 'error'}`);

const named = (node) => (node ? node.id?.() || node.getClassName?.() || '?' : '-');
const number = (value) => String(Math.floor(value * 1000 + 0.5) / 1000 + 0);
const shown = (value) => {
  if (value === undefined || value === null) return '-';
  if (typeof value === 'number') return Number.isFinite(value) ? number(value) : 'nan';
  return typeof value === 'object' ? 'object' : String(value);
};
const resolve = (value) => (value && value.ref ? find(value.ref) : structuredClone(value));
const find = (ref) => (ref.startsWith('prototype:') ? Konva[ref.slice(10)].prototype : nodes[ref]);

function build({ class: kind, attrs, children = [] }) {
  const node = new Konva[kind](structuredClone(attrs));
  if (attrs.id) nodes[attrs.id] = node;
  children.forEach((child) => node.add(build(child)));
  return node;
}

function listen({ on, events, selector, label, actions = [], times = 1 }) {
  let left = times;
  const handler = (evt) => {
    let line = `${label}: currentTarget=${named(evt.currentTarget)} evt=${evt.evt?.type ?? '-'}`;
    line += ` pointerId=${shown(evt.pointerId)} target=${named(evt.target)} type=${evt.type}`;
    if ('newVal' in evt || 'oldVal' in evt) line += ` oldVal=${shown(evt.oldVal)} newVal=${shown(evt.newVal)}`;
    if (String(evt.type).startsWith('drag')) line += ` at=${number(evt.target.x())},${number(evt.target.y())}`;
    log.push(line);
    if (left-- > 0) actions.forEach((action) => act(action, evt));
  };
  handlers[label] = handler;
  const owner = find(on);
  if (selector) owner.on(events, selector, handler);
  else owner.on(events, handler);
}

function act([verb, ...rest], evt) {
  if (verb === 'cancelBubble') evt.cancelBubble = true;
  else if (verb === 'preventDefault') evt.evt?.preventDefault?.();
  else if (verb === 'raise') throw Object.assign(new Error(rest[0]), { raised: true });
  else if (verb === 'on') listen(rest[0]);
  else if (verb === 'off') find(rest[0]).off(rest[1], handlers[rest[2]]);
  else if (verb === 'setting') Konva[rest[0]] = rest[1];
  else if (verb === 'call') {
    const [ref, method, ...args] = rest;
    find(ref)[method](...args.map(resolve));
  }
}

function step(each) {
  if (each.time) clock += each.time;
  else if (each.frame) win.flushFrames();
  else if (each.hit) {
    const [x, y] = each.hit;
    log.push(`hit ${x},${y}: ${named(nodes.stage.getIntersection({ x, y }))}`);
  } else if (each.do) win.call(() => act(each.do, {}));
  else if (each.dispatch) {
    const evt = new NativeEvent(each.dispatch, structuredClone(each.fields));
    win.dispatch(evt, each.on === 'window' ? null : nodes.stage.content);
    if (evt.defaultPrevented) log.push(`prevented ${evt.type}`);
  }
}

function begin(scenario) {
  Object.assign(Konva, DEFAULTS, scenario.settings);
  [log, nodes, handlers, clock, state] = [[], {}, {}, 1_000_000, scenario.seed];
  const container = win.document.createElement('div');
  const { left = 0, top = 0, ...attrs } = scenario.stage;
  Object.assign(container, { left, top });
  nodes.stage = new Konva.Stage({ ...attrs, id: 'stage', container });
  win.call(() => scenario.tree.forEach((layer) => nodes.stage.add(build(layer))));
  win.flushFrames();
  (scenario.listeners ?? []).forEach(listen);
}

function end() {
  const stage = nodes.stage;
  for (const name of ['Node', 'Container', 'Stage', 'Layer', 'Group', 'Shape', 'Rect', 'Circle', 'Line', 'Text']) {
    Konva[name].prototype.off('.test');
  }
  const lines = log;
  log = [];
  Object.values(nodes).forEach((node) => node.off());
  Object.values(nodes).forEach((node) => win.call(() => node.destroy()));
  win.flushFrames();
  DD._dragElements.clear();
  win.frames = [];
  return lines;
}

function finalState() {
  for (const [id, node] of Object.entries(nodes)) {
    const { x, y } = node.getAbsolutePosition();
    log.push(`= ${id} parent=${named(node.getParent())} index=${node.index} at=${shown(x)},${shown(y)}`);
  }
  log.push(`= dragging ${Konva.isDragging()} ready ${Konva.isDragReady()}`);
}

const commands = {
  replay(scenario) {
    begin(scenario);
    scenario.steps.forEach(step);
    finalState();
    return end();
  },
  // What a pointer finds at every pixel, as [name, length, name, length, …] row by row.
  pixels(scenario) {
    begin(scenario);
    const runs = [];
    for (let y = 0; y < scenario.stage.height; y++) {
      for (let x = 0; x < scenario.stage.width; x++) {
        const name = named(nodes.stage.getIntersection({ x, y }));
        if (runs.at(-2) === name) runs[runs.length - 1]++;
        else runs.push(name, 1);
      }
    }
    end();
    return runs;
  },
  // Milliseconds that each of the given moves takes, once everything is drawn.
  time({ scenario, moves }) {
    begin(scenario);
    const taken = moves.map(([clientX, clientY]) => {
      const evt = new NativeEvent('mousemove', { clientX, clientY });
      const start = performance.now();
      win.dispatch(evt, nodes.stage.content);
      return performance.now() - start;
    });
    end();
    return taken;
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const [command, argument] = JSON.parse(line);
  process.stdout.write(JSON.stringify(commands[command](argument)) + '\n');
}
