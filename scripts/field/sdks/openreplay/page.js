import Tracker from "@openreplay/tracker";
export const keys = ["6f1c0d2e9b8a7c6d5e4f", "1a2b3c4d5e6f7a8b9c0d"];
let tracker;
export async function start({ key, collector }) {
  tracker = new Tracker({ projectKey: key, ingestPoint: `${collector}/ingest`, __DISABLE_SECURE_MODE: true });
  await tracker.start();
}
export const event = () => tracker.event("bought", { sum: 3 });
export const identify = () => tracker.setUserID("visitor-17");
export const optOut = () => tracker.stop();
