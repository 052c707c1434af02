// SPDX-License-Identifier: Apache-2.0
// What a developer's application asked for, and the results.

import {get} from './api.js';
import {chart} from './chart.js';
import {field, h, show, table, time} from './dom.js';
import {showMore} from './more.js';
import {tags} from './scopes.js';
import {t} from './text.js';

const logs = '/api/v0/developer/auth/access-logs';
const states =
    ['pending', 'approved', 'rejected', 'withdrawn', 'expired', 'used', 'failed', 'revoked'];
const kinds = {
    used: 'good',
    approved: 'good',
    rejected: 'warn',
    failed: 'bad',
    revoked: 'bad'
};

const query = (path, values) =>
    `${path}?${new URLSearchParams(Object.entries(values).filter(([, value]) => value))}`;

const row = item => h('tr', {}, h('td', {}, time(item.created_at)),
    h('td', {}, h('code', {title: item.account_id}, item.account_id.slice(-12))),
    h('td', {}, tags(item.scopes)),
    h('td', {}, h('span', {class: 'tag ' + (kinds[item.status] ?? '')}, t('state.' + item.status))),
    h('td', {}, item.exchanged_at ? time(item.exchanged_at) : '–'));

function entries(page) {
    const body = h('tbody', {}, page.items.map(row));
    const heads = ['when', 'account', 'what', 'became', 'exchanged'].map(key => 'history.' + key);
    return [
        table(t('log.table'), heads, body),
        showMore(page, more => body.append(...more.items.map(row))),
    ];
}

export function log(clientId) {
    const place = h('div', {class: 'stack'}), picture = h('div');
    const status = field({
        label: t('log.status'),
        tag: 'select',
        options: [['', t('log.all')], ...states.map(state => [state, t('state.' + state)])],
        onchange: load
    });
    const from = field({label: t('log.from'), type: 'date', onchange: load});
    const until = field({label: t('log.until'), type: 'date', onchange: load});
    const csv = h('a', {class: 'button small-button', download: 'access-logs.csv'}, t('log.csv'));

    function load() {
        const filter = {
            client_id: clientId,
            status: status.control.value,
            start_date: from.control.value,
            end_date: until.control.value
        };
        csv.href = query(logs + '/export', filter);
        return show(place, async () => {
            const page = await get(query(logs, filter));
            return page.items.length ? entries(page) : h('p', {class: 'soft'}, t('log.none'));
        });
    }

    load();
    show(picture,
        async () => chart((await get(query(logs + '/statistics', {client_id: clientId}))).by_day));
    return h('div', {class: 'stack'}, picture, h('div', {class: 'row grow'}, status, from, until),
        place, h('div', {}, csv));
}
