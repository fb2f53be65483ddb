// A real better-auth for the tests of the host's sign-in, on loopback.
//
//   node server.mjs      environment: PORT, PGURL and, for the second one, PGURL_SECURE; BETTER_AUTH_SECRET
//
// /api/auth      cookies as on http; tokens by ES256, for the audience "pixpax"; passkeys
// /secure/auth   cookies as on https (__Secure-); tokens as the plugin makes them by default, by EdDSA
// /              a page for a browser: it registers a passkey, signs in with it, and speaks to the host (?api=ADDRESS)
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import pg from "pg";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { toNodeHandler } from "better-auth/node";
import { bearer, jwt } from "better-auth/plugins";
import { passkey } from "@better-auth/passkey";

const port = Number(process.env.PORT);
const origin = `http://localhost:${port}`;
const common = {
  secret: process.env.BETTER_AUTH_SECRET,
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  trustedOrigins: [origin],
};
const plain = {
  ...common,
  baseURL: origin,
  basePath: "/api/auth",
  database: new pg.Pool({ connectionString: process.env.PGURL }),
  plugins: [
    bearer(),
    jwt({ jwks: { keyPairConfig: { alg: "ES256" } }, jwt: { issuer: origin, audience: "pixpax" } }),
    passkey({ rpID: "localhost", rpName: "PixPax", origin }),
  ],
};
const secure = {
  ...common,
  baseURL: `https://localhost:${port}`,
  basePath: "/secure/auth",
  database: new pg.Pool({ connectionString: process.env.PGURL_SECURE }),
  plugins: [bearer(), jwt({ jwt: { issuer: origin, audience: "pixpax" } })],
};

async function start(options) {
  await (await getMigrations(options)).runMigrations();
  return toNodeHandler(betterAuth(options));
}

const [plainHandler, secureHandler] = await Promise.all([start(plain), process.env.PGURL_SECURE ? start(secure) : undefined]);
const page = await readFile(new URL("page.html", import.meta.url));
createServer((request, response) => {
  if (request.url.startsWith("/api/auth/")) return plainHandler(request, response);
  if (request.url.startsWith("/secure/auth/") && secureHandler) return secureHandler(request, response);
  response.writeHead(request.url.split("?")[0] === "/" ? 200 : 404, { "content-type": "text/html; charset=utf-8" });
  response.end(request.url.split("?")[0] === "/" ? page : "");
}).listen(port, "127.0.0.1", () => console.log(`listening at ${origin}`));

// Whoever started it holds its standard input: it ends with them, however they end.
process.stdin.on("end", () => process.exit(0)).resume();
