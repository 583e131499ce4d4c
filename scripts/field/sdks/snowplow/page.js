import { clearUserData, newTracker, setUserId, trackPageView, trackStructEvent } from "@snowplow/browser-tracker";
export const keys = ["bakery", "shop"];
export function start({ key, collector }) {
  newTracker("sp", collector, { appId: key });
  trackPageView();
}
export const event = () => trackStructEvent({ category: "shop", action: "bought" });
export const identify = () => setUserId("visitor-17");
export const logout = () => clearUserData();
