// SPDX-License-Identifier: Apache-2.0
import {fill, h} from './dom.js';
import {closedNote, frame, logInForm, main, nextPage, passwords, registers} from './page.js';
import {t} from './text.js';

frame({title: t('login'), narrow: true});
fill(main,
    h('div', {class: 'card'}, h('h1', {}, t('login')),
        logInForm(() => location.replace(nextPage())),
        passwords && h('p', {class: 'soft'}, h('a', {href: '/forgot'}, t('forgot'))),
        registers ? h('p', {class: 'soft'}, t('login.new'), ' ',
                        h('a', {href: '/register' + location.search}, t('register.link')))
                  : closedNote()));
