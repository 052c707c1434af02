// SPDX-License-Identifier: Apache-2.0
import {fill, h} from './dom.js';
import {
    closedNote,
    frame,
    isThere,
    logInForm,
    main,
    nextPage,
    passwords,
    registers
} from './page.js';
import {targetTake} from './provider.js';
import {t} from './text.js';

// Of somebody who comes back from a provider.
const target = targetTake();
if (target && isThere)
    location.replace(target);

frame({title: t('login'), narrow: true});
fill(main,
    h('div', {class: 'card'}, h('h1', {}, t('login')),
        logInForm(() => location.replace(target ?? nextPage()), {target: target ?? nextPage()}),
        passwords && h('p', {class: 'soft'}, h('a', {href: '/forgot'}, t('forgot'))),
        registers ? h('p', {class: 'soft'}, t('login.new'), ' ',
                        h('a', {href: '/register' + location.search}, t('register.link')))
                  : closedNote()));
