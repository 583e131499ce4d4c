import { BrowserAgent } from "@newrelic/browser-agent/loaders/browser-agent";
export const keys = ["NRBR-17a6b5c4d3e2f1", "NRBR-99a6b5c4d3e2f1"];
let agent;
export function start({ key, collector }) {
  const host = collector.replace(/^https?:\/\//, "");
  agent = new BrowserAgent({
    info: { beacon: host, errorBeacon: host, licenseKey: key, applicationID: "17", sa: 1 },
    loader_config: { accountID: "1", trustKey: "1", agentID: "17", licenseKey: key, applicationID: "17" },
    init: {
      ssl: false,
      distributed_tracing: { enabled: true },
      privacy: { cookies_enabled: true },
      session_replay: { enabled: true, sampling_rate: 100, error_sampling_rate: 100, autoStart: true },
      session_trace: { enabled: true },
    },
  });
}
export const event = () => agent.addPageAction("bought", { sum: 3 });
export const identify = () => {
  agent.setUserId("visitor-17");
  agent.setCustomAttribute("plan", "free", true);
};
export const logout = () => agent.setUserId(null);
