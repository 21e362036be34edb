"""Names that every program has although no file of it binds them: built-in ones, those of browsers and of Node.js."""

from __future__ import annotations

NAMES = tuple(
    """
    AggregateError ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError
    Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array Intl Iterator Math NaN Object
    RangeError ReferenceError Reflect SharedArrayBuffer Symbol SyntaxError TypeError URIError Uint16Array Uint32Array
    Uint8Array Uint8ClampedArray decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval isFinite isNaN
    parseFloat parseInt unescape

    AbortController AbortSignal Animation AnimationEvent Attr Audio AudioContext Blob BroadcastChannel CSS
    CSSStyleSheet CanvasRenderingContext2D ClipboardEvent CloseEvent Comment CompositionEvent CustomEvent DOMException
    DOMMatrix DOMParser DOMPoint DOMRect DataTransfer Document DocumentFragment DragEvent Element ErrorEvent EventSource
    File FileList FileReader FocusEvent FormData HTMLButtonElement HTMLCanvasElement HTMLDivElement HTMLElement
    HTMLImageElement HTMLInputElement HTMLVideoElement Headers History IDBKeyRange Image ImageBitmap ImageData
    InputEvent KeyboardEvent Location MediaRecorder MessageChannel MessageEvent MouseEvent Navigator Node NodeList
    Notification OffscreenCanvas Option Path2D PointerEvent PopStateEvent ProgressEvent Range ReadableStream Request
    Response SVGElement Selection ServiceWorker ShadowRoot SharedWorker Storage StorageEvent Text TextDecoder
    TextEncoder Touch TouchEvent TouchList TransformStream TransitionEvent UIEvent URL URLSearchParams WebAssembly
    WebGL2RenderingContext WebGLRenderingContext WebSocket WheelEvent Window Worker WritableStream XMLHttpRequest
    XMLSerializer XPathResult alert atob blur btoa caches clearImmediate clearInterval clearTimeout close confirm
    console createImageBitmap crypto customElements devicePixelRatio document event fetch focus frames
    getComputedStyle getSelection history importScripts indexedDB innerHeight innerWidth localStorage location
    matchMedia moveTo name navigator onerror onload open origin outerHeight outerWidth pageXOffset pageYOffset parent
    performance postMessage print prompt reportError resizeBy resizeTo screen screenX screenY scroll scrollBy scrollTo
    scrollX scrollY sessionStorage stop top visualViewport

    Buffer __dirname __filename process
    define
    """.split()
)
