// SPDX-License-Identifier: Apache-2.0
// Asking for a link for another password. The answer is the same whether the address is known.

import {api} from './api.js';
import {fill, form, h, note, say} from './dom.js';
import {frame, mailField, main, sendsMail} from './page.js';
import {t} from './text.js';

const card = (...children) => fill(main,
    h('div', {class: 'card'}, h('h1', {}, t('forgot')), ...children,
        h('p', {class: 'soft'}, h('a', {href: '/login'}, t('forgot.back')))));

const mailForm = () => form({
    fields: [mailField()],
    submit: t('forgot.send'),
    send: async ({email}) => {
        await api.requestReset(email);
        card(note('good', t('forgot.done', {email})));
        say(t('forgot.done', {email}));
    },
});

frame({title: t('forgot'), narrow: true, links: false});
card(sendsMail ? [h('p', {class: 'soft'}, t('forgot.lead')), mailForm()]
               : h('p', {}, t('forgot.operator')));
