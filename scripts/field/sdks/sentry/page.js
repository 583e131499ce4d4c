import * as Sentry from "@sentry/browser";
export const keys = ["examplePublicKey", "c6f1c0d2e9"];
export function start({ key, collector }) {
  Sentry.init({
    dsn: collector.replace("://", `://${key}@`) + "/17",
    integrations: [Sentry.browserTracingIntegration(), Sentry.replayIntegration()],
    tracesSampleRate: 1,
    replaysSessionSampleRate: 1,
    replaysOnErrorSampleRate: 1,
  });
}
export const event = () => Sentry.captureException(new Error("burnt"));
export const identify = () => Sentry.setUser({ id: "visitor-17" });
export const logout = () => Sentry.setUser(null);
export const optOut = () => Sentry.getReplay().stop();
