import Bugsnag from "@bugsnag/browser";
export const keys = ["6f1c0d2e9b8a7c6d5e4f1a2b3c4d5e6f", "1a2b3c4d5e6f7a8b9c0d6f1c0d2e9b8a"];
export function start({ key, collector }) {
  Bugsnag.start({ apiKey: key, endpoints: { notify: `${collector}/notify`, sessions: `${collector}/sessions` } });
}
export const event = () => Bugsnag.notify(new Error("burnt"));
export const identify = () => Bugsnag.setUser("visitor-17");
