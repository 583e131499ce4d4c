// A stand-in for the loader of Smartsupp, served by another host as the real one is. It writes the keys that the maker
// documents into the storage of the site that embeds it: two cookies, and seven keys of localStorage.
(() => {
  const { key } = window._smartsupp;
  const here = new URL(document.currentScript.src);
  const prefix = `ssupp_${key}`;
  const message = document.createElement("textarea");
  let smart = false;

  function read(name) {
    const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
    return found?.slice(name.length + 1);
  }

  function writeCookie(name, value) {
    const end = new Date();
    end.setMonth(end.getMonth() + 6);
    document.cookie = `${name}=${value}; Expires=${end.toUTCString()}; Path=/; SameSite=Lax`;
  }

  function preferences() {
    return JSON.stringify({ lang: document.documentElement.lang, ...(smart ? { greeting: "regulars" } : {}) });
  }

  function basic() {
    const visitor = read("ssupp.vid") ?? localStorage.getItem(`${prefix}vid`) ?? crypto.randomUUID();
    writeCookie("ssupp.vid", visitor);
    localStorage.setItem(`${prefix}vid`, visitor);
    localStorage.setItem(prefix, preferences());
    localStorage.setItem(`${prefix}opened`, localStorage.getItem(`${prefix}opened`) ?? "false");
    localStorage.setItem(`${prefix}_cards`, "[]");
    localStorage.setItem("_ss.enableSounds", localStorage.getItem("_ss.enableSounds") ?? "true");
  }

  function count() {
    const visits = Number(read("ssupp.visits") ?? 0) + 1;
    writeCookie("ssupp.visits", visits);
    localStorage.setItem(`${prefix}visits`, String(visits));
    navigator.sendBeacon(`${here.protocol}//smart.${here.host}/visits`);
  }

  const commands = {
    marketingConsent(agreed) {
      const before = smart;
      smart = agreed;
      if (smart !== before) localStorage.setItem(prefix, preferences());
      if (smart && !before) count();
    },
    "chat:open": () => localStorage.setItem(`${prefix}opened`, "true"),
    "chat:close": () => localStorage.setItem(`${prefix}opened`, "false"),
  };
  const run = (name, ...rest) => commands[name](...rest);

  function draw() {
    const box = document.createElement("section");
    box.id = "chat";
    message.setAttribute("aria-label", "Write to us");
    message.value = localStorage.getItem(`${prefix}message`) ?? "";
    message.addEventListener("focus", () => run("chat:open"));
    message.addEventListener("input", () => localStorage.setItem(`${prefix}message`, message.value));
    box.append(message);
    document.body.append(box);
  }

  const waiting = window.smartsupp._;
  window.smartsupp._ = { push: (command) => run(...command) };
  basic();
  waiting.forEach((command) => run(...command));
  if (document.body) draw();
  else document.addEventListener("DOMContentLoaded", draw);
})();
