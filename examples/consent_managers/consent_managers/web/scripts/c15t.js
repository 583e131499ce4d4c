import { getOrCreateConsentRuntime } from "c15t";

const script = (category, name) => ({ id: name, category, src: `/scripts/tracker.js?category=${name}` });
const { consentStore } = getOrCreateConsentRuntime({
  mode: "offline",
  overrides: { country: "DE" },
  consentCategories: ["necessary", "measurement", "marketing"],
  scripts: [script("measurement", "analytics"), script("marketing", "marketing")],
});
const find = (id) => document.getElementById(id);
const show = (state) => {
  find("consent-banner").hidden = state.activeUI !== "banner";
  find("consent-dialog").hidden = state.activeUI !== "dialog";
  find("measurement").checked = state.selectedConsents.measurement;
  find("marketing").checked = state.selectedConsents.marketing;
};
const on = (id, event, act) => find(id).addEventListener(event, () => act(consentStore.getState()));
on("consent-accept", "click", (state) => state.saveConsents("all"));
on("consent-reject", "click", (state) => state.saveConsents("necessary"));
on("consent-settings", "click", (state) => state.setActiveUI("dialog"));
on("consent-save", "click", (state) => state.saveConsents("custom"));
for (const name of ["measurement", "marketing"]) {
  on(name, "change", (state) => state.setSelectedConsent(name, find(name).checked));
}
consentStore.subscribe(show);
show(consentStore.getState());
