// SPDX-License-Identifier: Apache-2.0
// How an application signs its client secret, in four languages, ready to paste. Each prints one
// JWT; the secret comes from the environment and is never in the program.

import {fill, h, newId} from './dom.js';
import {t} from './text.js';

const shell = id => `# needs CLIENT_SECRET in the environment
b64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
head=$(printf '{"alg":"HS256","typ":"JWT"}' | b64url)
body=$(printf '{"client_id":"%s","exp":%d,"jti":"%s"}' '${id}' \\
  $(($(date +%s) + 300)) "$(openssl rand -hex 16)" | b64url)
sign=$(printf '%s.%s' "$head" "$body" |
  openssl dgst -sha256 -hmac "$CLIENT_SECRET" -binary | b64url)
echo "$head.$body.$sign"
`;

const python = id => `# pip install PyJWT; needs CLIENT_SECRET in the environment
import os, secrets, time
import jwt

print(jwt.encode({
    "client_id": "${id}",
    "exp": int(time.time()) + 300,
    "jti": secrets.token_hex(16),
}, os.environ["CLIENT_SECRET"], algorithm="HS256"))
`;

const go = id => `// needs CLIENT_SECRET in the environment
package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"time"
)

func main() {
	b64 := base64.RawURLEncoding.EncodeToString
	jti := make([]byte, 16)
	rand.Read(jti)
	text := b64([]byte(\`{"alg":"HS256","typ":"JWT"}\`)) + "." + b64([]byte(fmt.Sprintf(
		\`{"client_id":"${id}","exp":%d,"jti":"%x"}\`,
		time.Now().Unix()+300, jti)))
	mac := hmac.New(sha256.New, []byte(os.Getenv("CLIENT_SECRET")))
	mac.Write([]byte(text))
	fmt.Println(text + "." + b64(mac.Sum(nil)))
}
`;

const node = id => `// needs CLIENT_SECRET in the environment
import {createHmac, randomUUID} from 'node:crypto';

const b64 = text => Buffer.from(text).toString('base64url');
const text = b64('{"alg":"HS256","typ":"JWT"}') + '.' + b64(JSON.stringify({
  client_id: '${id}',
  exp: Math.floor(Date.now() / 1000) + 300,
  jti: randomUUID(),
}));
const mac = createHmac('sha256', process.env.CLIENT_SECRET);
console.log(text + '.' + mac.update(text).digest('base64url'));
`;

const languages = {
    Shell: shell,
    Python: python,
    Go: go,
    Node: node
};

// Tabs, as in the ARIA patterns: arrow keys move between them.
export function snippets(clientId) {
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
        fill(pre, languages[names[i]](clientId));
        return tabs[i];
    }
    choose(0);
    return h('div', {class: 'stack'},
        h('div', {class: 'spread'},
            h('div', {class: 'tabs', role: 'tablist', 'aria-label': t('sign')}, tabs), copy),
        pre);
}
