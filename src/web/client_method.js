// SPDX-License-Identifier: Apache-2.0
// How an application authenticates, in the console's form. What this server allows is in its
// metadata.

import {get} from './api.js';
import {field, h, note} from './dom.js';
import {t} from './text.js';

const USUAL = 'client_secret_jwt';
const SENDS_SECRET = ['client_secret_basic', 'client_secret_post'];

let allowed = null;

// Return: the methods to choose from, of which the application may have another.
export async function methods() {
    allowed ??= (await get('/.well-known/oauth-authorization-server'))
                    .token_endpoint_auth_methods_supported;
    return allowed;
}

export const methodOf = client => client.token_endpoint_auth_method;
export const signs = client => methodOf(client) === USUAL;
export const hasSecret = client => signs(client) || SENDS_SECRET.includes(methodOf(client));

const keysText = client => client?.jwks ? JSON.stringify(client.jwks, null, 2) : '';

// Public keys; what is no JSON is sent as it is, and refused by the server.
function keysPart(client) {
    const part = field({
        label: t('method.keys'),
        tag: 'textarea',
        spellcheck: 'false',
        placeholder: '{"keys": [...]}',
        hint: t('method.keys.hint'),
        value: keysText(client),
    });
    function value() {
        try {
            return JSON.parse(part.control.value);
        } catch {
            return part.control.value;
        }
    }
    return {
        node: part,
        chosen: () => part.hidden || part.control.value === keysText(client) ? {} : {jwks: value()},
    };
}

export function methodPart(client, methods) {
    const current = client ? methodOf(client) : USUAL;
    const warning = note('warn', t('method.raw'));
    const hint = h('p', {class: 'small soft'});
    const keys = keysPart(client);
    const choice = field({
        label: t('method'),
        tag: 'select',
        value: current,
        options: [...new Set([...methods, current])].map(one => [one, t('method.' + one)]),
    });
    function changed() {
        const one = choice.control.value;
        warning.hidden = !SENDS_SECRET.includes(one);
        keys.node.hidden = one !== 'private_key_jwt';
        hint.textContent = one === 'none' ? t('method.none.more') : '';
        hint.hidden = !hint.textContent;
    }
    choice.control.addEventListener('change', changed);
    changed();
    return {
        node: h('div', {class: 'stack'}, choice, hint, warning, keys.node),
        isUnusual: current !== USUAL,
        // Only a change is sent: an operator may have forbidden the present one since.
        chosen: () => ({
            ...(choice.control.value === current
                    ? {}
                    : {token_endpoint_auth_method: choice.control.value}),
            ...keys.chosen(),
        }),
    };
}
