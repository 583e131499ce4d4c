// Embeds the chat: its basic mode always, its smart mode for visitors who agreed to marketing.
(() => {
  const { chatKey, widget } = document.documentElement.dataset;
  window._smartsupp = { key: chatKey };
  window.smartsupp = (...command) => window.smartsupp._.push(command);
  window.smartsupp._ = [];
  const smart = () => window.smartsupp("marketingConsent", consent.allows("marketing"));
  smart();
  consent.onChange(smart);
  const script = document.createElement("script");
  script.src = `${widget}/loader.js`;
  document.head.append(script);
})();
