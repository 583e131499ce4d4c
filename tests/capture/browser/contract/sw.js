importScripts("/writing.js");
const { makeDatabase, steps } = writing();
addEventListener("install", (event) => event.waitUntil(caches.open("sw_early")));
addEventListener("message", (event) => {
  const telling = steps({
    swIndexedDB: () => makeDatabase("sw_idb", { only: 1 }),
    swCaches: async () => void (await caches.open("sw_cache")),
    swCookieStore: () => cookieStore.set("sw_cookie", "1"),
  });
  event.waitUntil(telling.then((told) => event.source.postMessage(told)));
});
