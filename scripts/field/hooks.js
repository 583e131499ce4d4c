(() => {
  const tell = (record) => globalThis.fieldTell?.({ ...record, at: Date.now(), frame: location.href });
  const wrap = (holder, name, record) => {
    const native = holder[name];
    holder[name] = function (...given) {
      const done = Reflect.apply(native, this, given);
      record(this, given, done);
      return done;
    };
  };
  const { get, set } = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
  Object.defineProperty(Document.prototype, "cookie", {
    get,
    set(text) {
      set.call(this, text);
      tell({ kind: "cookie", text: String(text) });
    },
    configurable: true,
    enumerable: true,
  });
  const area = (store) => (store === localStorage ? "localStorage" : "sessionStorage");
  wrap(Storage.prototype, "setItem", (store, [name]) => tell({ kind: area(store), name: String(name) }));
  wrap(Storage.prototype, "removeItem", (store, [name]) => tell({ kind: area(store), name: String(name), gone: true }));
  wrap(IDBFactory.prototype, "open", (factory, [name]) => tell({ kind: "indexedDB", name: String(name) }));
  wrap(IDBFactory.prototype, "deleteDatabase", (factory, [name]) => tell({ kind: "indexedDB", name: String(name), gone: true }));
  wrap(CacheStorage.prototype, "open", (caches, [name]) => tell({ kind: "caches", name: String(name) }));
  if (globalThis.CookieStore) {
    wrap(CookieStore.prototype, "set", (store, [name, value]) => {
      const { value: secret, ...options } = typeof name === "object" ? name : { name, value };
      tell({ kind: "cookie", given: JSON.stringify(options) });
    });
    wrap(CookieStore.prototype, "delete", (store, [name]) =>
      tell({ kind: "cookie", name: typeof name === "object" ? name.name : name, gone: true }));
  }
})();
