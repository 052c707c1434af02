// SPDX-License-Identifier: Apache-2.0
// What happened, for operators: the audit trail from its end, and what this node has refused.

import {api} from './api.js';
import {h, reloading, show, table, time} from './dom.js';
import {showMore} from './more.js';
import {language, t, when} from './text.js';

// --- the audit trail ---

const name = (email, id) => email ?? (id && h('code', {title: id}, id.slice(-12)));

// The kind and the outcome stand as "grantd audit list" prints them: whoever searches needs those.
const row = one => h('tr', {}, h('td', {}, time(one.at)),
    h('td', {},
        h('div', {class: 'tight'}, h('code', {}, one.action),
            one.outcome !== 'ok' && h('code', {class: 'small'}, one.outcome))),
    h('td', {}, name(one.email, one.account_id)),
    h('td', {}, name(one.operator_email, one.operator_id)),
    h('td', {}, one.address && h('code', {}, one.address)));

const heads = ['history.when', 'history.what', 'operator.account', 'operator.by', 'did.where'];

export const trail = () => reloading(async reload => {
    const found = await api.audit();
    const body = h('tbody', {}, found.map(row));
    return [
        table(t('operator.trail.table'), heads, body),
        showMore(found, more => body.append(...more.map(row))),
        h('div', {},
            h('button', {type: 'button', class: 'small-button', onclick: () => reload()},
                t('operator.renew'))),
    ];
});

// --- rates ---

// The kinds are those of /metrics.
function counts(key, of) {
    const number = new Intl.NumberFormat(language);
    return [
        h('dt', {}, t(key)), h('dd', {class: 'row'}, Object.entries(of).map(([kind,
            n]) => h('span', {}, h('code', {}, kind), ' ', number.format(n))))
    ];
}

export function rates() {
    const place = h('div', {class: 'stack'});
    show(place, async () => {
        const counted = await api.rates();
        return [
            h('p', {class: 'small soft'}, t('operator.rates.since', {date: when(counted.since)})),
            h('dl', {class: 'facts'}, counts('operator.requests', counted.requests),
                counts('operator.exchanges', counted.exchanges),
                counts('operator.limited', counted.rate_limited),
                counts('operator.quotas', counted.quota_refusals)),
        ];
    });
    return place;
}
