import { createClient } from "@supabase/supabase-js";
export const keys = ["sb_publishable_6f1c0d2e9b8a", "sb_publishable_1a2b3c4d5e6f"];
let client;
export function start({ key, collector }) {
  client = createClient(collector, key, { auth: { flowType: "pkce" } });
}
export const ask = () => client.auth.signInWithOtp({ email: "visitor@bakery.test" });
export const identify = () => client.auth.signInWithPassword({ email: "visitor@bakery.test", password: "bread" });
export const logout = () => client.auth.signOut();
