// SPDX-License-Identifier: Apache-2.0
// Applications that await approval, for operators.

import {api} from './api.js';
import {dialog, h, reloading, time} from './dom.js';
import {showMore} from './more.js';
import {tags} from './scopes.js';
import {day, t} from './text.js';

const fact = (key, ...value) => [h('dt', {}, t(key)), h('dd', {}, ...value)];

async function decide(client, approve, reload) {
    const key = approve ? 'operator.approve' : 'operator.refuse';
    const {id, name, revision} = client;
    const done = await dialog({
        title: t(key + '.title', {name}),
        body: [t(key + '.more')],
        confirm: t(key),
        danger: !approve,
        send: async () => (await api.reviewClient(id, {approve, revision}), true),
    });
    if (done)
        await reload(t(key + '.done', {name}));
}

const button = (key, client, onclick) => h('button',
    {type: 'button', class: 'small-button', 'aria-label': `${t(key)}: ${client.name}`, onclick},
    t(key) + ' …');

// The address is certain and comes first; a name can be made to look like another address.
function developer({developer_email, developer_name, metadata_document}) {
    if (developer_email)
        return `${developer_email} · ${developer_name}`;
    return metadata_document ?? t('operator.itself');
}

// Name and description are the application's own words; where its codes go is what counts.
const row = (client, reload) => h('li', {class: 'stack'},
    h('div', {class: 'tight'}, h('b', {}, client.name),
        client.description && h('p', {class: 'soft'}, client.description)),
    h('dl', {class: 'facts'},
        fact('client.uris', client.redirect_uris.map(uri => h('p', {}, h('code', {}, uri)))),
        fact('client.type', t('client.type.' + client.application_type)),
        fact('operator.developer', developer(client)),
        fact('scope',
            client.scopes || client.optional_scopes
                ? tags([...client.scopes ?? [], ...client.optional_scopes ?? []])
                : t('scope.any')),
        fact('operator.registered', time(client.created_at, day))),
    h('div', {class: 'row'}, button('operator.approve', client, () => decide(client, true, reload)),
        button('operator.refuse', client, () => decide(client, false, reload))));

export const applications = () => reloading(async reload => {
    const found = await api.waitingClients();
    if (!found.length)
        return h('p', {class: 'soft'}, t('operator.waiting.none'));
    const list = h('ul', {class: 'list'}, found.map(one => row(one, reload)));
    return [list, showMore(found, more => list.append(...more.map(one => row(one, reload))))];
});
