// A page that patches, before anything else, what hooks could lean on. `tampered` counts who calls what; the page uses
// none of it itself after that.
globalThis.tampered = {};
{
  const count = (name) => { tampered[name] = (tampered[name] ?? 0) + 1; };
  const own = Object.getOwnPropertyDescriptor;
  const defineProperty = Object.defineProperty;
  const construct = Reflect.construct;
  const setPrototypeOf = Object.setPrototypeOf;
  const define = (home, key, property) => defineProperty(home, key, setPrototypeOf(property, null));
  const apply = Reflect.apply;
  const patch = (label, home, key) => {
    const before = own(home, key);
    if (typeof before?.value !== "function" || !before.configurable) return;
    define(home, key, { configurable: true, enumerable: before.enumerable, writable: true, value: function (...args) { count(label); return new.target ? construct(before.value, args) : apply(before.value, this, args); } });
  };
  const names = Object.getOwnPropertyNames;
  const homes = { JSON, Reflect, Object, Date, Promise, WeakMap, Set, Map, Array, String, Function, Error, Symbol, CustomEvent, EventTarget, IDBRequest, IDBTransaction, IDBObjectStore, Event };
  for (const label of names(homes)) {
    for (const place of [homes[label], homes[label].prototype]) {
      if (!place) continue;
      for (const key of names(place)) {
        // These are what this page itself works with.
        if (key === "constructor" || key === "prototype" || (label === "Object" && key === "prototype")) continue;
        patch(`${label}.${key}`, place, key);
      }
    }
  }
  patch("Array.iterator", Array.prototype, Symbol.iterator);
  patch("String.iterator", String.prototype, Symbol.iterator);
  patch("queueMicrotask", globalThis, "queueMicrotask");
  patch("setTimeout", globalThis, "setTimeout");
  patch("addEventListener", globalThis, "addEventListener");
  for (const key of ["toJSON", "get", "set", "value", "writable", "enumerable", "0", "next", "stack", "name", "create", "apply"]) {
    // A property that anything inherits: reading or setting it is seen.
    define(Object.prototype, key, {
      configurable: true,
      get() { count(`Object.prototype.${key}`); return undefined; },
      set(value) { count(`Object.prototype.${key} =`); define(this, key, { value, configurable: true, writable: true, enumerable: true }); },
    });
  }
  for (const home of [String.prototype, Array.prototype, Number.prototype]) {
    define(home, "toJSON", { configurable: true, value() { count("toJSON"); return "patched"; } });
  }
  define(Error, "prepareStackTrace", { configurable: true, get() { count("prepareStackTrace"); return () => { count("prepared"); return "patched"; }; } });
  define(Error, "stackTraceLimit", { configurable: true, get() { count("stackTraceLimit"); return 1; }, set() { count("stackTraceLimit ="); } });
}
globalThis.act = async () => {
  localStorage.setItem("k", "v");
  document.cookie = "a=1";
  sessionStorage.removeItem("none");
  await cookieStore.set("c", "d");
  await cookieStore.set({ name: "e", value: "f" });
  const request = indexedDB.open("db");
  request.onupgradeneeded = () => { request.result.createObjectStore("s"); };
  await new Promise((done) => { request.onsuccess = done; });
  const transaction = request.result.transaction("s", "readwrite");
  transaction.objectStore("s").put(1, "x");
  await new Promise((done) => { transaction.oncomplete = done; });
  const cache = await caches.open("c");
  await cache.put("/x", new Response("y"));
  const root = await navigator.storage.getDirectory();
  await root.getFileHandle("f", { create: true });
  try { localStorage.setItem("a"); } catch (error) { globalThis.caught = error; }
};
