// The banner, the settings, and the withdrawal at the foot of each page. No choice is sent to the server.
(() => {
  const banner = document.getElementById("banner");
  const settings = document.getElementById("settings");
  const withdrawal = document.getElementById("withdrawal");

  function show() {
    banner.hidden = consent.asked();
    withdrawal.hidden = !consent.CATEGORIES.some(consent.allows);
    for (const category of consent.CATEGORIES) {
      settings.elements[category].checked = consent.allows(category);
      withdrawal.querySelector(`[data-withdraw=${category}]`).hidden = !consent.allows(category);
    }
  }

  document.getElementById("accept").addEventListener("click", () => consent.decide(consent.CATEGORIES));
  document.getElementById("reject").addEventListener("click", () => consent.decide([]));
  document.getElementById("open-settings").addEventListener("click", () => {
    settings.hidden = !settings.hidden;
  });
  settings.addEventListener("submit", (event) => {
    event.preventDefault();
    settings.hidden = true;
    consent.decide(consent.CATEGORIES.filter((category) => settings.elements[category].checked));
  });
  withdrawal.addEventListener("click", ({ target }) => {
    if (target.dataset.withdraw !== undefined) consent.withdraw(target.dataset.withdraw);
  });
  consent.onChange(show);
  show();
})();
