importScripts("/writing.js");
const { makeDatabase, steps } = writing();
steps({
  workerIndexedDB: () => makeDatabase("worker_idb", { only: 1 }),
  workerCaches: async () => void (await caches.open("worker_cache")),
  workerOpfs: async () => {
    const home = await navigator.storage.getDirectory();
    const file = await (await home.getFileHandle("worker_opfs", { create: true })).createSyncAccessHandle();
    file.write(new Uint8Array([1]));
    file.close();
  },
}).then((told) => postMessage(told));
