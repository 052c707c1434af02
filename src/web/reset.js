// SPDX-License-Identifier: Apache-2.0
// Choosing another password by a link. Its token is in the fragment, and leaves the address bar and
// the history at once. Only the button uses it up, so a program that follows links does not.

import {api} from './api.js';
import {fill, form, h, note, say} from './dom.js';
import {frame, main} from './page.js';
import {newPasswordField} from './password.js';
import {t} from './text.js';

const token = location.hash.slice(1);
history.replaceState(null, '', location.pathname);

const card = (...children) =>
    fill(main, h('div', {class: 'card'}, h('h1', {}, t('reset')), ...children));

function done() {
    card(note('good', t('reset.done')),
        h('div', {}, h('a', {class: 'button primary', href: '/login'}, t('login'))));
    say(t('reset.done'));
}

const passwordForm = () => form({
    fields: [newPasswordField(
        () => ({email: '', full_name: ''}), {label: t('password.new'), name: 'new_password'})],
    submit: t('reset'),
    send: async ({new_password}) => {
        await api.resetPassword(token, new_password);
        done();
    },
});

frame({title: t('reset'), narrow: true, links: false});
if (token)
    card(h('p', {class: 'soft'}, t('reset.lead')), passwordForm());
else
    card(h('p', {}, t('reset.none')));
