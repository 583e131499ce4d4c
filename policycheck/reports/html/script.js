(() => {
  "use strict";
  const root = document.documentElement;
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
  root.classList.add("alive");

  // The theme lasts as long as the page is open: nothing is kept on a device.
  const themes = ["system", "light", "dark"];
  const theme = document.getElementById("theme");
  theme.addEventListener("click", () => {
    const next = themes[(themes.indexOf(root.dataset.theme || "system") + 1) % themes.length];
    if (next === "system") delete root.dataset.theme;
    else root.dataset.theme = next;
    theme.textContent = "Theme: " + next;
  });

  const format = new Intl.NumberFormat("en");
  const lists = all(".toolbar").map((bar) => {
    const list = document.getElementById(bar.dataset.for);
    const items = all("[data-item]", list);
    const groups = all("[data-group]", list).reverse();
    const search = bar.querySelector("input[type=search]");
    const boxes = all("input[type=checkbox]", bar);
    const selects = all("select", bar);
    const status = bar.querySelector("[data-status]");
    const texts = new WeakMap();

    const textOf = (item) => {
      if (!texts.has(item)) texts.set(item, item.textContent.toLowerCase());
      return texts.get(item);
    };
    const apply = () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const wanted = new Map();
      for (const box of boxes.filter((one) => one.checked)) {
        wanted.set(box.dataset.key, [...(wanted.get(box.dataset.key) || []), box.value]);
      }
      for (const select of selects.filter((one) => one.value)) wanted.set(select.dataset.key, [select.value]);
      let shown = 0;
      for (const item of items) {
        const fits =
          [...wanted].every(([key, values]) => values.includes(item.dataset[key])) &&
          words.every((word) => textOf(item).includes(word));
        if (item.hidden === fits) item.hidden = !fits;
        shown += fits;
      }
      for (const group of groups) group.hidden = !group.querySelector("[data-item]:not([hidden])");
      const noun = bar.dataset.noun + (items.length === 1 ? "" : "s");
      const whole = format.format(items.length);
      status.textContent =
        shown === items.length ? `All ${whole} ${noun} shown` : `${format.format(shown)} of ${whole} ${noun} shown`;
    };
    const reset = () => {
      search.value = "";
      for (const box of boxes) box.checked = false;
      for (const select of selects) select.value = "";
      apply();
    };

    let waiting = 0;
    search.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(apply, items.length > 300 ? 150 : 0);
    });
    search.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && search.value) {
        event.preventDefault();
        search.value = "";
        apply();
      }
    });
    for (const control of [...boxes, ...selects]) control.addEventListener("change", apply);
    bar.querySelector("[data-reset]").addEventListener("click", reset);
    for (const button of all("[data-fold]", bar)) {
      button.addEventListener("click", () => {
        const open = button.dataset.fold === "open";
        for (const item of items) if (!item.hidden) item.open = open;
      });
    }
    apply();
    return { bar, list, search, reset };
  });

  // "/" goes to the search of the part that is being read.
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest && event.target.closest("input[type=search], select, textarea");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey || !lists.length) return;
    event.preventDefault();
    const above = lists.filter(({ bar }) => bar.getBoundingClientRect().top < innerHeight / 2);
    (above.pop() || lists[0]).search.focus();
  });

  // What a link leads to is shown, whatever is folded or filtered.
  const reveal = () => {
    let name;
    try {
      name = decodeURIComponent(location.hash.slice(1));
    } catch {
      return;
    }
    const target = name && document.getElementById(name);
    if (!target) return;
    for (const { list, reset } of lists) if (list.contains(target) && target.closest("[hidden]")) reset();
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    target.scrollIntoView({ block: "start", behavior: "instant" });
    const focused = target.tagName === "DETAILS" ? target.querySelector("summary") : target;
    if (target.tagName !== "DETAILS") target.tabIndex = -1;
    focused.focus({ preventScroll: true });
  };
  addEventListener("hashchange", reveal);
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest('a[href^="#"]');
    if (link && link.hash === location.hash) reveal();
  });
  if (location.hash) reveal();

  for (const head of all("th[data-sort]")) {
    const table = head.closest("table");
    const body = table.tBodies[0];
    const column = Array.from(head.parentElement.children).indexOf(head);
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    const told = (row) => row.children[column].textContent.trim();
    const number = head.hasAttribute("data-number");
    const order = number
      ? (one, other) => one.dataset.findings - other.dataset.findings
      : (one, other) => told(one).localeCompare(told(other), "en", { numeric: true, sensitivity: "base" });
    button.addEventListener("click", () => {
      const now = head.getAttribute("aria-sort");
      const up = now ? now !== "ascending" : !number;
      for (const other of all("th[aria-sort]", table)) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      body.append(...Array.from(body.rows).sort((one, other) => (up ? order(one, other) : order(other, one))));
    });
  }

  // Paper cannot be unfolded.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all(".finding:not([open])").filter((item) => !item.closest("[hidden]"));
    for (const item of opened) item.open = true;
  });
  addEventListener("afterprint", () => {
    for (const item of opened) item.open = false;
  });
})();
