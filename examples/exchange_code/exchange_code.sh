#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# An application's server exchanges a code for an access grant.
#
#	CLIENT_SECRET=... [PASSPHRASE=...] exchange_code.sh SERVER CLIENT_ID REDIRECT_URI CODE
#
# Prints the server's answer. Needs curl and openssl. The passphrase must hold no quote or backslash,
# since no JSON tool is used here. openssl gets the secret on its command line, where other users of
# the machine can see it for a moment; where that matters, use another of these programs.
set -eu

if [ $# != 4 ]; then
	echo "usage: exchange_code.sh SERVER CLIENT_ID REDIRECT_URI CODE" >&2
	exit 2
fi
server=$1 client_id=$2 redirect_uri=$3 code=$4

base64url() {
	openssl base64 -A | tr '+/' '-_' | tr -d '='
}

# A JWT that is good for five minutes and for one request.
header=$(printf '{"alg":"HS256","typ":"JWT"}' | base64url)
claims=$(printf '{"client_id":"%s","exp":%d,"jti":"%s"}' "$client_id" \
	$(($(date +%s) + 300)) "$(openssl rand -hex 16)" | base64url)
signature=$(printf '%s.%s' "$header" "$claims" |
	openssl dgst -sha256 -hmac "$CLIENT_SECRET" -binary | base64url)

passphrase=
[ -z "${PASSPHRASE:-}" ] || passphrase=$(printf ', "passphrase": "%s"' "$PASSPHRASE")

# The body on standard input, so that no other user sees it. A refusal is printed too; the last line
# is the status.
answer=$(curl -sS --max-time 30 --write-out '\n%{http_code}' \
	-H 'Content-Type: application/json' --data-binary @- "$server/api/v0/oauth2/token" <<END
{"client_id": "$client_id", "client_secret": "$header.$claims.$signature",
 "redirect_uri": "$redirect_uri", "code": "$code"$passphrase}
END
)
status=$(printf '%s' "$answer" | tail -n 1)
answer=$(printf '%s' "$answer" | sed '$d')
if [ "$status" != 200 ]; then
	printf '%s\n' "$answer" >&2
	exit 1
fi
printf '%s\n' "$answer"
