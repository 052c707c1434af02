// SPDX-License-Identifier: Apache-2.0
// The second factor of the person's account: setting it up, its recovery codes, removing it.

import {api} from './api.js';
import {codeField, copyable, dialog, h, note, reloading, save} from './dom.js';
import {confirmField} from './page.js';
import {day, t} from './text.js';

const FEW = 3; // recovery codes that are left

// Shows recovery codes, which the server says once.
async function keep(codes) {
    const text = codes.join('\n') + '\n';
    await dialog({
        title: t('recovery'),
        body: [
            note('warn', t('recovery.once')), t('recovery.more'),
            h('ol', {class: 'codes', 'aria-label': t('recovery')},
                codes.map(code => h('li', {}, h('code', {}, code)))),
            h('div', {class: 'row'},
                h('button',
                    {type: 'button', onclick: () => save('recovery-codes.txt', text, 'text/plain')},
                    t('recovery.save')))
        ],
        confirm: t('recovery.kept'),
        cancel: null,
    });
}

async function setUp(reload) {
    const setup = await dialog({
        title: t('factor.add'),
        body: [t('factor.what'), confirmField()],
        confirm: t('factor.next'),
        send: ({password}) => api.beginFactor(password),
    });
    if (!setup)
        return;
    const {qrCode} = await import('./qr.js');
    const done = await dialog({
        title: t('factor.add'),
        body: [
            t('factor.scan'), qrCode(setup.uri, t('factor.qr')), t('factor.type'),
            copyable(setup.secret, t('factor.secret')), codeField({hint: t('factor.first')})
        ],
        confirm: t('factor.on'),
        send: ({code}) => api.confirmFactor(code),
    });
    if (done)
        await keep(done.recovery_codes);
    reload(done && t('factor.added'));
}

async function renew(reload) {
    const renewed = await dialog({
        title: t('recovery.new'),
        body: [t('recovery.new.more'), confirmField(), codeField()],
        confirm: t('recovery.new'),
        send: ({password, code}) => api.renewRecoveryCodes(password, code),
    });
    if (!renewed)
        return;
    await keep(renewed.recovery_codes);
    reload(t('recovery.renewed'));
}

async function remove(reload) {
    const removed = await dialog({
        title: t('factor.remove'),
        body: [t('factor.remove.more'), confirmField(), codeField()],
        confirm: t('factor.remove'),
        danger: true,
        send: async ({password, code}) => {
            await api.removeFactor(password, code);
            return true;
        },
    });
    if (removed)
        reload(t('factor.removed'));
}

// Whether each consent takes a code.
async function change(at_consent, reload) {
    const key = at_consent ? 'factor.consent.on' : 'factor.consent.off';
    const changed = await dialog({
        title: t(key),
        body: [t(key + '.more'), confirmField(), codeField()],
        confirm: t(key),
        send: async ({password, code}) => {
            await api.factorAtConsent(at_consent, password, code);
            return true;
        },
    });
    if (changed)
        reload(t('saved'));
}

const button = (text, onclick, kind = '') =>
    h('button', {type: 'button', class: kind, onclick}, text + ' …');

function state(factor, reload) {
    const left = factor.recovery_codes_left;
    if (!factor.active)
        return [
            h('p', {class: 'soft'}, t('factor.what')),
            h('div', {}, button(t('factor.add'), () => setUp(reload)))
        ];
    return [
        h('p', {}, t('factor.since', {date: day(factor.confirmed_at)})),
        left <= FEW ? note('warn', t('recovery.left', {count: left}))
                    : h('p', {class: 'soft'}, t('recovery.left', {count: left})),
        h('p', {class: 'soft'}, t(factor.at_consent ? 'factor.consent.yes' : 'factor.consent.no')),
        h('div', {class: 'row'},
            button(t(factor.at_consent ? 'factor.consent.off' : 'factor.consent.on'),
                () => change(!factor.at_consent, reload)),
            button(t('recovery.new'), () => renew(reload)),
            button(t('factor.remove'), () => remove(reload), 'danger'))
    ];
}

export const secondFactor = () => reloading(async reload => state(await api.factor(), reload));
