// SPDX-License-Identifier: Apache-2.0
// Shows a refusal. The server's sentence is in the page already.

import {fill, h, note} from './dom.js';
import {data, frame, main, whose} from './page.js';
import {has, t} from './text.js';

const {textContent: sentence, dataset: {code}} = document.getElementById('notice');

const {back} = data();

// On the way from a provider, where no application is involved.
const ofLogIn = () => h('div', {class: 'card'}, h('h1', {}, t('refused.login')),
    note('bad', has(`error.${code}`) ? t(`error.${code}`) : sentence),
    h('details', {}, h('summary', {}, t('refused.operator')),
        h('p', {}, h('code', {}, code), ' · ', sentence)),
    h('p', {}, h('a', {class: 'button', href: '/login'}, t('refused.again'))));

const ofApplication = () => h('div', {class: 'card'}, h('h1', {}, t('refused')),
    note('bad', has(`refused.${code}`) ? t(`refused.${code}`) : t('refused.any')),
    h('p', {}, t('refused.more')),
    h('details', {}, h('summary', {}, t('refused.developer')),
        h('p', {}, h('code', {}, code), ' · ', sentence)),
    back && h('p', {}, h('a', {href: back}, t('refused.back', {host: whose(back)}))),
    h('p', {}, h('a', {href: '/'}, t('refused.home'))));

const isLogIn = location.pathname.startsWith('/login/');
frame({title: t(isLogIn ? 'refused.login' : 'refused'), narrow: true, links: false});
fill(main, isLogIn ? ofLogIn() : ofApplication());
