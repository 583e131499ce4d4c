import { RudderAnalytics } from "@rudderstack/analytics-js/bundled";
export const keys = ["2L8FxHcWqTzYv1bKd0aRtN4sPuM", "1aB2cD3eF4gH5iJ6kL7mN8oP9qR"];
let analytics;
export function start({ key, collector }) {
  analytics = new RudderAnalytics();
  analytics.load(key, collector, { configUrl: collector, useBeacon: false });
  analytics.page();
  return new Promise((resolve) => analytics.ready(resolve));
}
export const event = () => analytics.track("bought", { sum: 3 });
export const identify = () => analytics.identify("visitor-17", { plan: "free" });
export const group = () => analytics.group("bakery", { size: 3 });
export const logout = () => analytics.reset();
