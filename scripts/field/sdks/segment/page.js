import { AnalyticsBrowser } from "@segment/analytics-next";
export const keys = ["wk3tXyZ81bVx2Lq0", "wk9sYwE4uPz7Kd"];
let analytics;
export async function start({ key, collector }) {
  analytics = AnalyticsBrowser.load({ writeKey: key, cdnURL: collector });
  await analytics.ready(() => {});
}
export const event = () => analytics.track("bought", { sum: 3 });
export const identify = () => analytics.identify("visitor-17", { plan: "free" });
export const group = () => analytics.group("bakery", { size: 3 });
export const logout = () => analytics.reset();
export const pending = () => {
  // What could not be sent when the page is left is kept for the next one.
  window.fetch = () => Promise.reject(new TypeError("offline"));
  analytics.track("waited");
};
