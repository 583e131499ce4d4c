importScripts("/writing.js");
const { makeDatabase, steps } = writing();
const telling = steps({ sharedIndexedDB: () => makeDatabase("shared_idb", { only: 1 }) });
onconnect = async ({ ports: [port] }) => port.postMessage(await telling);
