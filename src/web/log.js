// SPDX-License-Identifier: Apache-2.0
// What a developer's application asked for, and the results.

import {get} from './api.js';
import {chart} from './chart.js';
import {field, h, show, table, time} from './dom.js';
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
const LINES = 20, PAGES = 100; // the server has no more pages

const query = (path, values) =>
    `${path}?${new URLSearchParams(Object.entries(values).filter(([, value]) => value))}`;

const row = item => h('tr', {}, h('td', {}, time(item.created_at)),
    h('td', {}, h('code', {title: item.account_id}, item.account_id.slice(-12))),
    h('td', {}, tags(item.scopes)),
    h('td', {}, h('span', {class: 'tag ' + (kinds[item.status] ?? '')}, t('state.' + item.status))),
    h('td', {}, item.exchanged_at ? time(item.exchanged_at) : '–'));

const columns = ['when', 'account', 'what', 'became', 'exchanged'].map(key => 'history.' + key);
const entries = items => table(t('log.table'), columns, h('tbody', {}, items.map(row)));

export function log(clientId) {
    let page = 1;
    const place = h('div', {class: 'stack'}), picture = h('div');
    const status = field({
        label: t('log.status'),
        tag: 'select',
        options: [['', t('log.all')], ...states.map(state => [state, t('state.' + state)])],
        onchange: () => load(1)
    });
    const from = field({label: t('log.from'), type: 'date', onchange: () => load(1)});
    const until = field({label: t('log.until'), type: 'date', onchange: () => load(1)});
    const csv = h('a', {class: 'button small-button', download: 'access-logs.csv'}, t('log.csv'));
    const filter = () => ({
        client_id: clientId,
        status: status.control.value,
        start_date: from.control.value,
        end_date: until.control.value
    });

    function load(number) {
        page = number;
        csv.href = query(logs + '/export', filter());
        return show(place, async () => {
            const {items, total} = await get(query(logs, {...filter(), page, limit: LINES}));
            if (!items.length)
                return h('p', {class: 'soft'}, t('log.none'));
            const pages = Math.min(Math.ceil(total / LINES), PAGES);
            const turn = (to, key) => h('button', {
                type: 'button',
                class: 'small-button',
                disabled: to < 1 || to > pages,
                onclick: () => load(to)
            },
                t(key));
            return [
                entries(items),
                h('div', {class: 'spread'},
                    h('p', {class: 'small soft'}, t('log.page', {page, pages, total})),
                    h('div', {class: 'row'}, turn(page - 1, 'log.newer'),
                        turn(page + 1, 'log.older')))
            ];
        });
    }

    load(1);
    show(picture,
        async () => chart((await get(query(logs + '/statistics', {client_id: clientId}))).by_day));
    return h('div', {class: 'stack'}, picture, h('div', {class: 'row grow'}, status, from, until),
        place, h('div', {}, csv));
}
