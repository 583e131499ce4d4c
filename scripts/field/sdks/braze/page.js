import * as braze from "@braze/web-sdk";
export const keys = ["5f1c0d2e-9b8a-4c6d-9e4f-1a2b3c4d5e6f", "6a1c0d2e-9b8a-4c6d-9e4f-1a2b3c4d5e6f"];
export function start({ key, collector }) {
  braze.initialize(key, { baseUrl: collector, minimumIntervalBetweenTriggerActionsInSeconds: 0 });
  braze.openSession();
}
export const event = () => braze.logCustomEvent("bought", { sum: 3 });
export const identify = () => braze.changeUser("visitor-17");
export const optOut = () => braze.disableSDK();
export const optIn = () => braze.enableSDK();
