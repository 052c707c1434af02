// SPDX-License-Identifier: Apache-2.0
// The passkeys of the person's account: adding, renaming and removing them.

import {api} from './api.js';
import {dialog, field, h, reloading, time} from './dom.js';
import {confirmField} from './page.js';
import {addPasskey, hasPasskeys} from './passkey.js';
import {day, t} from './text.js';

const MOST = 10; // that an account may have

const nameField = (value = '') => field({
    label: t('passkey.name'),
    name: 'name',
    hint: t('passkey.name.hint'),
    value,
    required: true,
    maxlength: 100,
    autocomplete: 'off'
});

async function add(reload) {
    const added = await dialog({
        title: t('passkey.add'),
        body: [t('passkey.add.more'), nameField(), confirmField()],
        confirm: t('factor.next'),
        send: async ({name, password, code}) => (await addPasskey(name, password, code), true),
    });
    if (added)
        reload(t('passkey.added'));
}

async function rename({id, name}, reload) {
    const renamed = await dialog({
        title: t('passkey.rename'),
        body: [nameField(name)],
        confirm: t('save'),
        send: async values => (await api.renamePasskey(id, values.name), true),
    });
    if (renamed)
        reload(t('saved'));
}

async function remove({id, name}, reload) {
    const removed = await dialog({
        title: t('passkey.remove'),
        body: [t('passkey.remove.more', {name}), confirmField()],
        confirm: t('passkey.remove'),
        danger: true,
        send: async ({password, code}) => (await api.removePasskey(id, password, code), true),
    });
    if (removed)
        reload(t('passkey.removed'));
}

// Of several with the same words, a screen reader names the passkey as well.
const button = (key, name, onclick) => h('button',
    {type: 'button', class: 'small-button', 'aria-label': `${t(key)}: ${name}`, onclick},
    t(key) + ' …');

const row = (passkey, reload) => h('li', {class: 'spread'},
    h('div', {}, h('p', {}, h('b', {}, passkey.name)),
        h('p', {class: 'small soft'}, t('passkey.since'), ' ', time(passkey.created_at, day), ' · ',
            t('passkey.used'), ' ', time(passkey.last_used_at))),
    h('div', {class: 'row'}, button('passkey.rename', passkey.name, () => rename(passkey, reload)),
        button('passkey.remove', passkey.name, () => remove(passkey, reload))));

const addButton = reload => h(
    'div', {}, h('button', {type: 'button', onclick: () => add(reload)}, t('passkey.add') + ' …'));

const rest = (found, reload) => {
    if (!hasPasskeys)
        return h('p', {class: 'soft'}, t('passkey.none'));
    return found.length < MOST ? addButton(reload) : h('p', {class: 'soft'}, t('passkey.full'));
};

export const passkeys = () => reloading(async reload => {
    const found = await api.passkeys();
    return [
        h('p', {class: 'soft'}, t('passkey.what')),
        found.length > 0 && h('ul', {class: 'list'}, found.map(passkey => row(passkey, reload))),
        rest(found, reload)
    ];
});
