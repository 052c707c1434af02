// SPDX-License-Identifier: Apache-2.0
// An application asks that its user be logged out here (/oauth2/logout): the person decides, or is
// told that it is done.

import {api} from './api.js';
import {busy, fill, h} from './dom.js';
import {data, frame, main, whoIsThere, whose} from './page.js';
import {t} from './text.js';

const {out, client, back} = data();

const link = () => back && h('p', {}, h('a', {href: back}, t('refused.back', {host: whose(back)})));

function done() {
    frame({title: t('out'), narrow: true, links: false});
    const title = h('h1', {tabindex: -1}, t('out'));
    fill(main,
        h('div', {class: 'card'}, title, h('p', {class: 'soft'}, t('out.more')),
            link() ?? h('p', {}, h('a', {href: '/login'}, t('login')))));
    title.focus();
}

async function leave() {
    await api.logOut();
    if (!back)
        return location.reload();
    location.assign(back);
}

async function ask() {
    const account = await whoIsThere();
    if (!account)
        return done();
    frame({title: t('out.ask'), narrow: true, links: false});
    const yes = h(
        'button', {type: 'button', class: 'primary', onclick: () => busy(yes, leave)}, t('logout'));
    fill(main,
        h('div', {class: 'card'}, h('h1', {}, t('out.ask')),
            h('p', {}, client ? t('out.who', {name: client}) : t('out.nobody')),
            h('p', {class: 'soft'}, t('out.account', {email: account.email})),
            back && h('p', {class: 'soft'}, t('out.back', {host: whose(back)})),
            h('div', {class: 'row'}, yes, h('a', {class: 'button', href: '/'}, t('out.stay')))));
    yes.focus();
}

if (out)
    done();
else
    ask();
