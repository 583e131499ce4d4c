// Wrapping: proxies that pass for the natives below them, and the way in.

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
  const ofProxy = apply(nativeToString, new Proxy(() => 0, { __proto__: null }), []);
  for (const other of [realm.parent, realm.top, realm.opener]) {
    if (!other || other === realm) continue;
    const detail = { __proto__: null, natives: undefined };
    try {
      apply(dispatchEvent, other, [new CustomEventHome(type, { __proto__: null, detail })]);
      if (detail.natives === undefined) {
        // While a window is being opened, Chromium runs no listener of its opener.
        const itsToString = other.Function.prototype.toString;
        if (apply(nativeToString, itsToString, []) === ofProxy) detail.natives = apply(itsToString, type, []);
      }
    } catch {
      continue;
    }
    if (!isObject(detail.natives)) continue;
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
  // Once the next document is there, Chromium lets no message out: what is under way is told when the way to it begins.
  const destinationOf = getterOf(homeOf("NavigateEvent"), "destination");
  const sameDocument = getterOf(homeOf("NavigationDestination"), "sameDocument");
  if (destinationOf === undefined || sameDocument === undefined || !realm.navigation) return;
  apply(listen, realm.navigation, ["navigate", (event) => {
    if (!apply(sameDocument, apply(destinationOf, event, []), [])) flushPending();
  }, true]);
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

function descends(object, ancestor) {
  try {
    for (let up = object; up !== null; up = getPrototypeOf(up)) if (up === ancestor) return true;
  } catch {
    // a proxy of the page's that refuses
  }
  return false;
}

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
      if (!descends(proto, proxy)) return trySetPrototypeOf(target, proto);
      const stack = engineStack(capture(refuse));
      if (find(lineAt(stack, find(stack, "\n", 0) + 1), "Reflect.setPrototypeOf", 0) >= 0) return false;
      try {
        return setPrototypeOf(target, create(target));
      } catch (error) {
        blame(error, refuse);
        throw error;
      }
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
  if (text === marker + ":join") return natives;
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
