import { createRoot } from "react-dom/client";
import { CookieConsent, getCookieConsentValue, resetCookieConsentValue } from "react-cookie-consent";

const load = () => {
  const script = document.createElement("script");
  script.src = "/scripts/tracker.js?category=analytics";
  document.head.append(script);
};
if (getCookieConsentValue() === "true") {
  load();
}
const again = () => {
  resetCookieConsentValue();
  location.reload();
};
createRoot(document.getElementById("root")).render(
  <>
    <button id="cookie-settings" onClick={again}>Cookie settings</button>
    <CookieConsent enableDeclineButton onAccept={load}>May we?</CookieConsent>
  </>,
);
