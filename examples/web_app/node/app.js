#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
//
// A web application that keeps notes in a person's storage; examples/README.md says how to run it.
//
//   CLIENT_ID=... CLIENT_SECRET=... [SERVER=URL] [PORT=8000] [APP_URL=URL] [BUCKET=NAME] [S3=off]
//   [RENEW_BEFORE=SECONDS] node app.js

import { randomBytes } from "node:crypto";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import * as s3 from "@aws-sdk/client-s3";
import express from "express";
import session from "express-session";
import memorystore from "memorystore";
import * as oauth from "openid-client";

const MAX_VISITORS = 1000; // the least active is forgotten
const MAX_FILES = 100; // on the page
const MAX_BODY = "1mb"; // of a request
const SESSION = 12 * 3600; // seconds that a session is kept
const REMOVED = "Your storage no longer accepts this access: you removed it, or it has ended.";

function stop(text) {
  console.error(text);
  process.exit(1);
}

function setting(name, standard) {
  return process.env[name] || standard ||
         stop(`${name} is not set: register an application as examples/README.md says, then set it.`);
}

function number(name, standard) {
  const value = setting(name, standard);
  return /^\d+$/.test(value) ? Number(value) :
         stop(`${name} is "${value}", which is not a number: set it to one such as ${standard}.`);
}

const CLIENT_ID = setting("CLIENT_ID"), CLIENT_SECRET = setting("CLIENT_SECRET");
const SERVER = setting("SERVER", "http://localhost:10100").replace(/\/$/, "");
const PORT = number("PORT", "8000"); // of 127.0.0.1; a proxy in front of it gives it https, and APP_URL
const APP_URL = setting("APP_URL", `http://127.0.0.1:${PORT}`).replace(/\/$/, "");
const REDIRECT_URI = APP_URL + "/callback";
const SCOPE = `read write list bucket:${setting("BUCKET", "photos")} offline_access`;
const RENEW_BEFORE = number("RENEW_BEFORE", "60"); // seconds before a grant ends
// What the server gives beside the grant. Without S3 there are no files to show, but all the rest.
const CREDENTIALS = process.env.S3 === "off" ? {} : { credentials: "s3" };

/** Something to tell the user, on the page. */
class Problem extends Error {
  constructor(text, status = 502) {
    super(text);
    this.status = status;
  }
}

// --- the server that grants access ---

/** Its metadata (RFC 8414), and how this application proves who it is: the secret is never sent. */
async function discover() {
  const options = { algorithm: "oauth2" };
  if (new URL(SERVER).protocol === "http:") options.execute = [oauth.allowInsecureRequests]; // a trial
  try {
    return await oauth.discovery(new URL(SERVER), CLIENT_ID, undefined,
                                 oauth.ClientSecretJwt(CLIENT_SECRET), options);
  } catch (problem) {
    if (problem.code === "OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED")
      stop(`The server at ${SERVER} is ${problem.cause.body.issuer}: set SERVER to that.`);
    return stop(`${SERVER} cannot be reached: start grantd, for example by tools/demo, or set SERVER.`);
  }
}

/** A token, with the time at which its grant ends. */
function dated(token) {
  return { ...token, ends: Date.now() / 1000 + token.expires_in };
}

/** The token of a visitor, with a grant that does not end at once. */
async function renewed(visitor) {
  if (!visitor.token) throw new Problem("Connect your storage first.", 403);
  if (visitor.token.ends - RENEW_BEFORE > Date.now() / 1000) return visitor.token;
  try {
    visitor.token =
      dated(await oauth.refreshTokenGrant(config, visitor.token.refresh_token, CREDENTIALS));
  } catch (refusal) {
    if (refusal.error !== "invalid_grant") throw refusal;
    visitor.token = null;
    throw new Problem(REMOVED, 403);
  }
  return visitor.token;
}

/** Why the storage has refused a grant: if the server does not stand by it any more (RFC 7662), access
 * was removed. */
async function whyRefused(visitor, refusal) {
  try {
    if ((await oauth.tokenIntrospection(config, visitor.token.access_token)).active) return refusal;
  } catch (silence) {
    return silence;
  }
  visitor.token = null;
  return new Problem(REMOVED, 403);
}

// --- the storage ---

/** The place that the user has allowed, by S3. */
class Storage {
  constructor(token) {
    if (!token.s3) {
      const reason = token.s3_error ?? "this application was started with S3=off.";
      throw new Problem("There are no S3 credentials: " + reason);
    }
    this.client = new s3.S3Client({
      endpoint: token.s3.endpoint,
      credentials: { accessKeyId: token.s3.access_key_id, secretAccessKey: token.s3.secret_key },
      region: "us-east-1",
      forcePathStyle: true,
      maxAttempts: 2,
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
    });
    const place = token.scopes.find(word => word.startsWith("bucket:"));
    [this.bucket, this.prefix = ""] = place.slice("bucket:".length).split(";prefix:");
    this.prefix = decodeURIComponent(this.prefix);
  }

  async names() {
    const found = await this.client.send(new s3.ListObjectsV2Command({
      Bucket: this.bucket, Prefix: this.prefix, MaxKeys: MAX_FILES }));
    return (found.Contents ?? []).map(entry => entry.Key.slice(this.prefix.length));
  }

  async read(name) {
    const found = await this.client.send(new s3.GetObjectCommand({
      Bucket: this.bucket, Key: this.prefix + name }));
    return found.Body;
  }

  async write(name, text) {
    await this.client.send(new s3.PutObjectCommand({
      Bucket: this.bucket, Key: this.prefix + name, Body: text }));
  }
}

// --- the pages ---

const app = express();
app.set("view engine", "ejs");
app.set("views", import.meta.dirname + "/views");
// Grants stay on this side; the cookie has a random key only. A real application has a database.
app.use(session({
  name: "visitor",
  secret: randomBytes(32).toString("hex"),
  store: new (memorystore(session))({ max: MAX_VISITORS, ttl: SESSION * 1000 }),
  cookie: { httpOnly: true, sameSite: "lax", secure: APP_URL.startsWith("https:") },
  resave: false,
  saveUninitialized: false,
}));
app.use(express.urlencoded({ extended: false, limit: MAX_BODY }));

app.use((request, response, next) => {
  response.set({
    "Content-Security-Policy": "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
  });
  const isOurs = request.method !== "POST" || request.get("Origin") === APP_URL;
  next(isOurs ? undefined : new Problem("This form was sent by another site.", 403));
});

function show(request, response, { message = "", status = 200, files = null } = {}) {
  const token = request.session?.token;
  response.status(status).render("page", { message, token, files });
}

app.get("/", async (request, response) => {
  const visitor = request.session;
  if (!visitor.token) return show(request, response);
  const token = await renewed(visitor);
  const files = token.scopes.includes("list") ? await new Storage(token).names() : null;
  return show(request, response, { files });
});

app.get("/connect", async (request, response) => {
  if (request.session.token) return response.redirect("/");
  const state = oauth.randomState(), verifier = oauth.randomPKCECodeVerifier();
  // A new key, since another site of this domain may have set the cookie to one that it knows.
  await promisify(request.session.regenerate).call(request.session);
  request.session.asked = { state, verifier };
  return response.redirect(oauth.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT_URI,
    scope: SCOPE,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  }).href);
});

app.get("/callback", async (request, response) => {
  const visitor = request.session;
  // Somebody else's answer would connect this browser to their storage. openid-client compares iss.
  if (!visitor.asked || request.query.state !== visitor.asked.state)
    throw new Problem("This answer does not belong to a request of this browser. Connect again.", 400);
  const { state, verifier } = visitor.asked;
  visitor.asked = null;
  if (request.query.error === "access_denied")
    throw new Problem("You did not allow access. Nothing was connected.", 403);
  visitor.token = dated(await oauth.authorizationCodeGrant(
    config, new URL(request.originalUrl, APP_URL),
    { expectedState: state, pkceCodeVerifier: verifier }, CREDENTIALS));
  response.redirect("/");
});

app.get("/file", async (request, response) => {
  const name = String(request.query.name);
  const body = await new Storage(await renewed(request.session)).read(name);
  response.attachment(name).type("application/octet-stream"); // never shown as a page of this site
  await pipeline(body, response);
});

app.post("/file", async (request, response) => {
  const { name, text = "" } = request.body ?? {};
  if (!name) throw new Problem("The file has no name: give it one.", 400);
  await new Storage(await renewed(request.session)).write(String(name), String(text));
  response.redirect(303, "/");
});

app.post("/disconnect", async (request, response) => {
  const { token } = request.session;
  if (!token) throw new Problem("Connect your storage first.", 403);
  // A refresh token stands for all that came with it.
  await oauth.tokenRevocation(config, token.refresh_token ?? token.access_token);
  request.session.token = null;
  show(request, response,
       { message: "Disconnected. This application has no access any more." });
});

// --- what can go wrong, in words ---

function words(error) {
  if (error instanceof Problem) return [error.message, error.status];
  if (error instanceof oauth.ResponseBodyError || error instanceof oauth.AuthorizationResponseError)
    return [`The server refused: ${error.error}: ${error.error_description ?? ""}`, 502];
  if (error.code === "OAUTH_INVALID_RESPONSE")
    return ["This answer does not belong to a request of this browser. Connect again.", 400];
  if (error.$metadata?.httpStatusCode)
    return [`Your storage refused this: ${error.message}`, 502];
  if (error.$metadata) return ["Your storage cannot be reached. Try again later.", 502];
  if (error instanceof oauth.ClientError || error instanceof TypeError)
    return ["The server that grants access cannot be reached. Try again later.", 502];
  return [error.status < 500 ? error.message : "Something went wrong here.", error.status ?? 500];
}

// Express knows by the four parameters that this is for errors.
app.use(async (error, request, response, _next) => {
  // So that the browser knows that a file is incomplete.
  if (response.headersSent) return response.destroy();
  const told = error.$metadata?.httpStatusCode ? await whyRefused(request.session, error) : error;
  const [message, status] = words(told);
  if (status === 500) console.error(told.stack);
  return show(request, response, { message, status });
});

const config = await discover();
app.listen(PORT, "127.0.0.1", problem => {
  if (problem) stop(`Port ${PORT} cannot be used: ${problem.code}. Set PORT to another one.`);
  console.log(`Open ${APP_URL} in a browser; Ctrl-C ends this.`);
});
