// SPDX-License-Identifier: Apache-2.0
// An Express application with passport-oauth2.

import { randomUUID } from "node:crypto";
import express from "express";
import session from "express-session";
import passport from "passport";
import OAuth2Strategy from "passport-oauth2";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI } = process.env;

passport.use(new OAuth2Strategy({
  authorizationURL: `${ISSUER}/oauth2/authorize`,
  tokenURL: `${ISSUER}/oauth2/token`,
  clientID: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  callbackURL: REDIRECT_URI,
  scope: ["read", "bucket:photos;prefix:2024/", "offline_access"],
  state: true,
  pkce: true,
}, (accessToken, refreshToken, params, profile, done) => done(null, { token: params })));

const app = express();
app.use(session({ secret: randomUUID(), resave: false, saveUninitialized: false }));
app.get("/login", passport.authenticate("oauth2", { session: false }));
app.get("/callback", passport.authenticate("oauth2", { session: false }),
  (request, response) => response.json(request.user));
const { hostname, port } = new URL(REDIRECT_URI);
app.listen(port, hostname);
