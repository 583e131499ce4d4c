// A consent management platform as small as can be, on the library of the IAB: the string, the API and the stub are theirs.
import { CmpApi } from "@iabtcf/cmpapi";
import { GVL, TCModel, TCString } from "@iabtcf/core";

const PURPOSES = { analytics: [1, 7, 8, 9], marketing: [1, 2, 3, 4] };
const CMP_ID = 31; // made up: one that the IAB has assigned would name a company
GVL.baseUrl = `${location.origin}/tcf/`;

const api = new CmpApi(CMP_ID, 1, true);
const find = (id) => document.getElementById(id);
const stored = () => document.cookie.split("; ").find((pair) => pair.startsWith("euconsent-v2="))?.slice(13) ?? "";

const show = (banner, dialog) => {
  find("consent-banner").hidden = !banner;
  find("consent-dialog").hidden = !dialog;
};
const save = async (names) => {
  const model = new TCModel(new GVL());
  await model.gvl.readyPromise;
  Object.assign(model, { cmpId: CMP_ID, cmpVersion: 1, isServiceSpecific: true, consentScreen: 1 });
  for (const name of names) model.purposeConsents.set(PURPOSES[name]);
  if (names.length) model.vendorConsents.set([1, 2]);
  model.vendorsDisclosed.set([1, 2]);
  const text = TCString.encode(model);
  document.cookie = `euconsent-v2=${text}; Path=/; Max-Age=${180 * 86400}; SameSite=Lax; Secure`;
  show(false, false);
  api.update(text, false);
};
const open = () => {
  const text = stored();
  const given = text ? TCString.decode(text).purposeConsents : new Set();
  find("analytics").checked = given.has(8);
  find("marketing").checked = given.has(4);
  show(false, true);
  api.update(text, true);
};
find("consent-accept").onclick = () => save(["analytics", "marketing"]);
find("consent-reject").onclick = () => save([]);
find("consent-settings").onclick = open;
find("consent-save").onclick = () => save(Object.keys(PURPOSES).filter((name) => find(name).checked));

// What a vendor does: wait for the string, and run where its purposes have consent.
const running = new Set();
__tcfapi("addEventListener", 2, (data, success) => {
  if (!success || data.eventStatus === "cmpuishown") return;
  for (const [name, purposes] of Object.entries(PURPOSES)) {
    if (!running.has(name) && purposes.every((purpose) => data.purpose.consents[purpose])) {
      running.add(name);
      const script = document.createElement("script");
      script.src = `/scripts/tracker.js?category=${name}`;
      document.head.append(script);
    }
  }
});
show(!stored(), false);
api.update(stored(), !stored());
