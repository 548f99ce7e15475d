// An identity provider that we did not write (oidc-provider), on loopback.
// usage: node identity.mjs MODULES PORT REDIRECT
// `POST /groups?login=…` with a JSON value sets what the claim `groups` of somebody is; without a body there is none.
// `POST /fault?kind=…` lets it give the next ID token in another way: as somebody would who is not who they say, or
// after its keys were changed. It does not answer for what it says then; everything else is the package's own.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [modules, port, redirect] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const load = (name) => import(pathToFileURL(require.resolve(name)));
const { default: Provider } = await load("oidc-provider");
const jose = await load("jose");

const issuer = `http://localhost:${port}`;
const client = { client_id: "lazaret", client_secret: "a secret: with / signs & more", redirect_uris: [redirect],
  post_logout_redirect_uris: [new URL("/sign-in", redirect).href], grant_types: ["authorization_code"], response_types: ["code"] };

async function made(alg, kid) {
  const pair = await jose.generateKeyPair(alg, { extractable: true });
  const [secret, open] = await Promise.all([jose.exportJWK(pair.privateKey), jose.exportJWK(pair.publicKey)]);
  return { alg, kid, pair, secret: { ...secret, kid, alg, use: "sig" }, open: { ...open, kid, alg, use: "sig" } };
}
const keys = { RS256: await made("RS256", "first"), PS256: await made("PS256", "pss"), ES256: await made("ES256", "curve") };
const renewed = await made("RS256", "second");
const stranger = await made("RS256", "first");

const groups = new Map();
const provider = new Provider(issuer, {
  clients: [client],
  jwks: { keys: Object.values(keys).map((key) => key.secret) },
  cookies: { keys: ["a judge"] },
  pkce: { required: () => true },
  claims: { openid: ["sub"], groups: ["groups"] },
  conformIdTokenClaims: false,
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...(groups.has(id) && { groups: groups.get(id) }) }) }),
  features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
});

let fault = null;
let shows = false;
const signed = (key, claims) => new jose.SignJWT(claims).setProtectedHeader({ alg: key.alg, kid: key.kid }).sign(key.pair.privateKey);
const now = () => Math.floor(Date.now() / 1000);
const ways = {
  audience: (claims) => signed(keys.RS256, { ...claims, aud: "another" }),
  audiences: (claims) => signed(keys.RS256, { ...claims, aud: ["lazaret", "another"], azp: "another" }),
  issuer: (claims) => signed(keys.RS256, { ...claims, iss: `${issuer}/` }),
  expired: (claims) => signed(keys.RS256, { ...claims, iat: now() - 7200, exp: now() - 3600 }),
  future: (claims) => signed(keys.RS256, { ...claims, iat: now() + 3600, exp: now() + 7200 }),
  nonce: (claims) => signed(keys.RS256, { ...claims, nonce: "another" }),
  nonceless: ({ nonce, ...claims }) => signed(keys.RS256, claims),
  stale: (claims) => signed(keys.RS256, { ...claims, auth_time: now() - 3600 }),
  stranger: (claims) => signed(stranger, claims),
  unpublished: (claims) => signed(renewed, claims),
  renewed: (claims) => { shows = true; return signed(renewed, claims); },
  pss: (claims) => signed(keys.PS256, claims),
  curve: (claims) => signed(keys.ES256, claims),
  none: (claims) => new jose.UnsecuredJWT(claims).encode(),
  secret: (claims) => new jose.SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(new TextEncoder().encode(client.client_secret)),
  // The public key in the place of a secret: what is confused where the token says how it is checked.
  confused: async (claims) => new jose.SignJWT(claims).setProtectedHeader({ alg: "HS256", kid: "first" })
    .sign(new TextEncoder().encode(await jose.exportSPKI(keys.RS256.pair.publicKey))),
  changed: async (claims, token) => {
    const [head, , signature] = token.split(".");
    return [head, jose.base64url.encode(JSON.stringify({ ...claims, sub: "ada" })), signature].join(".");
  },
};

provider.use(async (context, next) => {
  if (context.path === "/fault") {
    fault = context.query.kind || null;
    context.status = fault === null || fault in ways ? 204 : 404;
    return;
  }
  if (context.path === "/groups") {
    let text = "";
    for await (const piece of context.req) text += piece;
    if (text) groups.set(context.query.login, JSON.parse(text));
    else groups.delete(context.query.login);
    context.status = 204;
    return;
  }
  await next();
  if (context.path === "/token" && fault && context.body?.id_token) {
    const token = context.body.id_token;
    context.body.id_token = await ways[fault](jose.decodeJwt(token), token);
  }
  if (context.path === "/jwks" && shows) context.body.keys.push(renewed.open);
});
provider.listen(Number(port), () => console.log("ready"));
