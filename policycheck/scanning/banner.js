// Looks for a consent banner in one document: the elements that accept, refuse and open the settings, as they show now.
// Called with the words to look for and whether this is the top document; reads, and changes nothing.
(words, top) => {
  const LONGEST = 4000;
  const elements = [];
  const walk = (root) => {
    for (const element of root.querySelectorAll("*")) {
      elements.push(element);
      if (element.shadowRoot) walk(element.shadowRoot);
    }
  };
  walk(document);

  const normal = (text) => (text || "").normalize("NFC").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  const above = (element) => element.parentElement || (element.getRootNode() instanceof ShadowRoot ? element.getRootNode().host : null);
  const shows = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1 &&
      element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true, opacityProperty: true, visibilityProperty: true });
  };
  const labels = (element) =>
    [element.innerText, element.value, element.getAttribute("aria-label"), element.title].filter((text) => typeof text === "string").map(normal);
  const pressable = (element) =>
    element.matches("button, [role=button], input[type=button], input[type=submit], a, summary") && !element.disabled;
  // What opens the settings must leave the page where it is; a choice may well be a link of a server's own banner.
  const stays = (element) => {
    if (!element.matches("a[href]")) return true;
    const href = element.getAttribute("href").trim();
    return href === "" || href.startsWith("#") || /^javascript:/i.test(href);
  };

  const named = /cookie|consent|gdpr|dsgvo|ccpa|\bcmp\b|privacy-?(banner|notice|popup|overlay)/i;
  const boxed = (element) => {
    if (element === document.body || element === document.documentElement) return !top;
    if (element.matches("dialog[open], [role=dialog], [role=alertdialog], [aria-modal=true]")) return true;
    if (["fixed", "sticky"].includes(getComputedStyle(element).position)) return true;
    return named.test(`${element.id} ${element.getAttribute("class") || ""} ${element.getAttribute("aria-label") || ""}`);
  };
  const speaks = (element) => {
    const root = element.shadowRoot ? [...element.shadowRoot.children].map((child) => child.innerText || "").join(" ") : "";
    const named = ["aria-labelledby", "aria-describedby"].flatMap((name) => (element.getAttribute(name) || "").split(/\s+/));
    const labels = named.map((id) => (id && document.getElementById(id)?.textContent) || "").join(" ");
    const text = `${element.getAttribute("aria-label") || ""} ${labels} ${element.innerText || ""} ${root}`.slice(0, LONGEST).toLowerCase();
    return words.topic.some((word) => text.includes(word));
  };
  const banner = (element) => {
    for (let box = element; box; box = above(box)) if (boxed(box) && speaks(box)) return box;
    return null;
  };

  const found = { accept: null, refuse: null, settings: null, reopen: null, accepts: "", refuses: "", opens: "", reopens: "" };
  const best = { accept: Infinity, refuse: Infinity, settings: Infinity, reopen: Infinity };
  // A word that stands on several buttons is about one of several things, not about all of them.
  const twice = new Set();
  const take = (what, said, element, rank, label) => {
    if (rank === best[what] && found[what] !== element) twice.add(what + rank);
    if (rank < best[what]) {
      best[what] = rank;
      found[what] = element;
      found[said] = label;
    }
  };
  for (const element of elements) {
    if (!pressable(element) || !shows(element)) continue;
    for (const label of labels(element)) {
      const ranks = [words.accept.indexOf(label), words.refuse.indexOf(label), words.settings.indexOf(label)];
      if (Math.max(...ranks) < 0) continue;
      const inside = banner(element) !== null;
      if (inside && ranks[0] >= 0) take("accept", "accepts", element, ranks[0], label);
      if (inside && ranks[1] >= 0) take("refuse", "refuses", element, ranks[1], label);
      if (inside && ranks[2] >= 0 && stays(element)) take("settings", "opens", element, ranks[2], label);
      // Outside of a banner only a text that speaks of the subject itself opens the settings again.
      if (ranks[2] >= 0 && stays(element) && words.topic.some((word) => label.includes(word))) take("reopen", "reopens", element, ranks[2], label);
    }
  }
  for (const what of ["accept", "refuse"]) if (twice.has(what + best[what])) found[what] = null;
  return found;
}
