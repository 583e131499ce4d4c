// Runs at the start of each realm (window, frame, worker) before any script of the page, and tells of each call that
// writes to the device. The files named hooks_*.js are the body of one function; hooks.py puts them together.
//
// Everything that a page could patch later is taken here, now: no method is looked up on a prototype afterwards, no
// array is iterated or pushed to, no object of ours inherits from Object.prototype.
const { binding, secret, marker, reads } = settings;
const realm = globalThis;
const apply = Reflect.apply;
const { getPrototypeOf, setPrototypeOf: trySetPrototypeOf, defineProperty: tryDefine, set: trySet } = Reflect;
const { defineProperty, getOwnPropertyDescriptor, create, hasOwn, setPrototypeOf } = Object;
const toStringHome = Function.prototype;
const nativeToString = toStringHome.toString;

// A second run in the same realm (a window that is reused for the first navigation of a frame) does nothing.
try {
  if (apply(nativeToString, marker, []) === marker) return;
} catch {
  // The native one refuses a text: nothing of ours is here yet.
}

const own = (home, key) => (home ? getOwnPropertyDescriptor(home, key) : undefined);
const homeOf = (name) => (typeof realm[name] === "function" ? realm[name].prototype : undefined);
const getterOf = (home, key) => own(home, key)?.get;
const methodOf = (home, key) => own(home, key)?.value;

const quote = JSON.stringify;
const now = Date.now;
const ErrorHome = Error;
const captureStackTrace = Error.captureStackTrace;
const TypeErrorProto = TypeError.prototype;
const RangeErrorProto = RangeError.prototype;
const exceptionName = getterOf(homeOf("DOMException"), "name");
const { indexOf, slice, trim, codePointAt } = String.prototype;
const { toUTCString, getTime } = Date.prototype;
const NativeDate = Date;
const { then } = Promise.prototype;
// Not queueMicrotask: in a worker that waits for a debugger Chromium 156 takes the callback and never calls it.
const settled = defineProperty(Promise.resolve(), "constructor", { __proto__: null, value: undefined });
const soon = (act) => void apply(then, settled, [act]);
const NativeSet = Set;
const { get: weakGet, set: weakSet } = WeakMap.prototype;
const { add: setAdd, delete: setDelete, forEach: setForEach } = Set.prototype;
const isArray = Array.isArray;
const listen = homeOf("EventTarget")?.addEventListener;

const find = (text, part, from) => apply(indexOf, text, [part, from]);
const cut = (text, from, to) => apply(slice, text, [from, to]);
const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";

const MOST_FRAMES = 6;
const MOST_RECORDS = 10000;
const MOST_TEXT = 65536; // characters of a value
const MOST_KEPT = 1 << 25; // characters kept without a binding
const BATCH = 1 << 18; // characters of one call of the binding
const PATIENCE = 100; // ms that a record waits while the page never ends its task
