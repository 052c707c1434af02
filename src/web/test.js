// SPDX-License-Identifier: Apache-2.0
// Where a test of an application comes back to: the code, the signed JWT and the exchange, step by
// step, each as the application's own server would do it.

import {get} from './api.js';
import {hasSecret, methodOf, signs} from './client_method.js';
import {busy, copyable, field, fill, form, h, note} from './dom.js';
import {page} from './page.js';
import {quoted} from './shell.js';
import {begun, callback, canSign, sign} from './test_part.js';
import {t} from './text.js';

// The code leaves the address at once, and so the history.
const answer = Object.fromEntries(new URLSearchParams(location.search));
history.replaceState(null, '', location.pathname);
const kept = begun();

const step = (key, ...parts) =>
    h('section', {class: 'card', 'aria-label': t(key)}, h('h2', {}, t(key)), ...parts);
const pretty = value => h('pre', {tabindex: '0'}, JSON.stringify(value, null, 2));

// On one line, so that it stays whole however it is copied.
const curl = (url, body) => `curl -sS -X POST ${quoted(url)} ` +
    `-H 'Content-Type: application/json' -d ${quoted(JSON.stringify(body))}`;

// What the application's server would send, and where. A public client has no secret to prove.
const exchange = (client, path, rest) => [location.origin + path, {
    client_id: client.client_id,
    ...rest,
    redirect_uri: callback,
    code: answer.code,
    code_verifier: kept.verifier,
}];
const signed = (client, jwt) => exchange(client, '/api/v0/oauth2/token', {client_secret: jwt});
const unsigned = client => exchange(client, '/oauth2/token', {grant_type: 'authorization_code'});

function outcome(status, body) {
    const grant = body.access_grant ?? body.access_token;
    return [
        h('p', {}, h('span', {class: 'tag ' + (grant ? 'good' : 'bad')}, `HTTP ${status}`)),
        grant ? [note('good', t('test.done')), copyable(grant, t('test.grant'))]
              : note('bad', body.error_description ?? body.error ?? ''),
        pretty(body),
    ];
}

// Neither the cookie nor anything else of the developer goes along.
async function send(url, body) {
    const response = await fetch(url, {
        method: 'POST',
        credentials: 'omit',
        headers: {'Content-Type': 'application/json'},
        body: JSON.stringify(body),
    });
    return outcome(response.status, await response.json());
}

function exchangeStep([url, body]) {
    const result = h('div', {class: 'stack', role: 'status'});
    const button = h('button', {
        type: 'button',
        class: 'primary',
        onclick: () => busy(button,
            async () => {
                try {
                    fill(result, await send(url, body));
                } catch {
                    fill(result, note('bad', t('error.no_answer')));
                }
            })
    },
        t('test.send'));
    return step('test.exchange', h('p', {class: 'soft'}, t('test.exchange.more')),
        copyable(curl(url, body), t('test.exchange')), h('div', {}, button), result);
}

// The secret is used here and kept nowhere.
function signStep(client, rest) {
    const parts = h('div', {class: 'stack'});
    return step('test.sign', h('p', {class: 'soft'}, t('test.sign.more')), form({
        fields: [field({
            label: t('secret'),
            name: 'secret',
            type: 'password',
            autocomplete: 'off',
            required: true,
        })],
        submit: t('test.sign.do'),
        send: async ({secret}, node) => {
            const header = {alg: 'HS256', typ: 'JWT'};
            const claims = {
                client_id: client.client_id,
                exp: Math.floor(Date.now() / 1000) + 300,
                jti: crypto.randomUUID(),
            };
            const jwt = await sign(secret.trim(), header, claims);
            node.reset();
            fill(parts, pretty(header), pretty(claims), copyable(jwt, 'JWT'));
            fill(rest, exchangeStep(signed(client, jwt)));
        },
    }),
        parts);
}

const codeStep = () => step('test.code', copyable(answer.code, t('test.code')),
    h('p', {class: 'soft'}, t('test.code.more')));

function steps(client) {
    const rest = h('div', {class: 'stack wide'});
    if (signs(client))
        return [codeStep(), signStep(client, rest), rest];
    if (methodOf(client) === 'none')
        return [codeStep(), exchangeStep(unsigned(client))];
    return [
        codeStep(), note('warn', t('test.other', {
            method: methodOf(client),
            how: t(hasSecret(client) ? 'test.other.secret' : 'test.other.key')
        }))
    ];
}

const head = (...parts) => [h('div', {class: 'tight'}, h('h1', {}, t('test')), ...parts)];
const back = (id = '', name = '') =>
    h('p', {}, h('a', {href: '/console#' + id}, name ? '← ' + name : t('client.back')));

page({
    title: t('test'),
    load: async () => {
        // Whoever sends somebody here with a code gets nothing shown or sent.
        if (!canSign || !kept || !answer.state || answer.state !== kept.state)
            return [...head(back()), note('warn', t('test.stranger'))];
        if (answer.error)
            return [
                ...head(back(kept.id)),
                note('bad', `${answer.error}: ${answer.error_description ?? ''}`),
            ];
        const client = await get('/api/v0/developer/auth/oauth2/clients/' + kept.id);
        return [...head(back(kept.id, client.name)), ...steps(client)];
    },
});
