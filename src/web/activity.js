// SPDX-License-Identifier: Apache-2.0
// What was done with the account, newest first.

import {api} from './api.js';
import {h, table, time} from './dom.js';
import {showMore} from './more.js';
import {page} from './page.js';
import {has, t} from './text.js';

// The name is the application's own, so it stands in quotes.
function what({action, client_id, client_name}) {
    const key = 'did.' + action;
    const done = has(key) ? t(key) : action;
    return client_id ? t('did.by', {done, name: client_name || client_id}) : done;
}

const row = one => h('tr', {}, h('td', {}, time(one.at)), h('td', {}, what(one)),
    h('td', {}, one.address ? h('code', {}, one.address) : ''));

function entries(found) {
    const body = h('tbody', {}, found.map(row));
    const heads = ['history.when', 'history.what', 'did.where'];
    return [
        table(t('activity'), heads, body),
        showMore(found, more => body.append(...more.map(row))),
    ];
}

page({
    title: t('activity'),
    load: async () => [h('div', {class: 'tight'}, h('h1', {}, t('activity')),
                           h('p', {class: 'soft'}, t('activity.lead'))),
        h('div', {class: 'card'}, entries(await api.activity())),
        h('p', {class: 'small soft'}, t('activity.wrong'), ' ',
            h('a', {href: '/account'}, t('nav.account')))],
});
