import { PublicClientApplication } from "@azure/msal-browser";
export const keys = ["5f1c0d2e-9b8a-4c6d-9e4f-1a2b3c4d5e6f", "6a1c0d2e-9b8a-4c6d-9e4f-1a2b3c4d5e6f"];
let client;
export async function start({ key, collector }) {
  const authority = "https://login.bakery.test/common/";
  client = new PublicClientApplication({
    auth: {
      clientId: key,
      authority,
      knownAuthorities: ["login.bakery.test"],
      redirectUri: location.href,
      onRedirectNavigate: () => false,
      authorityMetadata: JSON.stringify({
        authorization_endpoint: `${authority}authorize`,
        token_endpoint: `${collector}/token`,
        issuer: authority,
        jwks_uri: `${collector}/keys`,
      }),
    },
    cache: { cacheLocation: "localStorage" },
  });
  await client.initialize();
  await client.handleRedirectPromise();
}
export const identify = () => client.loginRedirect({ scopes: ["openid"], onRedirectNavigate: () => false });
export const logout = () => client.clearCache();
