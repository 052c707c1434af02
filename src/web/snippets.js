// SPDX-License-Identifier: Apache-2.0
// How an application exchanges a code, in four languages, ready to paste: it signs a JWT with its
// secret, and sends that. Each prints the access grant, or what was refused. The secret comes from
// the environment and is never in the program.

import {fill, h, newId} from './dom.js';
import {quoted} from './shell.js';
import {t} from './text.js';

const tokens = location.origin + '/api/v0/oauth2/token';

const shell = ({id, uri, pkce}) => `# CLIENT_SECRET=... sh exchange.sh CODE${pkce && ' VERIFIER'}
b64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
head=$(printf '{"alg":"HS256","typ":"JWT"}' | b64url)
body=$(printf '{"client_id":"%s","exp":%d,"jti":"%s"}' '${id}' \\
  $(($(date +%s) + 300)) "$(openssl rand -hex 16)" | b64url)
sign=$(printf '%s.%s' "$head" "$body" |
  openssl dgst -sha256 -hmac "$CLIENT_SECRET" -binary | b64url)
redirect_uri=${quoted(uri)}
curl -sS -X POST '${tokens}' \\
  -H 'Content-Type: application/json' -d @- <<END
{"client_id": "${id}",
 "client_secret": "$head.$body.$sign",
 "redirect_uri": "$redirect_uri",
 "code": "$1"${pkce && ',\n "code_verifier": "$2"'}}
END
`;

const python = ({id, uri, pkce}) => `# pip install PyJWT
# CLIENT_SECRET=... python3 exchange.py CODE${pkce && ' VERIFIER'}
import json, os, secrets, sys, time, urllib.error, urllib.request
import jwt

body = {
    "client_id": "${id}",
    "client_secret": jwt.encode({
        "client_id": "${id}",
        "exp": int(time.time()) + 300,
        "jti": secrets.token_hex(16),
    }, os.environ["CLIENT_SECRET"], algorithm="HS256"),
    "redirect_uri": ${JSON.stringify(uri)},
    "code": sys.argv[1],${pkce && '\n    "code_verifier": sys.argv[2],'}
}
request = urllib.request.Request(
    "${tokens}",
    json.dumps(body).encode(), {"Content-Type": "application/json"})
try:
    with urllib.request.urlopen(request) as response:
        print(json.load(response)["access_grant"])
except urllib.error.HTTPError as error:
    sys.exit(error.read().decode())
`;

const go = ({id, uri, pkce}) => `// CLIENT_SECRET=... go run exchange.go CODE${pkce && ' VERIFIER'}
package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"time"
)

const clientID = "${id}"

func sign() string {
	b64 := base64.RawURLEncoding.EncodeToString
	jti := make([]byte, 16)
	rand.Read(jti)
	text := b64([]byte(\`{"alg":"HS256","typ":"JWT"}\`)) + "." + b64([]byte(fmt.Sprintf(
		\`{"client_id":"%s","exp":%d,"jti":"%x"}\`, clientID, time.Now().Unix()+300, jti)))
	mac := hmac.New(sha256.New, []byte(os.Getenv("CLIENT_SECRET")))
	mac.Write([]byte(text))
	return text + "." + b64(mac.Sum(nil))
}

func main() {
	body, _ := json.Marshal(map[string]string{
		"client_id":     clientID,
		"client_secret": sign(),
		"redirect_uri":  ${JSON.stringify(uri)},
		"code":          os.Args[1],${pkce && '\n\t\t"code_verifier": os.Args[2],'}
	})
	response, err := http.Post("${tokens}",
		"application/json", bytes.NewReader(body))
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	var answer struct {
		AccessGrant string \`json:"access_grant"\`
	}
	if json.Unmarshal(text, &answer); answer.AccessGrant == "" {
		log.Fatal(string(text))
	}
	fmt.Println(answer.AccessGrant)
}
`;

const node = ({id, uri, pkce}) => `// CLIENT_SECRET=... node exchange.mjs CODE${pkce && ' VERIFIER'}
import {createHmac, randomUUID} from 'node:crypto';

const b64 = text => Buffer.from(text).toString('base64url');
const client_id = '${id}';

function sign() {
  const text = b64('{"alg":"HS256","typ":"JWT"}') + '.' + b64(JSON.stringify({
    client_id,
    exp: Math.floor(Date.now() / 1000) + 300,
    jti: randomUUID(),
  }));
  const mac = createHmac('sha256', process.env.CLIENT_SECRET);
  return text + '.' + mac.update(text).digest('base64url');
}

const response = await fetch('${tokens}', {
  method: 'POST',
  headers: {'Content-Type': 'application/json'},
  body: JSON.stringify({
    client_id,
    client_secret: sign(),
    redirect_uri: ${JSON.stringify(uri)},
    code: process.argv[2],${pkce && '\n    code_verifier: process.argv[3],'}
  }),
});
const answer = await response.json();
if (!response.ok)
  throw new Error(JSON.stringify(answer));
console.log(answer.access_grant);
`;

const languages = {
    Shell: shell,
    Python: python,
    Go: go,
    Node: node
};

// Tabs, as in the ARIA patterns: arrow keys move between them.
export function snippets(client) {
    const needsVerifier = client.require_pkce || client.application_type === 'native';
    const values = {
        id: client.client_id,
        uri: client.redirect_uris[0],
        pkce: needsVerifier ? 'PKCE' : '',
    };
    const id = newId();
    const pre = h('pre', {id, role: 'tabpanel', tabindex: '0'});
    const names = Object.keys(languages);
    const tabs = names.map((name, i) => h('button', {
        type: 'button',
        role: 'tab',
        'aria-controls': id,
        onclick: () => choose(i),
        onkeydown(event) {
            const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
            if (step)
                choose((i + step + names.length) % names.length).focus();
        },
    },
                               name));
    const copy = h('button', {
        type: 'button',
        class: 'small-button',
        async onclick() {
            try {
                await navigator.clipboard.writeText(pre.textContent);
                copy.textContent = t('copied');
                setTimeout(() => { copy.textContent = t('copy'); }, 2000);
            } catch {
                getSelection().selectAllChildren(pre);
            }
        }
    },
        t('copy'));
    function choose(i) {
        tabs.forEach((tab, k) => {
            tab.setAttribute('aria-selected', String(k === i));
            tab.tabIndex = k === i ? 0 : -1;
        });
        pre.setAttribute('aria-label', names[i]);
        fill(pre, languages[names[i]](values));
        return tabs[i];
    }
    choose(0);
    return h('div', {class: 'stack'},
        h('div', {class: 'spread'},
            h('div', {class: 'tabs', role: 'tablist', 'aria-label': t('sign')}, tabs), copy),
        pre);
}
