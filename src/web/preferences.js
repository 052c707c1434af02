// SPDX-License-Identifier: Apache-2.0
// The language of the person's pages and mails, and what they are told by mail.

import {api} from './api.js';
import {field, form, group, h, note, say, tick} from './dom.js';
import {me, sendsMail} from './page.js';
import {choices, language, t, useLanguage} from './text.js';

const kinds = ['new_browser', 'connected', 'client_secret'];

export const languageForm = () => form({
    fields: [field({
        tag: 'select',
        label: t('language'),
        name: 'language',
        value: me().language ?? language,
        options: choices.map(({code, name}) => [code, name])
    })],
    submit: t('language.save'),
    send: async values => {
        await api.prefer({language: values.language});
        useLanguage(values.language);
    },
});

const ticks = () => kinds.map(
    kind =>
        tick({title: t('notices.' + kind), name: kind, checked: !me().notices_off.includes(kind)}));

const noticeForm = (boxes = ticks()) => form({
    fields: [group(t('notices.switch'), boxes[0].control, ...boxes)],
    submit: t('notices.save'),
    send: async (values, node) => {
        const {notices_off} =
            await api.prefer({notices_off: kinds.filter(kind => !(kind in values))});
        me().notices_off = notices_off;
        node.querySelector('.note.good')?.remove();
        node.append(note('good', t('saved')));
        say(t('saved'));
    },
});

export const notices = () => sendsMail
    ? [h('p', {class: 'soft'}, t('notices.always')), noticeForm()]
    : h('p', {class: 'soft'}, t('notices.none'));
