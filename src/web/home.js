// SPDX-License-Identifier: Apache-2.0
// The first page: what this is, and where to go.

import {h, show} from './dom.js';
import {closedNote, frame, main, registers, whoIsThere} from './page.js';
import {t} from './text.js';

const place = (href, key) => h('a', {class: 'card', href}, h('h2', {}, t('nav.' + key)),
    h('p', {class: 'soft'}, t(`home.${key}`)));

const point = key => h('div', {class: 'card'}, h('h2', {}, t(`point.${key}`)),
    h('p', {class: 'soft'}, t(`point.${key}.more`)));

const stranger =
    () => [h('div', {class: 'hero'}, h('h1', {}, t('home.title')),
               h('p', {class: 'lead'}, t('home.lead')),
               h('div', {class: 'row'},
                   h('a', {class: 'button primary', href: '/login'}, t('login')),
                   registers && h('a', {class: 'button', href: '/register'}, t('register'))),
               !registers && closedNote()),
        h('div', {class: 'thirds'}, ['tick', 'phrase', 'back'].map(point)),
];

const known =
    account => [h('div', {class: 'tight'}, h('h1', {}, t('home.hello', {name: account.full_name})),
                    h('p', {class: 'soft lead'}, t('home.lead'))),
        h('div', {class: 'cards'},
            ['apps', 'projects', 'console', 'account'].map(key => place('/' + key, key))),
];

frame({});
show(main, async () => {
    const account = await whoIsThere();
    frame({});
    return account ? known(account) : stranger();
});
