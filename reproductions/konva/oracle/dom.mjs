// As much of a browser as Konva touches when it runs under node: the twin of ../dom.py.
// Listeners are called in the browser's order (window down, element, window up); what one raises is reported, and the
// others are still called. Frames come when the scenario says so.

export class NativeEvent {
  constructor(type, fields = {}) {
    this.type = type;
    this.cancelable = true;
    this.defaultPrevented = false;
    this.stopped = false;
    Object.assign(this, fields);
  }
  preventDefault() {
    this.defaultPrevented = this.defaultPrevented || this.cancelable;
  }
  stopPropagation() {
    this.stopped = true;
  }
}

class Target {
  constructor() {
    this.listeners = [];
  }
  addEventListener(type, callback, options) {
    this.listeners.push({ type, callback, capture: options === true || options?.capture === true });
  }
  removeEventListener() {}
}

class Element extends Target {
  constructor(document) {
    super();
    this.ownerDocument = document;
    this.style = {};
    this.children = [];
    this.left = this.top = 0;
  }
  get clientWidth() {
    return parseFloat(this.style.width) || 0;
  }
  get clientHeight() {
    return parseFloat(this.style.height) || 0;
  }
  getBoundingClientRect() {
    const { left, top } = this.parentNode ?? this;
    return { left, top, width: this.clientWidth, height: this.clientHeight };
  }
  appendChild(child) {
    child.parentNode = this;
    this.children.push(child);
  }
  insertBefore(child) {
    this.appendChild(child);
  }
  removeChild(child) {
    child.parentNode = null;
    this.children = this.children.filter((each) => each !== child);
  }
  setAttribute() {}
  setPointerCapture() {}
  releasePointerCapture() {}
}

export class Window extends Target {
  constructor(createCanvas) {
    super();
    this.frames = [];
    this.devicePixelRatio = 1;
    this.onerror = console.error;
    this.document = new Target();
    this.document.defaultView = this;
    this.document.createElement = (kind) => {
      if (kind !== 'canvas') return new Element(this.document);
      const canvas = createCanvas(1, 1);
      canvas.style = {};
      return canvas;
    };
  }
  get [Symbol.toStringTag]() {
    return 'Window';
  }
  requestAnimationFrame(callback) {
    this.frames.push(callback);
  }
  flushFrames() {
    const waiting = this.frames;
    this.frames = [];
    waiting.forEach((callback) => this.call(callback));
  }
  dispatch(evt, target) {
    const phases = [[this, true], [target, true], [target, false], [this, false]];
    for (const [owner, capture] of phases) {
      for (const listener of owner ? [...owner.listeners] : []) {
        if (listener.type === evt.type && listener.capture === capture) this.call(listener.callback, evt);
      }
      if (evt.stopped) return;
    }
  }
  call(callback, ...args) {
    try {
      callback(...args);
    } catch (error) {
      this.onerror(error);
    }
  }
}
