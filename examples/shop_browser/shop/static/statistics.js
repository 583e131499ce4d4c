// The shop's own statistics: how often a visitor came, and which teas were looked at. Only with consent.
(() => {
  let counted = false;

  function count() {
    if (counted || !consent.allows("analytics")) return;
    counted = true;
    consent.store("shop_stats", Number(consent.cookie("shop_stats")) + 1);
    const { tea } = document.documentElement.dataset;
    if (tea) {
      const seen = new Set(JSON.parse(localStorage.getItem("shop_teas") ?? "[]"));
      localStorage.setItem("shop_teas", JSON.stringify([...seen.add(tea)]));
    }
  }

  consent.onChange(count);
  count();
})();
