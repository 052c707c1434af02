// SPDX-License-Identifier: Apache-2.0
// The console's test of an application: it asks its own developer for access, and the answer comes
// back to test.js, which takes the developer through the exchange.

import {call} from './api.js';
import {busy, h, trouble} from './dom.js';
import {t} from './text.js';

export const callback = location.origin + '/test';
const KEPT = 'test'; // in this tab, until the answer is there

const base64url = bytes => btoa(String.fromCharCode(...bytes))
                               .replaceAll('+', '-')
                               .replaceAll('/', '_')
                               .replaceAll('=', '');
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));
const text = words => new TextEncoder().encode(words);

// Signing in the browser needs https or this machine.
export const canSign = Boolean(crypto.subtle);

// HS256 over a header and claims; the key is the secret as text.
export async function sign(secret, header, claims) {
    const input = [header, claims].map(part => base64url(text(JSON.stringify(part)))).join('.');
    const key = await crypto.subtle.importKey(
        'raw', text(secret), {name: 'HMAC', hash: 'SHA-256'}, false, ['sign']);
    return `${input}.${
        base64url(new Uint8Array(await crypto.subtle.sign('HMAC', key, text(input))))}`;
}

// What a test has begun with, once: another answer than that to it is none.
export function begun() {
    const kept = sessionStorage.getItem(KEPT);
    sessionStorage.removeItem(KEPT);
    return JSON.parse(kept ?? 'null');
}

export async function start(client) {
    const state = random(), verifier = random();
    const challenge = new Uint8Array(await crypto.subtle.digest('SHA-256', text(verifier)));
    sessionStorage.setItem(KEPT, JSON.stringify({state, verifier, id: client.id}));
    location.assign(`/oauth2/authorize?${new URLSearchParams({
        response_type: 'code',
        client_id: client.client_id,
        redirect_uri: callback,
        scope: [...client.scopes, ...client.optional_scopes].join(' ') || 'read list',
        state,
        code_challenge: base64url(challenge),
        code_challenge_method: 'S256',
    })}`);
}

// `change` is called once the redirect URIs are others.
export function testPart(client, change) {
    const there = client.redirect_uris.includes(callback);
    const problem = h('div');
    const button = (label, work, kind) => {
        const node = h('button', {
            type: 'button',
            class: kind,
            onclick: () => busy(node,
                async () => {
                    try {
                        await work();
                    } catch (error) {
                        if (!('code' in error))
                            throw error;
                        problem.replaceChildren(trouble(error, () => node.click()));
                    }
                })
        },
            label);
        return node;
    };
    const set = async uris => change(await call(
        'PUT', `/api/v0/developer/auth/oauth2/clients/${client.id}`, {redirect_uris: uris}));
    const others = client.redirect_uris.filter(uri => uri !== callback);
    const without = () => set(others);
    if (!canSign)
        return [h('p', {class: 'soft'}, t('test.insecure'))];
    if (client.require_pushed_authorization_requests)
        return [h('p', {class: 'soft'}, t('test.pushed'))];
    return [
        h('p', {class: 'soft'}, t('test.lead')),
        !there && h('p', {class: 'soft'}, t('test.add.more', {uri: callback})),
        h('div', {class: 'row'},
            there ? [button(t('test.start'), () => start(client), 'primary'),
                        others.length ? button(t('test.remove'), without, '') : null]
                  : button(t('test.add'), () => set([...client.redirect_uris, callback]), '')),
        problem,
    ];
}
