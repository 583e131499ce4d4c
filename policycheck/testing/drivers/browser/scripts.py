"""What runs in each document before any script of the page, and what is asked of an open one."""

from __future__ import annotations

EXPIRES_BY_THE_REAL_CLOCK = """
(() => {
  const now = Date.now;
  const real = (moment) => {
    const ahead = globalThis.Date.now() - now();
    return ahead > 1500 && moment > now() ? moment - ahead : moment;
  };
  const cookie = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
  const assigned = (text) => `${text}`.replace(/(;\\s*expires\\s*=)([^;]*)/gi, (whole, name, date) => {
    const moment = Date.parse(date);
    return isNaN(moment) ? whole : name + new Date(real(moment)).toUTCString();
  });
  const set = new Proxy(cookie.set, {apply: (target, self, [text]) => Reflect.apply(target, self, [assigned(text)])});
  Object.defineProperty(Document.prototype, "cookie", {...cookie, set});
  const store = globalThis.CookieStore && CookieStore.prototype;
  if (store) {
    store.set = new Proxy(store.set, {apply: (target, self, [first, ...rest]) => {
      const dated = first && typeof first === "object" && typeof first.expires === "number";
      return Reflect.apply(target, self, [dated ? {...first, expires: real(first.expires)} : first, ...rest]);
    }});
  }
})();
"""
"""Puts dates that a script reckons by the page's clock, which was moved, to the clock by which cookies end."""

QUIET = """
async () => {
  const turn = () => new Promise((done) => {
    const {port1, port2} = new MessageChannel();
    port1.onmessage = done;
    port2.postMessage(0);
  });
  await turn();
  try { await indexedDB.databases(); } catch { /* an origin without storage */ }
  await turn();
}
"""
"""Two turns of the page's loop, with what it asked of its databases between them. No timer, since those are moved."""


def global_privacy_control(on: bool) -> str:
    """Says what ``navigator.globalPrivacyControl`` is from now on, in a window or a worker (Global Privacy Control)."""
    return (
        "Object.defineProperty(globalThis.Navigator ? Navigator.prototype : WorkerNavigator.prototype, "
        f'"globalPrivacyControl", {{get: () => {str(on).lower()}, configurable: true, enumerable: true}});'
    )
