import { ApplicationInsights } from "@microsoft/applicationinsights-web";
export const keys = ["5f1c0d2e-9b8a-4c6d-9e4f-1a2b3c4d5e6f", "6a1c0d2e-9b8a-4c6d-9e4f-1a2b3c4d5e6f"];
let insights;
export function start({ key, collector }) {
  insights = new ApplicationInsights({
    config: {
      connectionString: `InstrumentationKey=${key};IngestionEndpoint=${collector}/`,
      maxBatchInterval: 200,
    },
  });
  insights.loadAppInsights();
  insights.trackPageView();
}
export const event = () => insights.trackEvent({ name: "bought" });
export const identify = () => insights.setAuthenticatedUserContext("visitor-17", "bakery", true);
export const logout = () => insights.clearAuthenticatedUserContext();
export const optOut = () => insights.getCookieMgr().setEnabled(false);
