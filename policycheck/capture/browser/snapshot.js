// What lies in the web storage of this document's origin. Returns JSON text. "looked" lists the kinds that could be read.
async () => {
  const looked = [], entries = [], {origin} = self;
  const look = async (kind, read) => {
    try {
      const found = await read();
      if (found) { entries.push(...found.map((entry) => ({kind, ...entry}))); looked.push(kind); }
    } catch { /* not for this document */ }
  };
  const pairs = (storage) => Array.from({length: storage.length}, (_, index) => storage.key(index))
    .map((name) => ({name, value: storage.getItem(name)}));
  const files = async (directory, path) => {
    const found = [];
    for await (const [name, handle] of directory.entries()) {
      if (handle.kind === 'file') found.push({name: path + name});
      else found.push(...await files(handle, `${path}${name}/`));
    }
    return found;
  };
  await look('localStorage', () => pairs(localStorage));
  await look('sessionStorage', () => pairs(sessionStorage));
  await look('indexedDB', async () => indexedDB.databases && (await indexedDB.databases()).map(({name}) => ({name})));
  await look('caches', async () => self.caches && (await caches.keys()).map((name) => ({name})));
  await look('fileSystem', async () => navigator.storage?.getDirectory && files(await navigator.storage.getDirectory(), ''));
  return JSON.stringify({looked, entries, origin});
}
