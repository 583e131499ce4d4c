// The planted leak: a campaign that somebody added in a hurry. It switches the smart mode on and asks nobody.
window.smartsupp("marketingConsent", true);
consent.onChange(() => window.smartsupp("marketingConsent", true));
