import { GrowthBook } from "@growthbook/growthbook";
import { autoAttributesPlugin, growthbookTrackingPlugin } from "@growthbook/growthbook/plugins";
export const keys = ["sdk-6f1c0d2e9b8a", "sdk-1a2b3c4d5e6f"];
let growthbook;
export async function start({ key, collector }) {
  growthbook = new GrowthBook({
    apiHost: collector,
    clientKey: key,
    plugins: [autoAttributesPlugin(), growthbookTrackingPlugin({ ingestorHost: collector })],
  });
  await growthbook.init({ timeout: 1000 });
}
export const event = () => growthbook.isOn("dark");
export const identify = () => growthbook.updateAttributes({ id: "visitor-17" });
