import { UnleashClient } from "unleash-proxy-client";
export const keys = ["bakery:development.6f1c0d2e9b8a", "shop:production.1a2b3c4d5e6f"];
let client;
export async function start({ key, collector }) {
  client = new UnleashClient({ url: `${collector}/api/frontend`, clientKey: key, appName: "bakery" });
  await client.start();
}
export const event = () => client.isEnabled("dark");
export const identify = () => client.updateContext({ userId: "visitor-17" });
