import { StatsigClient } from "@statsig/js-client";
export const keys = ["client-6f1c0d2e9b8a7c6d5e4f", "client-1a2b3c4d5e6f7a8b9c0d"];
let client;
export async function start({ key, collector }) {
  client = new StatsigClient(key, {}, { networkConfig: { api: `${collector}/v1` } });
  await client.initializeAsync();
}
export const event = () => {
  client.checkGate("dark");
  client.logEvent("bought", 3);
};
export const identify = () => client.updateUserAsync({ userID: "visitor-17" });
export const logout = () => client.updateUserAsync({});
export const optOut = () => client.updateRuntimeOptions({ disableLogging: true });
export const end = () => client.shutdown();
