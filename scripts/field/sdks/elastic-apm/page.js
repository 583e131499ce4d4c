import { init } from "@elastic/apm-rum";
export const keys = ["bakery", "shop"];
let apm;
export function start({ key, collector }) {
  apm = init({ serviceName: key, serverUrl: collector, centralConfig: true });
}
export const event = () => apm.captureError(new Error("burnt"));
export const identify = () => apm.setUserContext({ id: "visitor-17" });
