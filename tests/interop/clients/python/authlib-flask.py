# SPDX-License-Identifier: Apache-2.0
"""A Flask application with Authlib, which finds everything by discovery."""

import os
import secrets
from urllib.parse import urlsplit

from authlib.integrations.flask_client import OAuth
from flask import Flask, jsonify

app = Flask(__name__)
app.secret_key = secrets.token_bytes(32)

REDIRECT_URI = os.environ["REDIRECT_URI"]
grantd = OAuth(app).register(
    "grantd", client_id=os.environ["CLIENT_ID"], client_secret=os.environ.get("CLIENT_SECRET"),
    server_metadata_url=os.environ["ISSUER"] + "/.well-known/oauth-authorization-server",
    client_kwargs={"scope": "read bucket:photos;prefix:2024/ offline_access", "code_challenge_method": "S256",
                   "token_endpoint_auth_method": os.environ["METHOD"]})


@app.route("/login")
def login():
    return grantd.authorize_redirect(REDIRECT_URI)


@app.route("/callback")
def callback():
    return jsonify({"token": grantd.authorize_access_token()})


app.run(port=urlsplit(REDIRECT_URI).port)
