"use strict";
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const KEYS = [
    ["/", "search; Enter goes to the next one found"],
    ["click, Enter", "look at a symbol: its source, callers and callees"],
    ["← →", "to a caller, to a callee (of a symbol looked at)"],
    ["↑ ↓", "to the one beside it"],
    ["+ − 0", "zoom in, zoom out, show all; the wheel zooms, dragging moves"],
    ["g", "fold or unfold all groups; a click on a group's name folds that one"],
    ["o", "open the symbol's page, where one is known"],
    ["d", "light or dark"],
    ["Esc", "back to the whole picture"],
  ];
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
  const drawing = byId("drawing");
  const canvas = byId("canvas");
  const panel = byId("panel");
  const search = byId("search");
  const nodes = new Map(data.nodes.map((node) => [node.id, { ...node, members: node.members || [], group: node.group || "" }]));
  const shapes = new Map();
  const lines = new Map();
  const callers = new Map();
  const callees = new Map();
  for (const element of canvas.querySelectorAll(".node")) shapes.set(element.dataset.id, element);
  for (const element of canvas.querySelectorAll(".edge")) lines.set(pair(element.dataset.caller, element.dataset.callee), element);
  for (const edge of data.edges) {
    listed(callees, edge.caller).push(edge.callee);
    listed(callers, edge.callee).push(edge.caller);
  }
  const shut = new Set();
  let current = null;
  let hits = [];
  let hit = -1;

  function pair(caller, callee) {
    return JSON.stringify([caller, callee]);
  }

  function listed(map, key) {
    if (!map.has(key)) map.set(key, []);
    return map.get(key);
  }

  // Moving and zooming: the viewBox is what one looks at.

  const whole = drawing.getAttribute("viewBox").split(" ").map(Number);
  let seen = [...whole];

  function look(box) {
    seen = box;
    drawing.setAttribute("viewBox", box.map((value) => value.toFixed(2)).join(" "));
    drawing.classList.toggle("far", scale() < 0.3);
  }

  function scale() {
    const size = drawing.getBoundingClientRect();
    return Math.min(size.width / seen[2], size.height / seen[3]) || 1;
  }

  function zoom(factor, x = seen[0] + seen[2] / 2, y = seen[1] + seen[3] / 2) {
    const width = Math.min(Math.max(seen[2] / factor, 60), Math.max(whole[2], whole[3]) * 4);
    const real = seen[2] / width;
    look([x - (x - seen[0]) / real, y - (y - seen[1]) / real, width, seen[3] / real]);
  }

  function place(event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(drawing.getScreenCTM().inverse());
    return [point.x, point.y];
  }

  function centre(area) {
    const size = drawing.getBoundingClientRect();
    const needed = Math.max(1, 0.9 / scale());
    const width = seen[2] / needed;
    const height = (width * size.height) / Math.max(1, size.width);
    look([area[0] + area[2] / 2 - width / 2, area[1] + area[3] / 2 - height / 2, width, height]);
  }

  drawing.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(Math.exp(-event.deltaY * 0.0016), ...place(event));
  }, { passive: false });

  let drag = null;
  let moved = false;
  drawing.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    drag = { x: event.clientX, y: event.clientY, box: [...seen], scale: scale() };
    moved = false;
  });
  window.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const [right, down] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!moved && Math.hypot(right, down) < 4) return;
    moved = true;
    drawing.classList.add("dragged");
    look([drag.box[0] - right / drag.scale, drag.box[1] - down / drag.scale, drag.box[2], drag.box[3]]);
  });
  window.addEventListener("pointerup", () => {
    drag = null;
    drawing.classList.remove("dragged");
  });

  // Looking at one symbol: its neighbours stand out, its source is shown.

  function neighbours(id) {
    return [...(callers.get(id) || []), ...(callees.get(id) || [])];
  }

  function choose(id, move = false) {
    const node = nodes.get(id);
    if (!node) return;
    if (shut.has(node.group)) fold(node.group, false);
    clearMarks();
    current = id;
    drawing.classList.add("chosen");
    for (const near of [id, ...neighbours(id)]) shapes.get(near).classList.add("near");
    for (const caller of callers.get(id) || []) lines.get(pair(caller, id)).classList.add("near");
    for (const callee of callees.get(id) || []) lines.get(pair(id, callee)).classList.add("near");
    shapes.get(id).classList.add("current");
    describe(node);
    if (move) centre(node.area);
  }

  function clearMarks() {
    for (const element of canvas.querySelectorAll(".near, .current")) element.classList.remove("near", "current");
    drawing.classList.remove("chosen");
    current = null;
  }

  function element(name, text = "", type = "") {
    const made = document.createElement(name);
    made.textContent = text;
    if (type) made.className = type;
    return made;
  }

  function describe(node) {
    panel.replaceChildren();
    const close = element("button", "×", "close");
    close.title = "Close ( Esc )";
    close.addEventListener("click", leave);
    panel.append(close, element("h2", node.name));
    const where = element("p", [node.kind, node.place].filter(Boolean).join(" · "), "place");
    if (node.link) {
      const link = element("a", "open");
      link.href = node.link;
      link.target = "_blank";
      link.rel = "noopener";
      where.append(" · ", link);
    }
    panel.append(where);
    neighbourList("Called by", callers.get(node.id) || [], (other) => pair(other, node.id));
    neighbourList("Calls", callees.get(node.id) || [], (other) => pair(node.id, other));
    if (node.members.length) {
      panel.append(element("h3", `Stands for ${node.members.length}`));
      const list = element("ul");
      for (const member of node.members) list.append(element("li", member));
      panel.append(list);
    }
    if (node.source) {
      panel.append(element("h3", "Source"));
      panel.append(sourceOf(node));
      if (node.cut) panel.append(element("p", `${node.cut} more lines are not in this file`, "place"));
    }
    panel.hidden = false;
  }

  function neighbourList(title, ids, key) {
    if (!ids.length) return;
    panel.append(element("h3", `${title} ${ids.length}`));
    const list = element("ul");
    for (const id of ids) {
      const edge = data.edges.find((each) => pair(each.caller, each.callee) === key(id));
      const button = element("button", nodes.get(id).label + " ");
      button.append(element("span", edge.certainty));
      button.title = edge.words;
      button.addEventListener("click", () => choose(id, true));
      const item = element("li");
      item.append(button);
      list.append(item);
    }
    panel.append(list);
  }

  function sourceOf(node) {
    const block = element("pre");
    const rows = node.source.split("\n");
    const digits = String(node.line + rows.length).length;
    rows.forEach((row, number) => {
      block.append(element("b", String(node.line + number).padStart(digits) + "  "), row + "\n");
    });
    return block;
  }

  function leave() {
    clearMarks();
    panel.hidden = true;
    byId("keys").hidden = true;
  }

  canvas.addEventListener("click", (event) => {
    if (moved) return;
    const shape = event.target.closest(".node");
    const title = event.target.closest(".cluster text");
    if (shape) {
      if (!event.ctrlKey && !event.metaKey) event.preventDefault();
      if (shape.dataset.folded) fold(shape.dataset.folded, false);
      else choose(shape.dataset.id);
    } else if (title) fold(title.closest(".cluster").dataset.group, true);
  });
  drawing.addEventListener("click", (event) => {
    if (!moved && !event.target.closest(".node, .cluster text")) leave();
  });
  for (const shape of shapes.values()) {
    shape.setAttribute("tabindex", "0");
    shape.setAttribute("role", "button");
    for (const link of shape.querySelectorAll("a")) link.setAttribute("tabindex", "-1");
  }

  // Folding: a group becomes one box, its edges lead to the box.

  function owner(id) {
    const group = nodes.get(id).group;
    return shut.has(group) ? group : null;
  }

  function fold(group, closed) {
    if (!(group in data.groups)) return;
    if (closed) shut.add(group);
    else shut.delete(group);
    drawFolded();
  }

  function foldAll() {
    const names = Object.keys(data.groups);
    const closing = shut.size < names.length;
    shut.clear();
    if (closing) for (const name of names) shut.add(name);
    leave();
    drawFolded();
  }

  function made(name, attributes, parent) {
    const shape = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, value);
    parent.append(shape);
    return shape;
  }

  function foldedSize(group) {
    return Math.max(70, group.length * 7.3 + 26);
  }

  // A large group is a large box, so that it can be read where the whole picture is seen.
  function foldedTimes(group) {
    const [, , width, height] = data.groups[group];
    return Math.max(1, Math.min(width / foldedSize(group), height / 38));
  }

  function foldedArea(group) {
    const [x, y, width, height] = data.groups[group];
    const size = foldedSize(group);
    const times = foldedTimes(group);
    return [x + width / 2 - (size * times) / 2, y + height / 2 - 19 * times, size * times, 38 * times];
  }

  function drawFolded() {
    const layer = byId("folded");
    layer.replaceChildren();
    for (const [id, shape] of shapes) shape.classList.toggle("away", owner(id) !== null);
    for (const cluster of canvas.querySelectorAll(".cluster")) cluster.classList.toggle("away", shut.has(cluster.dataset.group));
    const drawn = new Map();
    for (const edge of data.edges) {
      const ends = [owner(edge.caller), owner(edge.callee)];
      const touched = ends[0] !== null || ends[1] !== null;
      lines.get(pair(edge.caller, edge.callee)).classList.toggle("away", touched);
      if (!touched || (ends[0] !== null && ends[0] === ends[1])) continue;
      const key = JSON.stringify([ends[0] ?? ["id", edge.caller], ends[1] ?? ["id", edge.callee]]);
      if (!drawn.has(key)) drawn.set(key, { edge, ends, count: 0 });
      drawn.get(key).count += 1;
    }
    for (const { edge, ends, count } of drawn.values()) drawLine(layer, edge, ends, count);
    for (const group of shut) drawBox(layer, group);
  }

  function drawLine(layer, edge, ends, count) {
    const from = ends[0] === null ? nodes.get(edge.caller).area : foldedArea(ends[0]);
    const to = ends[1] === null ? nodes.get(edge.callee).area : foldedArea(ends[1]);
    const line = made("g", { class: `edge ${edge.certainty}` }, layer);
    made("title", {}, line).textContent = count > 1 ? `${count} calls` : edge.words;
    const middle = (area) => [area[0] + area[2] / 2, area[1] + area[3] / 2];
    let way;
    let head;
    if (data.sideways) {
      const back = to[0] < from[0];
      const start = [back ? from[0] : from[0] + from[2], middle(from)[1]];
      const tip = [back ? to[0] + to[2] : to[0], middle(to)[1]];
      const end = tip[0] + (back ? 8 : -8);
      const half = (start[0] + end) / 2;
      way = `M${start}C${[half, start[1]]} ${[half, tip[1]]} ${[end, tip[1]]}`;
      head = `M${tip}L${[end, tip[1] - 4]}L${[end, tip[1] + 4]}Z`;
    } else {
      const back = to[1] < from[1];
      const start = [middle(from)[0], back ? from[1] : from[1] + from[3]];
      const tip = [middle(to)[0], back ? to[1] + to[3] : to[1]];
      const end = tip[1] + (back ? 8 : -8);
      const half = (start[1] + end) / 2;
      way = `M${start}C${[start[0], half]} ${[tip[0], half]} ${[tip[0], end]}`;
      head = `M${tip}L${[tip[0] - 4, end]}L${[tip[0] + 4, end]}Z`;
    }
    made("path", { class: "line", d: way }, line);
    made("path", { class: "head", d: head }, line);
  }

  function drawBox(layer, group) {
    const [left, top] = foldedArea(group);
    const [x, y, width, height] = [0, 0, foldedSize(group), 38];
    const place = `translate(${left} ${top}) scale(${foldedTimes(group)})`;
    const box = made("g", { class: "node group", tabindex: "0", role: "button", transform: place }, layer);
    box.dataset.folded = group;
    const inside = data.nodes.filter((node) => node.group === group).length;
    made("title", {}, box).textContent = `${group}: unfold`;
    made("rect", { class: "box", x: x + 4, y: y - 4, width, height, rx: 3 }, box);
    made("rect", { class: "box", x, y, width, height, rx: 3 }, box);
    made("text", { x: x + width / 2, y: y + 16 }, box).textContent = group;
    made("text", { class: "remark", x: x + width / 2, y: y + 30 }, box).textContent = inside === 1 ? "1 symbol" : `${inside} symbols`;
  }

  // Search

  function find() {
    const wanted = search.value.trim().toLowerCase();
    for (const shape of canvas.querySelectorAll(".hit")) shape.classList.remove("hit");
    hits = wanted ? data.nodes.filter((node) => node.name.toLowerCase().includes(wanted)).map((node) => node.id) : [];
    hit = -1;
    for (const id of hits) shapes.get(id).classList.add("hit");
    byId("found").textContent = wanted ? (hits.length ? `${hits.length} found` : "none found") : "";
  }

  search.addEventListener("input", find);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && hits.length) {
      hit = (hit + (event.shiftKey ? hits.length - 1 : 1)) % hits.length;
      choose(hits[hit], true);
      byId("found").textContent = `${hit + 1} of ${hits.length}`;
    } else if (event.key === "Escape") {
      search.value = "";
      find();
      search.blur();
    }
    event.stopPropagation();
  });

  // Keys

  function beside(step) {
    const area = nodes.get(current).area;
    const [layer, across] = data.sideways ? [0, 1] : [1, 0];
    const row = data.nodes.filter((node) => Math.abs(node.area[layer] - area[layer]) < 2 && owner(node.id) === null);
    row.sort((one, other) => one.area[across] - other.area[across]);
    return row[row.findIndex((node) => node.id === current) + step]?.id;
  }

  function go(id) {
    if (id !== undefined) choose(id, true);
  }

  function toggleTheme() {
    const root = document.documentElement;
    const dark = root.dataset.theme === "dark" ||
      (root.dataset.theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
    root.dataset.theme = dark ? "light" : "dark";
  }

  function toggleHelp() {
    byId("keys").hidden = !byId("keys").hidden;
  }

  const actions = {
    "/": () => search.focus(),
    "+": () => zoom(1.25),
    "=": () => zoom(1.25),
    "-": () => zoom(0.8),
    "0": () => look([...whole]),
    g: foldAll,
    d: toggleTheme,
    "?": toggleHelp,
    o: () => current && nodes.get(current).link && window.open(nodes.get(current).link, "_blank", "noopener"),
    Escape: leave,
    ArrowLeft: () => current ? go((callers.get(current) || [])[0]) : look([seen[0] - seen[2] / 8, ...seen.slice(1)]),
    ArrowRight: () => current ? go((callees.get(current) || [])[0]) : look([seen[0] + seen[2] / 8, ...seen.slice(1)]),
    ArrowUp: () => current ? go(beside(-1)) : look([seen[0], seen[1] - seen[3] / 8, seen[2], seen[3]]),
    ArrowDown: () => current ? go(beside(1)) : look([seen[0], seen[1] + seen[3] / 8, seen[2], seen[3]]),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const shape = event.target.closest?.(".node");
    if ((event.key === "Enter" || event.key === " ") && shape) {
      if (shape.dataset.folded) fold(shape.dataset.folded, false);
      else choose(shape.dataset.id);
      event.preventDefault();
      return;
    }
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });

  byId("larger").addEventListener("click", actions["+"]);
  byId("smaller").addEventListener("click", actions["-"]);
  byId("fit").addEventListener("click", actions["0"]);
  byId("fold").addEventListener("click", foldAll);
  byId("fold").hidden = Object.keys(data.groups).length === 0;
  byId("theme").addEventListener("click", toggleTheme);
  byId("help").addEventListener("click", toggleHelp);
  window.addEventListener("beforeprint", () => look([...whole]));

  look(seen);
  window.addEventListener("resize", () => look(seen));

  const keys = element("dl");
  for (const [key, meaning] of KEYS) keys.append(element("dt", key), element("dd", meaning));
  byId("keys").append(keys);
})();
