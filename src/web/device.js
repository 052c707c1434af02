// SPDX-License-Identifier: Apache-2.0
// A device without a browser asks for access (RFC 8628): the person enters the code that it shows,
// and decides here.

import {api, post, Refusal} from './api.js';
import {consentForm} from './consent_form.js';
import {noProject, offered} from './consent_parts.js';
import {field, fill, form, h, note, say, show} from './dom.js';
import {closedNote, frame, logInForm, logOut, main, registers, whoIsThere} from './page.js';
import {registerForm} from './register_form.js';
import {t} from './text.js';

// From a link or a QR code that the device shows; or that somebody sent.
const given = new URLSearchParams(location.search).get('user_code') ?? '';

let view = null;
let entered = '';

const head = () => frame({title: t('device'), narrow: true, links: false, notMe});

// Somebody else goes on.
async function notMe() {
    await logOut();
    return start();
}

// --- logging in ---

function door(isNew) {
    head();
    const other = h('button', {type: 'button', class: 'link', onclick: () => door(!isNew)},
        t(isNew ? 'login' : 'register.link'));
    fill(main,
        h('div', {class: 'card'}, h('h1', {}, t('device')),
            h('p', {class: 'soft'}, t('device.login')), h('hr'),
            h('h2', {}, t(isNew ? 'register' : 'login')), (isNew ? registerForm : logInForm)(start),
            registers
                ? h('p', {class: 'soft'}, t(isNew ? 'register.have' : 'login.new'), ' ', other)
                : closedNote()));
    main.querySelector('input, a.button, button')?.focus();
}

// --- the code ---

// A code that came with a link is not sent before the person has compared it.
function codeCard() {
    const code = field({
        label: t('device.code'),
        name: 'user_code',
        hint: t(given ? 'device.same.hint' : 'device.code.hint'),
        value: given,
        required: true,
        maxlength: 20,
        autocomplete: 'off',
        autocapitalize: 'characters',
        spellcheck: 'false',
    });
    return h('div', {class: 'card'}, h('h1', {}, t('device')), form({
        fields: [code],
        submit: t(given ? 'device.same' : 'device.next'),
        send: async ({user_code}) => {
            view = await post('/api/v0/oauth2/device', {user_code});
            entered = user_code.toUpperCase();
            await decide();
        },
    }));
}

// --- the decision ---

const asks = () => h('div', {class: 'asks'}, h('h1', {tabindex: '-1'}, t('device.asks')),
    h('p', {class: 'soft'}, t('asks.calls', {name: view.client_name})),
    view.self_registered && h('p', {}, t('asks.nobody')),
    h('p', {class: 'small soft'}, t('asks.unproven')),
    note('warn', t('device.careful', {code: entered})));

function end(key) {
    frame({title: t('device'), narrow: true, links: false});
    const title = h('h1', {tabindex: '-1'}, t(key));
    fill(main, h('div', {class: 'card'}, title, h('p', {class: 'soft'}, t(key + '.more'))));
    title.focus();
    say(t(key));
}

async function send(body, fail) {
    try {
        await post('/api/v0/oauth2/consent', {request_id: view.request_id, ...body});
        end(body.approve ? 'device.allowed' : 'device.refused');
    } catch (error) {
        if (!(error instanceof Refusal))
            throw error;
        // Somebody else has logged in in another tab: nothing here is theirs.
        if (error.code === 'forbidden')
            return location.reload();
        const isLate =
            ['request_expired', 'request_not_pending', 'invalid_request_id'].includes(error.code);
        fail(error, isLate ? t('device.late') : undefined);
    }
}

async function decide() {
    const [all, grants] = await Promise.all([api.projects(), api.grants()]);
    const projects = offered(all, view);
    fill(main,
        projects.length
            ? consentForm({view, asks: asks(), send, ends: t('device.ends')}, projects, grants)
            : noProject(view, asks(), decide, send));
    main.querySelector('h1').focus();
}

function start() {
    head();
    return show(main, async () => {
        if (!await whoIsThere()) {
            setTimeout(door, 0, false);
            return [];
        }
        head();
        setTimeout(() => main.querySelector('input, button')?.focus(), 0);
        return codeCard();
    });
}

start();
