import * as amplitude from "@amplitude/analytics-browser";
export const keys = ["a2dbce0e18dfe5f8e74493843ff5c053", "0f9e8d7c6b5a49382716f5e4d3c2b1a0"];
export function start({ key, collector }) {
  return amplitude.init(key, { serverUrl: `${collector}/2/httpapi`, fetchRemoteConfig: false }).promise;
}
export const event = () => amplitude.track("bought", { sum: 3 }).promise;
export const identify = () => amplitude.setUserId("visitor-17");
export const logout = () => amplitude.reset();
export const optOut = () => amplitude.setOptOut(true);
export const optIn = () => amplitude.setOptOut(false);
