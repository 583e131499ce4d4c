import { initializeApp } from "@firebase/app";
import { connectAuthEmulator, getAuth, signInAnonymously, signOut } from "@firebase/auth";
import { getId, getInstallations } from "@firebase/installations";
export const keys = ["AIzaSyKd81bVx2Lq0aRtN4sPuM", "AIzaSy9sYwE4uPz7Kd81bVx2Lq"];
let auth;
let app;
export function start({ key, collector }) {
  app = initializeApp({ apiKey: key, projectId: "bakery", appId: "1:17:web:6f1c0d2e" });
  auth = getAuth(app);
  connectAuthEmulator(auth, collector, { disableWarnings: true });
}
export const identify = async () => (await signInAnonymously(auth)).user.uid;
export const event = () => getId(getInstallations(app));
export const logout = () => signOut(auth);
