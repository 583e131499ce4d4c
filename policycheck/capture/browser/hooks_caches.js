// Cache Storage.

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
}
