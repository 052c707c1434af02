// SPDX-License-Identifier: Apache-2.0
// Accounts, for operators: finding them, blocking them, and helping those who have lost something.

import {api} from './api.js';
import {dialog, field, form, h, reloading, time} from './dom.js';
import {showMore} from './more.js';
import {sendsMail} from './page.js';
import {day, t} from './text.js';

const isOperator = account => account.roles.includes('operator');

// Asks before it acts. What the texts are named by: operator.block, operator.block.more, ...
async function act(key, {email}, reload, send) {
    const done = await dialog({
        title: t(key + '.title', {email}),
        body: [t(key + '.more')],
        confirm: t(key),
        danger: key === 'operator.block',
        send: async () => (await send(), true),
    });
    if (done)
        await reload(t(key + '.done', {email}));
}

// Of several with the same words, a screen reader names the account as well.
function button(key, account, reload, send) {
    return h('button', {
        type: 'button',
        class: 'small-button',
        'aria-label': `${t(key)}: ${account.email}`,
        onclick: () => act(key, account, reload, send)
    },
        t(key) + ' …');
}

function buttons(account, reload) {
    const {id, blocked_at, second_factor, passkey} = account;
    if (isOperator(account))
        return h('p', {class: 'small soft'}, t('operator.by.command'));
    return h('div', {class: 'row'},
        blocked_at ? button('operator.unblock', account, reload, () => api.blockAccount(id, false))
                   : button('operator.block', account, reload, () => api.blockAccount(id, true)),
        (second_factor || passkey) &&
            button('operator.factors', account, reload, () => api.resetFactors(id)),
        sendsMail && !blocked_at &&
            button('operator.link', account, reload, () => api.mailReset(id)));
}

const tag = (text, kind = '') => h('span', {class: 'tag ' + kind}, t(text));

function tags({blocked_at, roles, second_factor, passkey}) {
    const all = [
        blocked_at && tag('operator.blocked', 'bad'),
        ...roles.map(role => tag('operator.role.' + role)),
        second_factor && tag('operator.has.factor', 'good'),
        passkey && tag('operator.has.passkey', 'good')
    ].filter(Boolean);
    return all.length > 0 && h('span', {class: 'row'}, all);
}

const row = (account, reload) => h('li', {class: 'spread'},
    h('div', {class: 'tight'}, h('b', {}, account.email), tags(account),
        h('p', {class: 'small soft'}, account.full_name, ' · ', t('operator.since'), ' ',
            time(account.created_at, day), ' · ', t('operator.login'), ' ',
            time(account.last_login_at, day))),
    buttons(account, reload));

function entries(found, reload) {
    if (!found.length)
        return h('p', {class: 'soft'}, t('operator.none'));
    const list = h('ul', {class: 'list'}, found.map(one => row(one, reload)));
    return [list, showMore(found, more => list.append(...more.map(one => row(one, reload))))];
}

export function accounts() {
    let email = '', again;
    const list = reloading(async reload => {
        again = reload;
        return entries(await api.accounts(email), reload);
    });
    const search = form({
        fields: [field({
            label: t('operator.search'),
            name: 'email',
            type: 'search',
            inputmode: 'email',
            autocomplete: 'off',
            maxlength: 254
        })],
        submit: t('operator.search.go'),
        kind: '',
        send: async values => {
            ({email} = values);
            await again();
        },
    });
    return [search, list];
}
