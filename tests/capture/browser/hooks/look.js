// What a suspicious page can find out about the functions that hooks wrap. Returns JSON text; the same with hooks and
// without. Every error is described whole: its prototype, message, keys and stack.
globalThis.look = async () => {
  const found = {};
  const homes = {
    Document, Storage, IDBFactory, IDBDatabase, IDBObjectStore, IDBIndex, IDBCursor, IDBRequest, IDBTransaction, CacheStorage,
    Cache, CookieStore, StorageManager, FileSystemHandle, FileSystemDirectoryHandle, FileSystemFileHandle, Function,
    Promise, WeakMap, EventTarget,
  };
  const frame = document.body.appendChild(document.createElement("iframe")).contentWindow;
  const inner = frame.document.body.appendChild(frame.document.createElement("iframe")).contentWindow;
  const keyText = (key) => String(key);
  const described = (error) => ({
    text: String(error), home: Object.prototype.toString.call(error), own: error instanceof Error,
    keys: Reflect.ownKeys(error).map(keyText), stack: error.stack, code: error.code,
    shape: Object.keys(Object.getOwnPropertyDescriptor(error, "stack") ?? {}),
  });
  const attempt = (act) => {
    try {
      const result = act();
      if (!(result instanceof Promise)) return typeof result === "function" ? "function" : String(result);
      const outcome = { promise: "not settled" };
      result.then((value) => { outcome.promise = String(value); }, (error) => { outcome.promise = described(error); });
      return outcome;
    } catch (error) {
      return described(error);
    }
  };
  const awaited = async (act) => {
    try {
      return String(await act());
    } catch (error) {
      return described(error);
    }
  };
  const functionsOf = (home) => {
    const functions = [];
    for (const key of Reflect.ownKeys(home)) {
      const property = Object.getOwnPropertyDescriptor(home, key);
      for (const part of ["value", "get", "set"]) {
        if (typeof property[part] === "function" && key !== "constructor") functions.push([`${part} ${keyText(key)}`, property[part], property]);
      }
    }
    return functions;
  };

  found.window = Object.getOwnPropertyNames(window);
  found.symbols = Object.getOwnPropertySymbols(window).map(keyText);
  found.document = Reflect.ownKeys(document).map(keyText);
  found.error = [Reflect.ownKeys(Error).map(keyText), Error.stackTraceLimit, "prepareStackTrace" in Error];
  found.scripts = [document.scripts.length, performance.getEntriesByType("resource").map((entry) => entry.name)];
  found.location = [Reflect.ownKeys(location).map(keyText), Reflect.ownKeys(navigator).length];

  for (const [name, { prototype }] of Object.entries(homes)) {
    found[name] = { keys: Reflect.ownKeys(prototype).map(keyText), proto: Object.prototype.toString.call(Object.getPrototypeOf(prototype)) };
    for (const [label, fn, property] of functionsOf(prototype)) {
      if (name === "Function" && label !== "value toString") continue;
      const theirs = frame[name].prototype;
      const [part, key] = label.split(" ");
      const twin = Object.getOwnPropertyDescriptor(theirs, key)?.[part];
      found[name][label] = {
        property: Object.keys(property).map((each) => [each, typeof property[each]]),
        flags: [property.configurable, property.enumerable, property.writable],
        text: [
          Function.prototype.toString.call(fn), fn.toString(), `${fn}`, frame.Function.prototype.toString.call(fn),
          inner.Function.prototype.toString.call(fn), twin && Function.prototype.toString.call(twin),
          twin && inner.Function.prototype.toString.call(twin), Function.prototype.toString.call(fn.bind(null)),
        ],
        tag: [typeof fn, Object.prototype.toString.call(fn), Object.isExtensible(fn), "prototype" in fn],
        own: Reflect.ownKeys(fn).map((each) => [keyText(each), JSON.stringify(Object.getOwnPropertyDescriptor(fn, each))]),
        proto: [Object.getPrototypeOf(fn) === Function.prototype, fn.constructor === Function, fn instanceof Function, twin instanceof frame.Function],
        nothing: attempt(() => fn.call(undefined)),
        object: attempt(() => fn.call({})),
        objects: attempt(() => fn.apply({}, ["a", "b", "c"])),
        grandchild: attempt(() => Object.create(fn).toString()),
        build: attempt(() => new fn()),
        construct: attempt(() => Reflect.construct(Object, [], fn)),
        extend: attempt(() => class extends fn {}),
        instance: attempt(() => ({}) instanceof fn),
        inside: attempt(() => fn in 5),
        clone: attempt(() => structuredClone(fn)),
        caller: attempt(() => fn.caller),
        args: attempt(() => fn.arguments),
        json: JSON.stringify([fn]),
        symbol: attempt(() => fn.call(document, Symbol.iterator)),
        cycle: attempt(() => Object.setPrototypeOf(fn, fn)),
        longCycle: attempt(() => Object.setPrototypeOf(fn, Object.create(fn))),
        oldCycle: attempt(() => { fn.__proto__ = Object.create(fn); }),
        quietCycle: attempt(() => Reflect.setPrototypeOf(fn, Object.create(fn))),
        otherProto: attempt(() => {
          Object.setPrototypeOf(fn, { mark: 1 });
          const { mark } = fn;
          Object.setPrototypeOf(fn, Function.prototype);
          return mark;
        }),
        define: attempt(() => {
          Object.defineProperty(fn, "note", { value: 1, configurable: true });
          return [fn.note, delete fn.note, Reflect.ownKeys(fn).join()];
        }),
      };
    }
  }

  const few = {};
  const calls = {
    "setItem, one argument": () => localStorage.setItem("a"),
    "setItem, none": () => localStorage.setItem(),
    "setItem, a symbol": () => localStorage.setItem("a", Symbol("s")),
    "setItem, no text": () => localStorage.setItem(Object.create(null), "b"),
    "setItem, the page's own error": () => localStorage.setItem({ toString() { throw new EvalError("mine"); } }, "b"),
    "setItem, no room": () => localStorage.setItem("big", "x".repeat(6e6)),
    "removeItem, none": () => localStorage.removeItem(),
    "cookie, a symbol": () => { document.cookie = Symbol("s"); },
    "cookie, another document": () => Reflect.set(Document.prototype, "cookie", "x", {}),
    "open, none": () => indexedDB.open(),
    "open, version 0": () => indexedDB.open("x", 0),
    "open, another": () => IDBFactory.prototype.open.call(document, "x"),
    "toString of an object": () => Function.prototype.toString.call({}),
    "toString of a text": () => Function.prototype.toString.call("text"),
    "toString of nothing": () => Function.prototype.toString.call(),
    "toString of a proxy": () => Function.prototype.toString.call(new Proxy(() => 0, {})),
    "deep stack": () => (function down(n) { return n ? down(n - 1) : localStorage.setItem("a"); })(30),
    "deep toString": () => (function down(n) { return n ? down(n - 1) : Function.prototype.toString.call({}); })(30),
    "in a promise": () => new Promise(() => localStorage.setItem("a")),
  };
  for (const [name, call] of Object.entries(calls)) few[name] = attempt(call);
  for (const limit of [0, 1, 3, 50]) {
    const before = Error.stackTraceLimit;
    Error.stackTraceLimit = limit;
    for (const name of ["deep stack", "deep toString"]) few[`${name}, limit ${limit}`] = attempt(calls[name]);
    few[`limit ${limit}`] = Error.stackTraceLimit;
    Error.stackTraceLimit = before;
  }
  delete Error.stackTraceLimit;
  few["without a limit"] = [attempt(calls["deep stack"]), Reflect.ownKeys(Error).map(keyText)];
  Error.stackTraceLimit = 10;
  Error.prepareStackTrace = (error, sites) => [String(error), ...sites.map((site) => `${site.getFunctionName()} ${site.getLineNumber()}`)].join(" / ");
  for (const name of ["setItem, one argument", "setItem, no room", "deep stack"]) few[`${name}, prepared`] = attempt(calls[name]);
  few.prepared = JSON.stringify(Object.getOwnPropertyDescriptor(Error, "prepareStackTrace"));
  delete Error.prepareStackTrace;
  found.calls = few;

  const later = {};
  const promises = {
    "set, none": () => cookieStore.set(),
    "set, one": () => cookieStore.set("a"),
    "set, refused": () => cookieStore.set("a;", "b"),
    "set, options refused": () => cookieStore.set({ name: "a;", value: "b" }),
    "set, no name": () => cookieStore.set({}),
    "set, another": () => CookieStore.prototype.set.call({}, "a", "b"),
    "delete, none": () => cookieStore.delete(),
    "caches.open, none": () => caches.open(),
    "caches.open, another": () => CacheStorage.prototype.open.call(document, "x"),
    "put, refused": async () => (await caches.open("c")).put("ftp://x/", new Response("")),
    "put, none": async () => (await caches.open("c")).put(),
    "getFileHandle, not there": async () => (await navigator.storage.getDirectory()).getFileHandle("none"),
    "getFileHandle, bad name": async () => (await navigator.storage.getDirectory()).getFileHandle("..", { create: true }),
    "removeEntry, not there": async () => (await navigator.storage.getDirectory()).removeEntry("none"),
    "set, done": () => cookieStore.set("a", "b"),
    "kinds": async () => [cookieStore.set("a", "b") instanceof Promise, Object.getPrototypeOf(caches.open("c")) === Promise.prototype, (await caches.open("c")) instanceof Cache],
  };
  for (const [name, call] of Object.entries(promises)) later[name] = await awaited(call);
  found.promises = later;

  // A dictionary is read once, in the native's order; a text is asked for once.
  const order = [];
  const curious = new Proxy({ name: "p", value: { toString() { order.push("value as text"); return "1"; } } }, {
    get(target, key) { order.push(keyText(key)); return target[key]; },
    has(_, key) { order.push(`has ${keyText(key)}`); return true; },
    ownKeys(target) { order.push("keys"); return Reflect.ownKeys(target); },
    getOwnPropertyDescriptor(target, key) { order.push(`own ${keyText(key)}`); return Reflect.getOwnPropertyDescriptor(target, key); },
  });
  await cookieStore.set(curious);
  localStorage.setItem({ toString() { order.push("key"); return "k"; }, valueOf() { order.push("never"); return 1; } }, { [Symbol.toPrimitive](hint) { order.push(hint); return "v"; } });
  found.order = order;

  // The deepest call that still fits is another one, but it ends with the same error.
  found.overflow = (() => {
    const down = () => { localStorage.getItem("x"); localStorage.setItem("deep", "1"); down(); };
    try {
      down();
    } catch (error) {
      return [error.name, error.message, error instanceof RangeError];
    }
    return "none";
  })();

  found.rejections = await new Promise((done) => {
    const seen = [];
    addEventListener("unhandledrejection", (event) => {
      event.preventDefault();
      seen.push(`${event.reason.name} ${event.promise === refused}`);
      setTimeout(() => done(seen), 300); // another one would come with it
    });
    const refused = cookieStore.set("q;", "1");
    cookieStore.set("r;", "1").catch(() => 0);
    setTimeout(() => done(seen), 10000);
  });
  found.windowAfter = Object.getOwnPropertyNames(window);
  found.cookies = document.cookie.split("; ").sort();
  found.keys = Object.keys(localStorage).sort();
  return JSON.stringify(found);
};
