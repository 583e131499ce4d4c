import { getWebInstrumentations, initializeFaro } from "@grafana/faro-web-sdk";
export const keys = ["6f1c0d2e9b8a", "1a2b3c4d5e6f"];
let faro;
export function start({ key, collector }) {
  faro = initializeFaro({
    url: `${collector}/collect/${key}`,
    app: { name: "bakery", version: "1.0.0" },
    instrumentations: getWebInstrumentations(),
  });
}
export const event = () => faro.api.pushEvent("bought", { sum: "3" });
export const identify = () => faro.api.setUser({ id: "visitor-17" });
export const logout = () => faro.api.resetUser();
export const optOut = () => faro.pause();
