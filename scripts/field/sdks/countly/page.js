import Countly from "countly-sdk-web";
export const keys = ["6f1c0d2e9b8a7c6d5e4f", "1a2b3c4d5e6f7a8b9c0d"];
export function start({ key, collector }) {
  Countly.init({ app_key: key, url: collector, interval: 200 });
  Countly.track_sessions();
  Countly.track_pageview();
}
export const event = () => Countly.add_event({ key: "bought", sum: 3 });
export const identify = () => Countly.set_id("visitor-17");
export const optOut = () => Countly.opt_out();
export const optIn = () => Countly.opt_in();
