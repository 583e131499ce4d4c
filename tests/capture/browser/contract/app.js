// Each step is told as made, or as failed with the reason: a browser that lacks an interface makes no write with it.
const tracker = `//tracker.localhost:${location.port}`;
const failed = {};
const step = async (name, act) => {
  try {
    await Promise.race([act(), new Promise((_, no) => setTimeout(() => no(new Error("too slow")), 8000))]);
  } catch (error) {
    failed[name] = `${error.name}: ${error.message}`;
  }
};
const told = (target) => new Promise((yes) => target.addEventListener("message", ({ data }) => yes(data), { once: true }));
const took = (where, data) => Object.assign(failed, data.failed);

async function cookies() {
  document.cookie = "js_cookie=1; Max-Age=3600; SameSite=Lax";
  document.cookie = "js_deleted=1";
  document.cookie = "js_deleted=; Max-Age=0";
  document.cookie = "__Host-js_refused=1; Path=/; Domain=shop.localhost; Secure";
  await step("cookieStore", async () => {
    await cookieStore.set("cs_cookie", "1");
    await cookieStore.set({ name: "cs_deleted", value: "1", sameSite: "strict" });
    await cookieStore.delete("cs_deleted");
    await cookieStore.set({ name: "cs_refused", value: "1", domain: "foreign.example" }).catch(() => {});
  });
}

async function webStorage() {
  localStorage.setItem("ls_method", "1");
  localStorage.ls_property = "1";
  localStorage.setItem("ls_changed", "1");
  localStorage.setItem("ls_changed", "2");
  localStorage.setItem("ls_removed", "1");
  localStorage.removeItem("ls_removed");
  localStorage.ls_deleted = "1";
  delete localStorage.ls_deleted;
  sessionStorage.setItem("ss_cleared", "1");
  sessionStorage.ss_cleared_too = "1";
  sessionStorage.clear();
  sessionStorage.setItem("ss_method", "1");
  sessionStorage.ss_property = "1";
}

async function databases() {
  await step("indexedDB", async () => {
    const { makeDatabase, dropDatabase } = writing();
    await makeDatabase("idb_main", { first: 2, second: 0 });
    await makeDatabase("idb_deleted", { only: 1 });
    await dropDatabase("idb_deleted");
  });
  await step("caches", async () => {
    await (await caches.open("cache_main")).put("/kept", new Response("kept"));
    await caches.open("cache_deleted");
    await caches.delete("cache_deleted");
  });
  await step("opfs", async () => {
    const home = await navigator.storage.getDirectory();
    const folder = await home.getDirectoryHandle("folder", { create: true });
    const file = await (await folder.getFileHandle("opfs_main", { create: true })).createWritable();
    await file.write("1");
    await file.close();
    await home.getFileHandle("opfs_deleted", { create: true });
    await home.removeEntry("opfs_deleted");
  });
}

async function frames() {
  const child = document.createElement("iframe");
  document.body.append(child); // about:blank, of our own origin
  child.contentWindow.localStorage.setItem("child_local", "1");
  child.contentDocument.cookie = "child_cookie=1";
  await step("frame", async () => {
    const other = document.createElement("iframe");
    const answer = told(window);
    other.src = `${tracker}/frame.html`;
    document.body.append(other);
    took("frame", await answer);
  });
}

async function workers() {
  await step("worker", async () => {
    const worker = new Worker("/worker.js");
    took("worker", await told(worker));
  });
  await step("sharedWorker", async () => {
    const { port } = new SharedWorker("/shared.js");
    port.start();
    took("sharedWorker", await told(port));
  });
  await step("serviceWorker", async () => {
    const answer = told(navigator.serviceWorker);
    navigator.serviceWorker.startMessages();
    await navigator.serviceWorker.register("/sw.js");
    const { active } = await navigator.serviceWorker.ready;
    active.postMessage("write");
    took("serviceWorker", await answer);
  });
}

async function main() {
  await fetch("/api");
  await cookies();
  await webStorage();
  await databases();
  await frames();
  await workers();
  document.documentElement.dataset.failed = JSON.stringify(failed);
  document.documentElement.dataset.done = "yes";
}

addEventListener("pagehide", () => {
  localStorage.setItem("hide_method", "1");
  localStorage.hide_property = "1";
  document.cookie = "hide_cookie=1";
  localStorage.setItem("hide_short", "1");
  localStorage.removeItem("hide_short");
});
addEventListener("load", main);
