// A tracker as they are: cookies of three scopes, both kinds of web storage, and a database.
(() => {
  const category = new URL(document.currentScript.src).searchParams.get("category");
  const site = location.hostname.split(".").slice(1).join(".");
  const id = () => Math.random().toString(36).slice(2);
  const cookie = (name, scope) => {
    if (!document.cookie.split("; ").some((pair) => pair.startsWith(`${name}=`))) {
      document.cookie = `${name}=${id()}; Max-Age=2592000; SameSite=Lax; Secure; ${scope}`;
    }
  };
  cookie(`${category}_host`, "Path=/");
  cookie(`${category}_site`, `Path=/; Domain=${site}`);
  cookie(`${category}_news`, "Path=/news");
  localStorage.getItem(`${category}_profile`) ?? localStorage.setItem(`${category}_profile`, id());
  sessionStorage.getItem(`${category}_visit`) ?? sessionStorage.setItem(`${category}_visit`, id());
  const opening = indexedDB.open(`${category}_events`, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("seen", { autoIncrement: true });
  opening.onsuccess = () => {
    const writing = opening.result.transaction("seen", "readwrite");
    writing.objectStore("seen").add({ path: location.pathname });
    writing.oncomplete = () => opening.result.close();
  };
})();
