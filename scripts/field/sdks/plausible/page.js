import { init, track } from "@plausible-analytics/tracker";
export const keys = ["bakery.example", "shop.example"];
export function start({ key, collector }) {
  init({ domain: key, endpoint: `${collector}/api/event`, captureOnLocalhost: true, hashBasedRouting: true });
}
export const event = () => track("bought", { props: { sum: "3" } });
