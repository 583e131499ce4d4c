// Consent, in the browser alone: what the visitor chose, when, and about which version of the catalogue.
// The record is a cookie. It counts for six months and for one version; then the visitor is asked anew.
window.consent = (() => {
  const NAME = "shop_choice";
  const SIX_MONTHS = 181 * 86_400; // seconds; the shortest six months of a calendar
  const { catalogue: VERSION, chatKey: CHAT_KEY } = document.documentElement.dataset;
  // What each category stores, of the shop's own and of the chat's: a withdrawal takes it away.
  const STORED = {
    analytics: { cookies: ["shop_stats"], localStorage: ["shop_teas"] },
    marketing: { cookies: ["ssupp.visits"], localStorage: [`ssupp_${CHAT_KEY}visits`] },
  };
  const CATEGORIES = Object.keys(STORED);
  const listeners = [];

  function cookie(name) {
    const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
    return found === undefined ? null : found.slice(name.length + 1);
  }

  function setCookie(name, value, seconds) {
    document.cookie = `${name}=${value}; Max-Age=${seconds}; Path=/; SameSite=Lax`;
  }

  function erase(category) {
    for (const name of STORED[category].cookies) {
      if (cookie(name) !== null) setCookie(name, "", 0);
    }
    for (const key of STORED[category].localStorage) {
      if (localStorage.getItem(key) !== null) localStorage.removeItem(key);
    }
  }

  // The choice that counts now; null for a visitor who has to be asked.
  function current() {
    const record = new URLSearchParams(cookie(NAME) ?? "");
    const secondsLeft = Math.floor(Number(record.get("time")) + SIX_MONTHS - Date.now() / 1000);
    if (record.get("version") !== VERSION || !(secondsLeft > 0)) return null;
    return { granted: record.get("granted").split("."), secondsLeft };
  }

  const allows = (category) => current()?.granted.includes(category) ?? false;

  function decide(granted) {
    const record = { time: Math.floor(Date.now() / 1000), version: VERSION, granted: granted.join(".") };
    setCookie(NAME, new URLSearchParams(record), SIX_MONTHS);
    tell();
  }

  // Listeners stop first, so that nothing is written again once it was erased.
  function tell() {
    for (const listener of listeners) listener();
    CATEGORIES.filter((category) => !allows(category)).forEach(erase);
  }

  // A record that ended or is about another version, and what was stored under it, goes before anything else runs.
  if (cookie(NAME) !== null && current() === null) setCookie(NAME, "", 0);
  tell();

  return {
    CATEGORIES,
    allows,
    asked: () => current() !== null,
    decide,
    withdraw: (category) => decide(CATEGORIES.filter((one) => category && one !== category && allows(one))),
    onChange: (listener) => listeners.push(listener),
    cookie,
    // A cookie that needs consent lives no longer than the consent does.
    store: (name, value) => setCookie(name, value, current().secondsLeft),
  };
})();
