// Runs at the start of each realm (window, frame, worker) before any script of the page, and tells of each call that
// writes to the device. Everything that a page could patch later is taken here, now: no method is looked up on a
// prototype afterwards, no array is iterated or pushed to, no object of ours inherits from Object.prototype.
(settings) => {
  "use strict";
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
  const { toUTCString } = Date.prototype;
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

  // ---- Errors: a page must not find our frames in what natives throw --------------------------------------------

  // For a page that took the limit away, or guards it.
  function withLimit(limit, before, act) {
    const own = { __proto__: null, value: limit, configurable: true, writable: true, enumerable: true };
    if (!tryDefine(ErrorHome, "stackTraceLimit", own)) return act();
    try {
      return act();
    } finally {
      if (before === undefined) delete ErrorHome.stackTraceLimit;
      else tryDefine(ErrorHome, "stackTraceLimit", setPrototypeOf(before, null));
    }
  }

  // The engine's own text of stacks, whatever a page has put into Error.prepareStackTrace.
  function withoutPrepare(act) {
    if (!("prepareStackTrace" in ErrorHome)) return act(false);
    const before = own(ErrorHome, "prepareStackTrace");
    const none = { __proto__: null, value: undefined, configurable: true, writable: true, enumerable: before?.enumerable ?? true };
    // Where the page guards it, better no stack than to run the page's code.
    if (!tryDefine(ErrorHome, "prepareStackTrace", none)) return act(true);
    try {
      return act(false);
    } finally {
      if (before === undefined) delete ErrorHome.prepareStackTrace;
      else tryDefine(ErrorHome, "prepareStackTrace", setPrototypeOf(before, null));
    }
  }

  function capture(above) {
    const holder = { __proto__: null };
    if (captureStackTrace === undefined) return { __proto__: null, stack: new ErrorHome().stack };
    const before = own(ErrorHome, "stackTraceLimit");
    if (before === undefined || !hasOwn(before, "writable") || !before.writable) {
      withLimit(MOST_FRAMES, before, () => captureStackTrace(holder, above));
    } else {
      ErrorHome.stackTraceLimit = MOST_FRAMES;
      captureStackTrace(holder, above);
      ErrorHome.stackTraceLimit = before.value;
    }
    return holder;
  }

  // As if thrown by the native alone: the stack starts with the caller of the trap.
  function blame(error, trap) {
    if (captureStackTrace && isObject(error)) captureStackTrace(error, trap);
  }

  // Not where the page makes its own of stacks: reading one settles what it is.
  const engineStack = (error) => {
    if ("prepareStackTrace" in ErrorHome || !isObject(error) || own(error, "stack") === undefined) return "";
    const text = error.stack;
    return typeof text === "string" ? text : "";
  };

  function lineAt(text, from) {
    const end = find(text, "\n", from);
    return end < 0 ? cut(text, from) : cut(text, from, end);
  }

  // Whether the engine threw it in a line of ours.
  function isOurs(error) {
    const text = engineStack(error);
    return find(lineAt(text, find(text, "\n", 0) + 1), marker, 0) >= 0;
  }

  // For errors that were thrown below the page's own code, or earlier: our lines are cut out of the text.
  function cutOwnLines(error) {
    const text = engineStack(error);
    if (find(text, marker, 0) < 0) return;
    let clean = "";
    for (let from = 0; from <= text.length;) {
      const line = lineAt(text, from);
      if (find(line, marker, 0) < 0) clean += (from === 0 ? "" : "\n") + line;
      from += line.length + 1;
    }
    trySet(error, "stack", clean);
  }

  // For errors of a native that has a frame of its own, which stays: our frames below it give way to the page's.
  function blameBuiltin(error, trap, rename) {
    if ("prepareStackTrace" in ErrorHome) return blame(error, trap);
    const text = engineStack(error);
    const builtin = lineAt(text, find(text, "\n", 0) + 1);
    const limit = own(ErrorHome, "stackTraceLimit");
    if (captureStackTrace === undefined || find(text, "\n", 0) < 0 || !limit || !hasOwn(limit, "writable") || !limit.writable) return cutOwnLines(error);
    const holder = { __proto__: null };
    ErrorHome.stackTraceLimit = limit.value - 1;
    captureStackTrace(holder, trap);
    ErrorHome.stackTraceLimit = limit.value;
    const rest = holder.stack;
    const below = find(rest, "\n", 0);
    return trySet(error, "stack", cut(text, 0, find(text, "\n", 0) + 1) + rename(builtin) + (below < 0 ? "" : cut(rest, below)));
  }

  function nameOfError(error) {
    try {
      return apply(exceptionName, error, []);
    } catch {
      const home = isObject(error) ? getPrototypeOf(error) : undefined;
      return home === TypeErrorProto ? "TypeError" : home === RangeErrorProto ? "RangeError" : "Error";
    }
  }

  // ---- Records: kept as they are made, turned into text and sent in a microtask ----------------------------------

  let active = true;
  let leaving = false;
  let send;
  let first;
  let last;
  let oldest = 0;
  let scheduled = false;
  let lost = 0;
  let kept = ""; // texts of records, with a comma before each
  let keptCount = 0;
  let pending = new Set(); // records of calls whose outcome is not known yet

  // A worker that waits for its script has no address yet: Chromium 156 ends the process of who asks for it.
  const hereOf = getterOf(realm, "location") ?? getterOf(homeOf("WorkerGlobalScope"), "location");
  let hrefHome;
  let href;
  const address = () => {
    if (hrefHome === undefined) {
      hrefHome = apply(hereOf, realm, []);
      href = getterOf(hrefHome, "href") ?? getterOf(homeOf("WorkerLocation"), "href");
    }
    return apply(href, hrefHome, []);
  };
  const place = apply(Object.prototype.toString, realm, []);
  const realmName =
    place === "[object ServiceWorkerGlobalScope]" ? "serviceWorker"
    : place === "[object SharedWorkerGlobalScope]" ? "sharedWorker"
    : place === "[object DedicatedWorkerGlobalScope]" ? "worker"
    : "window";
  const origin = typeof realm.origin === "string" ? realm.origin : "null";

  const utf8Length = (text) => {
    let length = 0;
    for (let at = 0; at < text.length; at++) {
      const point = apply(codePointAt, text, [at]);
      length += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      if (point > 0xffff) at++;
    }
    return length;
  };
  // Of a record the place is told, and the stack, only where they differ from those of the record before it in the
  // same message: most writes of a page come from one line.
  let lastStack;
  let lastHref;

  function textOf(record, where, guarded) {
    let text = '{"kind":"' + record.kind + '","op":"' + record.op + '","via":"' + record.via + '","time":' + record.time;
    if (record.name !== undefined) text += ',"name":' + quote(cut(record.name, 0, MOST_TEXT));
    if (record.value !== undefined) {
      if (record.value.length > MOST_TEXT) text += ',"length":' + utf8Length(record.value);
      text += ',"value":' + quote(cut(record.value, 0, MOST_TEXT));
    }
    if (record.text !== undefined) text += ',"text":' + quote(cut(record.text, 0, MOST_TEXT));
    if (record.store !== undefined) text += ',"store":' + quote(record.store);
    if (record.error !== undefined) text += ',"error":' + quote(record.error);
    if (record.unsettled) text += ',"settled":false';
    const stack = guarded ? "" : record.holder.stack;
    if (stack !== lastStack) text += ',"stack":' + quote((lastStack = typeof stack === "string" ? stack : ""));
    if (where !== lastHref) {
      lastHref = where;
      text += ',"frame":' + quote(where) + ',"realm":"' + realmName + '","origin":' + quote(origin);
    }
    return text + "}";
  }

  function format(guarded) {
    let record = first;
    first = last = undefined;
    if (record === undefined) return;
    const where = address();
    for (; record !== undefined; record = record.next) {
      if (send === undefined && (keptCount >= MOST_RECORDS || kept.length > MOST_KEPT)) {
        lost++;
        continue;
      }
      try {
        kept += "," + textOf(record, where, guarded);
        keptCount++;
      } catch {
        lost++;
      }
      if (send !== undefined && kept.length > BATCH) send(take());
    }
  }

  function take() {
    if (lost > 0) kept += ',{"lost":' + lost + "}";
    const text = "[" + cut(kept, 1) + "]";
    kept = "";
    keptCount = lost = 0;
    lastStack = lastHref = undefined;
    return text;
  }

  function flush() {
    scheduled = false;
    try {
      withoutPrepare(format);
      if (send !== undefined && (kept !== "" || lost > 0)) send(take());
    } catch {
      lost++;
    }
  }

  function tell(record) {
    if (last === undefined) {
      first = record;
      oldest = record.time;
    } else {
      last.next = record;
    }
    last = record;
    if (leaving || now() - oldest > PATIENCE) flush();
    else if (!scheduled) {
      scheduled = true;
      soon(flush);
    }
  }

  const made = (call, kind, op, via, name, value, text) => ({
    __proto__: null, kind, op, via, name, value, text, store: undefined, error: call.error, time: now(),
    holder: capture(call.trap), unsettled: false, request: undefined, next: undefined, sibling: undefined,
  });

  function wait(record) {
    if (leaving) {
      record.unsettled = true;
      tell(record);
    } else {
      apply(setAdd, pending, [record]);
    }
  }

  function settle(record, error) {
    if (!apply(setDelete, pending, [record])) return; // told already, when the page was left
    record.error = error;
    tell(record);
  }

  // What the page gets instead of the promise of the native one, so that who handles it stays the page's affair.
  function following(promise, done, failed) {
    return apply(then, promise, [
      (result) => {
        try {
          done(result);
        } catch {
          lost++;
        }
        return result;
      },
      (error) => {
        try {
          failed(error);
          cutOwnLines(error);
        } catch {
          lost++;
        }
        throw error;
      },
    ]);
  }

  // For a call that is not told: its error has our frame all the same.
  const followed = (call) => (call.error === undefined ? following(call.result, () => undefined, () => undefined) : undefined);

  function whenSettled(call, record, note) {
    if (call.error !== undefined) {
      tell(record);
      return undefined;
    }
    wait(record);
    return following(
      call.result,
      (result) => {
        note?.(result);
        settle(record);
      },
      (error) => settle(record, nameOfError(error)),
    );
  }

  // ---- Wrapping ------------------------------------------------------------------------------------------------

  let natives = new WeakMap(); // proxy -> native; shared with the other windows that can reach this one
  const windows = { __proto__: null, count: 0 }; // those of the same origin around this one
  join();

  // A page can call a function of one window with the toString of another. An event that only hooks know of brings
  // their maps together; a window of another origin refuses it.
  function join() {
    if (realmName !== "window") return;
    const type = marker + ":join";
    const CustomEventHome = realm.CustomEvent;
    const detailOf = getterOf(homeOf("CustomEvent"), "detail");
    const { dispatchEvent } = homeOf("EventTarget");
    for (const other of [realm.parent, realm.top, realm.opener]) {
      if (!other || other === realm) continue;
      const detail = { __proto__: null, natives: undefined };
      try {
        apply(dispatchEvent, other, [new CustomEventHome(type, { __proto__: null, detail })]);
      } catch {
        continue;
      }
      if (detail.natives === undefined) continue;
      natives = detail.natives;
      break;
    }
    apply(listen, realm, [type, (event) => { apply(detailOf, event, []).natives = natives; }]);
    const leave = () => {
      leaving = true;
      flushPending();
    };
    apply(listen, realm, ["pagehide", leave, true]);
    apply(listen, realm, ["pageshow", () => { leaving = false; }, true]);
    apply(listen, realm.document, ["visibilitychange", flush, true]);
  }

  function flushPending() {
    apply(setForEach, pending, [(record) => {
      record.unsettled = true;
      tell(record);
    }]);
    pending = new NativeSet();
    flush();
  }

  // Only asked for when a page uses the storage of another of its windows.
  function gatherWindows() {
    windows.count = 0;
    const visit = (window, depth) => {
      if (windows.count >= 64 || depth > 4) return;
      windows[windows.count++] = window;
      try {
        for (let at = 0; at < window.length; at++) visit(window[at], depth + 1);
      } catch {
        // of another origin
      }
    };
    if (realm.opener) visit(realm.opener, 0);
    if (realm.top) visit(realm.top, 0);
  }

  const undo = { __proto__: null, next: undefined };

  function disguise(native, run) {
    const trap = (target, self, args) => {
      const result = run(target, self, args, trap); // no tail call, for which WebKit would drop the frame we count from
      return result;
    };
    const proxy = new Proxy(native, {
      __proto__: null,
      apply: trap,
      // A native refuses to be its own ancestor; for a proxy the engine does not look.
      setPrototypeOf: function refuse(target, proto) {
        for (let up = proto; up !== null; up = getPrototypeOf(up)) {
          if (up !== proxy) continue;
          const stack = engineStack(capture(refuse));
          if (find(lineAt(stack, find(stack, "\n", 0) + 1), "Reflect.setPrototypeOf", 0) >= 0) return false;
          try {
            setPrototypeOf(target, create(target));
          } catch (error) {
            blame(error, refuse);
            throw error;
          }
        }
        return trySetPrototypeOf(target, proto);
      },
    });
    apply(weakSet, natives, [proxy, native]);
    return proxy;
  }

  // Objects that stand for a text or a dictionary are read by the native alone, once and in its order; we look on.
  const watchedText = (target) => ({
    __proto__: null,
    seen: undefined,
    toString() {
      try {
        return (this.seen = `${target}`);
      } catch (error) {
        // Where it is the engine that finds no text in it, the native says so in words of its own.
        if (isOurs(error)) return this;
        throw error;
      }
    },
  });
  const watchedDictionary = (target, seen) =>
    new Proxy(seen, {
      __proto__: null,
      get(_, key) {
        const value = target[key];
        if (typeof key !== "string") return value;
        return (seen[key] = key !== "expires" && key !== "create" && isObject(value) ? watchedText(value) : value);
      },
    });
  const NOT_A_TEXT = Symbol("none");
  const textFrom = (value) =>
    typeof value === "string" ? value
    : isObject(value) ? value.seen
    : typeof value === "symbol" ? undefined
    : `${value}`;
  const textAt = (args, at) => (at < args.length ? textFrom(args[at]) : undefined);

  // texts: how many leading arguments are texts; dictionary: which argument is one, when it is an object.
  // after(call) gives what the page gets; call.seen is what the native read of the dictionary.
  function wrap(home, key, after, texts = 0, dictionary = -1, part = "value") {
    const before = own(home, key);
    const native = before?.[part];
    if (typeof native !== "function" || !before.configurable) return;
    const ours = disguise(native, (target, self, args, trap) => {
      if (!active) return apply(target, self, args);
      const call = { __proto__: null, self, args, trap, seen: undefined, result: undefined, error: undefined };
      let foreign = false;
      for (let at = 0; at < args.length && (at < texts || at <= dictionary); at++) {
        if (!isObject(args[at])) continue;
        if (at === dictionary && !(key === "set" && args.length > 1)) {
          args[at] = watchedDictionary(args[at], (call.seen = { __proto__: null }));
        } else if (at < texts) {
          args[at] = watchedText(args[at]);
        }
        foreign = true;
      }
      try {
        call.result = apply(target, self, args);
      } catch (error) {
        try {
          call.error = nameOfError(error);
          after(call);
          if (foreign) cutOwnLines(error);
          else blame(error, trap);
        } catch {
          lost++;
        }
        throw error;
      }
      try {
        return after(call);
      } catch {
        lost++;
        return call.result;
      }
    });
    replace(home, key, part, before, ours);
  }

  function replace(home, key, part, before, ours) {
    setPrototypeOf(before, null);
    const changed = { __proto__: null, ...before };
    changed[part] = ours;
    defineProperty(home, key, changed);
    undo.next = { __proto__: null, home, key, part, before, ours, next: undo.next };
  }

  function putBack() {
    active = false;
    for (let at = undo.next; at !== undefined; at = at.next) {
      // What the page has put over ours stays; ours below it only passes on.
      if (own(at.home, at.key)?.[at.part] === at.ours) defineProperty(at.home, at.key, at.before);
    }
    undo.next = undefined;
  }

  const command = (text) => {
    if (text === marker) return marker;
    if (text === secret) {
      withoutPrepare(format);
      return take();
    }
    if (text === secret + ":bind") {
      takeBinding();
      flush();
      return "";
    }
    if (text === secret + ":off") {
      flush();
      putBack();
      return "";
    }
    return undefined;
  };

  // What inherits from a function is called Function in stacks; behind a proxy the engine does not find the name.
  const inherited = (self) => (line) => {
    const at = find(line, "Object.toString", 0);
    if (at < 0 || !isObject(self)) return line;
    for (let up = getPrototypeOf(self); up !== null; up = getPrototypeOf(up)) {
      if (apply(weakGet, natives, [up]) !== undefined) return cut(line, 0, at) + "Function" + cut(line, at + 6);
    }
    return line;
  };

  replace(toStringHome, "toString", "value", own(toStringHome, "toString"), disguise(nativeToString, (target, self, args, trap) => {
    if (typeof self === "string") {
      const answer = command(self);
      if (answer !== undefined) return answer;
    }
    const native = apply(weakGet, natives, [self]);
    try {
      return apply(target, native === undefined ? self : native, args);
    } catch (error) {
      try {
        blameBuiltin(error, trap, inherited(self));
      } catch {
        lost++;
      }
      throw error;
    }
  }));

  function takeBinding() {
    if (typeof binding !== "string" || typeof realm[binding] !== "function") return;
    const call = realm[binding];
    send = (text) => apply(call, realm, [text]);
    delete realm[binding];
  }
  takeBinding();

  // ---- Cookies ---------------------------------------------------------------------------------------------------

  function cookieNames(text) {
    let names = "";
    for (let from = 0; from < text.length;) {
      let end = find(text, ";", from);
      if (end < 0) end = text.length;
      const pair = apply(trim, cut(text, from, end), []);
      const equals = find(pair, "=", 0);
      names += (names === "" ? "" : "; ") + cut(pair, 0, equals < 0 ? 0 : equals);
      from = end + 1;
    }
    return names;
  }

  const documentHome = homeOf("Document");
  wrap(documentHome, "cookie", (call) => {
    const text = textAt(call.args, 0);
    if (text !== undefined) tell(made(call, "cookie", "store", "document.cookie", undefined, undefined, text));
    return call.result;
  }, 1, -1, "set");
  if (reads) {
    wrap(documentHome, "cookie", (call) => {
      if (call.error === undefined && call.result !== "") {
        tell(made(call, "cookie", "access", "document.cookie", undefined, undefined, cookieNames(call.result)));
      }
      return call.result;
    }, 0, -1, "get");
  }

  // The same as a text of document.cookie (Cookie Store API, "set a cookie": Path is / and SameSite strict by default).
  function cookieText(name, value, seen) {
    let text = name + "=" + value + "; Path=" + (textFrom(seen?.path ?? "/"));
    if (seen?.domain !== undefined && seen.domain !== null) text += "; Domain=" + textFrom(seen.domain);
    if (typeof seen?.expires === "number") text += "; Expires=" + apply(toUTCString, new NativeDate(seen.expires), []);
    if (typeof seen?.maxAge === "number") text += "; Max-Age=" + seen.maxAge;
    text += "; SameSite=" + (textFrom(seen?.sameSite ?? "strict")) + "; Secure";
    return seen?.partitioned ? text + "; Partitioned" : text;
  }

  const cookieStoreHome = homeOf("CookieStore");
  wrap(cookieStoreHome, "set", (call) => {
    const name = call.seen ? textFrom(call.seen.name) : textAt(call.args, 0);
    const value = call.seen ? textFrom(call.seen.value) : textAt(call.args, 1);
    if (name === undefined || value === undefined) return followed(call);
    return whenSettled(call, made(call, "cookie", "store", "cookieStore", name, value, cookieText(name, value, call.seen)));
  }, 2, 0);
  wrap(cookieStoreHome, "delete", (call) => {
    const name = call.seen ? textFrom(call.seen.name) : textAt(call.args, 0);
    if (name === undefined) return followed(call);
    // What a script would write into document.cookie to the same end.
    let text = name + "=; Path=" + (textFrom(call.seen?.path ?? "/"));
    if (call.seen?.domain) text += "; Domain=" + textFrom(call.seen.domain);
    text += "; Max-Age=0; Secure" + (call.seen?.partitioned ? "; Partitioned" : "");
    return whenSettled(call, made(call, "cookie", "delete", "cookieStore", name, undefined, text));
  }, 1, 0);

  // ---- localStorage and sessionStorage ---------------------------------------------------------------------------

  const storageHome = homeOf("Storage");
  const areas = { __proto__: null, localStorage: getterOf(realm, "localStorage"), sessionStorage: getterOf(realm, "sessionStorage") };
  const known = new WeakMap(); // Storage -> its kind; also of other windows

  function isOf(storage, kind, window) {
    try {
      return storage === apply(areas[kind], window, []);
    } catch {
      return false; // an origin without storage, or of another site
    }
  }

  function kindOf(storage) {
    let kind = apply(weakGet, known, [storage]);
    for (let at = -1; kind === undefined && at < windows.count; at++) {
      const window = at < 0 ? realm : windows[at];
      if (isOf(storage, "localStorage", window)) kind = "localStorage";
      else if (isOf(storage, "sessionStorage", window)) kind = "sessionStorage";
      if (kind !== undefined) apply(weakSet, known, [storage, kind]);
      else if (at < 0) gatherWindows();
    }
    return kind;
  }

  const storageCall = (op, via, named, valued) => (call) => {
    const name = named ? textAt(call.args, 0) : undefined;
    const value = valued ? textAt(call.args, 1) : undefined;
    if ((named && name === undefined) || (valued && value === undefined)) return call.result;
    if (op === "access" && call.result === null) return call.result;
    const kind = isObject(call.self) ? kindOf(call.self) : undefined;
    if (kind !== undefined) tell(made(call, kind, op, via, name, value));
    else if (call.error === undefined) lost++;
    return call.result;
  };
  wrap(storageHome, "setItem", storageCall("store", "setItem", true, true), 2);
  wrap(storageHome, "removeItem", storageCall("delete", "removeItem", true, false), 1);
  wrap(storageHome, "clear", storageCall("clear", "clear", false, false));
  if (reads) wrap(storageHome, "getItem", storageCall("access", "getItem", true, false), 1);

  // ---- IndexedDB: an outcome is told when the transaction ended ------------------------------------------------------

  const factoryHome = homeOf("IDBFactory");
  const databaseHome = homeOf("IDBDatabase");
  const objectStoreHome = homeOf("IDBObjectStore");
  const indexHome = homeOf("IDBIndex");
  const cursorHome = homeOf("IDBCursor");
  const get = (getter) => (object) => apply(getter, object, []);
  const databaseName = get(getterOf(databaseHome, "name"));
  const storeName = get(getterOf(objectStoreHome, "name"));
  const transactionOf = get(getterOf(objectStoreHome, "transaction"));
  const databaseOf = get(getterOf(homeOf("IDBTransaction"), "db"));
  const transactionError = get(getterOf(homeOf("IDBTransaction"), "error"));
  const requestError = get(getterOf(homeOf("IDBRequest"), "error"));
  const sourceOf = get(getterOf(cursorHome, "source"));
  const storeOfIndex = get(getterOf(indexHome, "objectStore"));
  const errorOr = (error, other) => (isObject(error) ? nameOfError(error) : other);
  const transactions = new WeakMap(); // transaction -> the newest of its records

  function whenCommitted(store, record, request) {
    const transaction = transactionOf(store);
    record.request = request;
    record.sibling = apply(weakGet, transactions, [transaction]);
    apply(weakSet, transactions, [transaction, record]);
    wait(record);
    if (record.sibling !== undefined) return;
    const ended = (aborted) => () => {
      try {
        const otherwise = aborted ? errorOr(transactionError(transaction), "AbortError") : undefined;
        let turned; // oldest first
        for (let at = apply(weakGet, transactions, [transaction]); at !== undefined;) {
          const older = at.sibling;
          at.sibling = turned;
          turned = at;
          at = older;
        }
        for (; turned !== undefined; turned = turned.sibling) settle(turned, errorOr(requestError(turned.request), otherwise));
      } catch {
        lost++;
      }
    };
    apply(listen, transaction, ["complete", ended(false)]);
    apply(listen, transaction, ["abort", ended(true)]);
  }

  const asStore = (source) => {
    try {
      return storeOfIndex(source);
    } catch {
      return source;
    }
  };

  const storeCall = (op, via, place) => (call) => {
    let store;
    try {
      store = place(call.self);
      databaseName(databaseOf(transactionOf(store)));
    } catch {
      if (call.error === undefined) lost++;
      return call.result; // called on something else
    }
    const record = made(call, "indexedDB", op, via, databaseName(databaseOf(transactionOf(store))));
    record.store = storeName(store);
    if (call.error !== undefined || op === "access") tell(record);
    else whenCommitted(store, record, call.result);
    return call.result;
  };
  const itself = (store) => store;
  const ofCursor = (cursor) => asStore(sourceOf(cursor));
  wrap(objectStoreHome, "put", storeCall("store", "put", itself));
  wrap(objectStoreHome, "add", storeCall("store", "add", itself));
  wrap(objectStoreHome, "delete", storeCall("delete", "delete", itself));
  wrap(objectStoreHome, "clear", storeCall("delete", "clear", itself));
  wrap(cursorHome, "update", storeCall("store", "cursor.update", ofCursor));
  wrap(cursorHome, "delete", storeCall("delete", "cursor.delete", ofCursor));
  if (reads) {
    for (const key of ["get", "getAll", "getKey", "getAllKeys", "getAllRecords", "openCursor", "openKeyCursor", "count"]) {
      wrap(objectStoreHome, key, storeCall("access", key, itself));
      wrap(indexHome, key, storeCall("access", key, storeOfIndex));
    }
  }

  const schemaCall = (op, via) => (call) => {
    const store = textAt(call.args, 0);
    let name;
    try {
      name = databaseName(call.self);
    } catch {
      return call.result;
    }
    if (store === undefined) return call.result;
    const record = made(call, "indexedDB", op, via, name);
    record.store = store;
    record.error = call.error;
    tell(record);
    return call.result;
  };
  wrap(databaseHome, "createObjectStore", schemaCall("store", "createObjectStore"), 1);
  wrap(databaseHome, "deleteObjectStore", schemaCall("delete", "deleteObjectStore"), 1);

  const databaseCall = (op, via) => (call) => {
    const name = textAt(call.args, 0);
    if (name === undefined) return call.result;
    const record = made(call, "indexedDB", op, via, name);
    if (call.error !== undefined) {
      tell(record);
      return call.result;
    }
    const request = call.result;
    let changed = op === "delete";
    wait(record);
    apply(listen, request, ["upgradeneeded", () => { changed = true; }]);
    apply(listen, request, ["success", () => {
      // Opening what is there already stores nothing.
      if (!changed) record.op = "access";
      if (changed || reads) settle(record);
      else apply(setDelete, pending, [record]);
    }]);
    apply(listen, request, ["error", () => settle(record, errorOr(requestError(request), "Error"))]);
    return request;
  };
  wrap(factoryHome, "open", databaseCall("store", "open"), 1);
  wrap(factoryHome, "deleteDatabase", databaseCall("delete", "deleteDatabase"), 1);

  // ---- Cache Storage ---------------------------------------------------------------------------------------------------

  const cacheStorageHome = homeOf("CacheStorage");
  const cacheHome = homeOf("Cache");
  const cacheNames = new WeakMap();

  wrap(cacheStorageHome, "open", (call) => {
    const name = textAt(call.args, 0);
    if (name === undefined) return followed(call);
    return whenSettled(call, made(call, "caches", "store", "open", name), (cache) => apply(weakSet, cacheNames, [cache, name]));
  }, 1);
  wrap(cacheStorageHome, "delete", (call) => {
    const name = textAt(call.args, 0);
    return name === undefined ? followed(call) : whenSettled(call, made(call, "caches", "delete", "caches.delete", name));
  }, 1);
  const cacheCall = (op, via) => (call) => {
    const name = isObject(call.self) ? apply(weakGet, cacheNames, [call.self]) : undefined;
    if (name !== undefined) return whenSettled(call, made(call, "caches", op, via, name));
    // A cache that the page got before we were here.
    return call.error === undefined ? following(call.result, () => { lost++; }, () => undefined) : undefined;
  };
  for (const key of ["put", "add", "addAll"]) wrap(cacheHome, key, cacheCall("store", key));
  wrap(cacheHome, "delete", cacheCall("delete", "cache.delete"));
  if (reads) {
    for (const key of ["match", "matchAll", "keys"]) wrap(cacheHome, key, cacheCall("access", key));
    wrap(cacheStorageHome, "match", (call) => {
      const name = textFrom(call.seen?.cacheName ?? NOT_A_TEXT);
      // Which of the caches had it, the browser does not tell.
      return name === undefined ? followed(call) : whenSettled(call, made(call, "caches", "access", "caches.match", name));
    }, 0, 1);
    wrap(cookieStoreHome, "get", (call) => cookiesRead(call), 1, 0);
    wrap(cookieStoreHome, "getAll", (call) => cookiesRead(call), 1, 0);
  }

  function cookiesRead(call) {
    const record = made(call, "cookie", "access", "cookieStore");
    return following(call.result, (found) => {
      if (!isObject(found)) return;
      let names = isArray(found) ? "" : found.name;
      for (let at = 0; isArray(found) && at < found.length; at++) names += (at === 0 ? "" : "; ") + found[at].name;
      record.text = names;
      if (names !== "") tell(record);
    }, () => undefined);
  }

  // ---- The origin private file system: names are paths from its root --------------------------------------------------

  const managerHome = homeOf("StorageManager");
  const directoryHome = homeOf("FileSystemDirectoryHandle");
  const fileHome = homeOf("FileSystemFileHandle");
  const handleHome = homeOf("FileSystemHandle");
  const nativeRoot = methodOf(managerHome, "getDirectory");
  const nativeResolve = methodOf(directoryHome, "resolve");
  const paths = new WeakMap();
  const pathOf = (handle) => (isObject(handle) ? apply(weakGet, paths, [handle]) : undefined);
  const below = (path, name) => (path === "" ? name : path + "/" + name);
  const noteAt = (path) => (handle) => apply(weakSet, paths, [handle, path]);

  wrap(managerHome, "getDirectory", (call) => following(call.result, noteAt(""), () => undefined));
  wrap(directoryHome, "getDirectoryHandle", (call) => {
    const path = pathOf(call.self);
    const name = textAt(call.args, 0);
    if (path === undefined || name === undefined) return followed(call);
    return following(call.result, noteAt(below(path, name)), () => undefined);
  }, 1);
  wrap(directoryHome, "getFileHandle", (call) => {
    const path = pathOf(call.self);
    const name = textAt(call.args, 0);
    if (path === undefined || name === undefined) return followed(call);
    const note = noteAt(below(path, name));
    if (!call.seen?.create) return following(call.result, note, () => undefined);
    return whenSettled(call, made(call, "fileSystem", "store", "getFileHandle", below(path, name)), note);
  }, 1, 1);

  // A handle that came another way (by iteration, by message) is looked up from the root, after the call succeeded.
  function atHandle(call, record, name) {
    const under = (path) => (name === undefined ? path : below(path, name));
    const path = pathOf(call.self);
    if (path !== undefined) {
      record.name = under(path);
      return whenSettled(call, record);
    }
    return following(call.result, () => {
      wait(record);
      const root = apply(nativeRoot, manager, []);
      const found = apply(then, root, [(top) => apply(nativeResolve, top, [call.self])]);
      apply(then, found, [
        (parts) => {
          if (parts === null) return apply(setDelete, pending, [record]); // a file of the visitor's, not of the site's
          let path = "";
          for (let at = 0; at < parts.length; at++) path = below(path, parts[at]);
          apply(weakSet, paths, [call.self, path]);
          record.name = under(path);
          return settle(record);
        },
        () => { lost++; },
      ]);
    }, () => undefined);
  }
  const manager = realm.navigator?.storage;

  wrap(fileHome, "createWritable", (call) => atHandle(call, made(call, "fileSystem", "store", "createWritable")));
  wrap(fileHome, "createSyncAccessHandle", (call) =>
    call.seen?.mode === "read-only" ? followed(call)
    : atHandle(call, made(call, "fileSystem", "store", "createSyncAccessHandle")), 0, 0);
  wrap(directoryHome, "removeEntry", (call) => {
    const name = textAt(call.args, 0);
    return name === undefined ? followed(call) : atHandle(call, made(call, "fileSystem", "delete", "removeEntry"), name);
  }, 1);
  wrap(handleHome, "remove", (call) => atHandle(call, made(call, "fileSystem", "delete", "remove")));
}
