// What a page and a worker both can do.
function writing() {
  const finished = (request) =>
    new Promise((yes, no) => {
      request.onsuccess = () => yes(request.result);
      request.onerror = () => no(request.error);
    });
  return {
    async makeDatabase(name, stores) {
      const request = indexedDB.open(name, 1);
      request.onupgradeneeded = () => {
        for (const store of Object.keys(stores)) request.result.createObjectStore(store);
      };
      const database = await finished(request);
      for (const [store, keys] of Object.entries(stores)) {
        const transaction = database.transaction(store, "readwrite");
        const done = new Promise((yes) => (transaction.oncomplete = yes));
        for (let key = 0; key < keys; key++) transaction.objectStore(store).put("1", key);
        await done;
      }
      database.close();
    },
    async dropDatabase(name) {
      await finished(indexedDB.deleteDatabase(name));
    },
    async steps(steps) {
      const failed = {};
      for (const [name, act] of Object.entries(steps)) {
        try {
          await act();
        } catch (error) {
          failed[name] = `${error.name}: ${error.message}`;
        }
      }
      return { failed };
    },
  };
}
