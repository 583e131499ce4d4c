import posthog from "posthog-js";
export const keys = ["phc_Kd81bVx2Lq0aRt", "phc_9sYwE4uPz7"];
export function start({ key, collector }) {
  posthog.init(key, { api_host: collector, person_profiles: "always" });
}
export const event = () => posthog.capture("bought", { sum: 3 });
export const identify = () => posthog.identify("visitor-17", { plan: "free" });
export const group = () => posthog.group("company", "bakery");
export const logout = () => posthog.reset();
export const optOut = () => posthog.opt_out_capturing();
export const optIn = () => posthog.opt_in_capturing();
