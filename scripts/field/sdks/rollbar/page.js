import Rollbar from "rollbar";
export const keys = ["6f1c0d2e9b8a7c6d5e4f", "1a2b3c4d5e6f7a8b9c0d"];
let rollbar;
export function start({ key, collector }) {
  rollbar = new Rollbar({
    accessToken: key,
    endpoint: `${collector}/api/1/item/`,
    captureUncaught: true,
    payload: { environment: "test" },
  });
}
export const event = () => rollbar.error("burnt");
export const identify = () => rollbar.configure({ payload: { person: { id: "visitor-17" } } });
