// SPDX-License-Identifier: Apache-2.0
// Exchanges that were refused although the application had proven itself, and why.

import {get} from './api.js';
import {h, show, table, time} from './dom.js';
import {showMore} from './more.js';
import {t} from './text.js';

const path = '/api/v0/developer/auth/access-logs/failures';

// The sentence is the application's own error_description, which its developer may be looking for.
// The ids of all requests begin alike until the server starts again, so the end is shown.
const row = failure => h('tr', {}, h('td', {}, time(failure.at)),
    h('td', {},
        h('div', {class: 'tight'}, h('span', {}, failure.error_description),
            h('code', {class: 'small'}, failure.reason))),
    h('td', {}, h('code', {title: failure.request_id}, failure.request_id.slice(-16))));

function entries(page) {
    const body = h('tbody', {}, page.items.map(row));
    const heads = ['history.when', 'failures.why', 'failures.request'];
    return [
        table(t('failures'), heads, body),
        showMore(page, more => body.append(...more.items.map(row))),
    ];
}

export function failures(clientId) {
    const place = h('div', {class: 'stack'});
    show(place, async () => {
        const page = await get(`${path}?${new URLSearchParams({client_id: clientId})}`);
        return page.items.length ? entries(page) : h('p', {class: 'soft'}, t('failures.none'));
    });
    return h('div', {class: 'stack'}, h('h3', {}, t('failures')),
        h('p', {class: 'small soft'}, t('failures.more')), place);
}
