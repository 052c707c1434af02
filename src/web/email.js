// SPDX-License-Identifier: Apache-2.0
// Confirming another e-mail address by the link that was sent there, and undoing a change by the
// link that the address before got. The token is in the fragment, and leaves the address bar and
// the history at once. Only the button uses it up, so a program that follows links does not.

import {api} from './api.js';
import {fill, form, h, note, say} from './dom.js';
import {frame, main} from './page.js';
import {t} from './text.js';

const [, what, token] = /^#(confirm|undo)=(.+)$/.exec(location.hash) ?? [];
history.replaceState(null, '', location.pathname);

const title = t(what === 'undo' ? 'email.undo' : 'email.confirm');
const card = (...children) =>
    fill(main, h('div', {class: 'card'}, h('h1', {}, title), ...children));

function done(text, target, label) {
    card(note('good', text), h('div', {}, h('a', {class: 'button primary', href: target}, label)));
    say(text);
}

const confirmForm = () => form({
    fields: [],
    submit: t('email.confirm'),
    send: async () => {
        await api.confirmEmail(token);
        done(t('email.confirmed'), '/account', t('nav.account'));
    },
});

const undoForm = () => form({
    fields: [],
    submit: t('email.undo'),
    send: async () => {
        const {reset_token} = await api.undoEmail(token);
        done(t('email.undone'), '/reset#' + reset_token, t('reset'));
    },
});

frame({title, narrow: true, links: false});
if (what === 'confirm')
    card(h('p', {class: 'soft'}, t('email.confirm.lead')), confirmForm());
else if (what === 'undo')
    card(h('p', {class: 'soft'}, t('email.undo.lead')), undoForm());
else
    card(h('p', {}, t('email.none')));
