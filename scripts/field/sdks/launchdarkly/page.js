import * as LaunchDarkly from "launchdarkly-js-client-sdk";
export const keys = ["6f1c0d2e9b8a7c6d5e4f1a2b", "1a2b3c4d5e6f7a8b9c0d6f1c"];
let client;
export async function start({ key, collector }) {
  client = LaunchDarkly.initialize(
    key,
    { kind: "user", anonymous: true },
    { baseUrl: collector, streamUrl: collector, eventsUrl: collector, bootstrap: "localStorage" },
  );
  await client.waitUntilReady();
}
export const event = () => client.track("bought", { sum: 3 });
export const identify = () => client.identify({ kind: "user", key: "visitor-17" });
export const logout = () => client.identify({ kind: "user", anonymous: true });
