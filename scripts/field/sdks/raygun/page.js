import rg4js from "raygun4js";
export const keys = ["Kd81bVx2Lq0aRtN4sPuM", "9sYwE4uPz7Kd81bVx2Lq"];
export function start({ key, collector }) {
  rg4js("apiKey", key);
  rg4js("options", { apiUrl: collector, apiEndpoint: collector, allowInsecureSubmissions: true });
  rg4js("enableCrashReporting", true);
  rg4js("enablePulse", true);
  rg4js("boot");
}
export const event = () => rg4js("send", { error: new Error("burnt") });
export const identify = () => rg4js("setUser", { identifier: "visitor-17" });
