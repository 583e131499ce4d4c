import mixpanel from "mixpanel-browser";
export const keys = ["0123456789abcdef0123456789abcdef", "fedcba9876543210"];
export function start({ key, collector }) {
  mixpanel.init(key, { api_host: collector, track_pageview: true });
}
export const event = () => mixpanel.track("bought", { sum: 3 });
export const identify = () => {
  mixpanel.identify("visitor-17");
  mixpanel.people.set({ plan: "free" });
};
export const group = () => mixpanel.get_group("company", "bakery").set({ size: 3 });
export const timed = () => mixpanel.time_event("read");
export const logout = () => mixpanel.reset();
export const optOut = () => mixpanel.opt_out_tracking();
export const optIn = () => mixpanel.opt_in_tracking();
