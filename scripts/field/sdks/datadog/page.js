import { datadogRum } from "@datadog/browser-rum";
export const keys = ["pub6f1c0d2e9b8a7c6d5e4f", "pub1a2b3c4d5e6f7a8b9c0d"];
export function start({ key, collector }) {
  datadogRum.init({
    applicationId: "5f1c0d2e-9b8a-4c6d-9e4f-1a2b3c4d5e6f",
    clientToken: key,
    site: "datadoghq.com",
    proxy: collector,
    sessionSampleRate: 100,
    sessionReplaySampleRate: 100,
    trackUserInteractions: true,
  });
}
export const event = () => datadogRum.addAction("bought", { sum: 3 });
export const identify = () => datadogRum.setUser({ id: "visitor-17" });
export const group = () => datadogRum.setAccount({ id: "bakery" });
export const logout = () => datadogRum.clearUser();
export const optOut = () => datadogRum.setTrackingConsent("not-granted");
export const optIn = () => datadogRum.setTrackingConsent("granted");
