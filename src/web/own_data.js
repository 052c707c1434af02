// SPDX-License-Identifier: Apache-2.0
// What this server has about somebody, as one JSON file. It is put together here, from the lists
// that any program can read, so no response grows with it. No secret is in them.

import {api, get} from './api.js';
import {busy, h, save, say, trouble} from './dom.js';
import {language, t} from './text.js';

const auth = '/api/v0/auth/';
const clients = '/api/v0/developer/auth/oauth2/clients';

// All pages of a list; `tell` gets how many rows there are of each.
async function all(path, tell) {
    const rows = [];
    let part = await get(path);
    for (;;) {
        rows.push(...part);
        tell(part.length);
        if (!part.next)
            return rows;
        part = await get(part.next);
    }
}

// The list of an application that was deleted meanwhile is empty.
const orNone = error => {
    if (error.code !== 'not_found')
        throw error;
    return [];
};

// Those that were refused, too: their applications are not connected, but in the activity.
async function requestsOf(applications, activity, list) {
    const clients = new Set([...applications, ...activity].map(one => one.client_id));
    clients.delete(null);
    const requests = [];
    for (const id of clients)
        requests.push(...await list(`${auth}developer-access/${id}/history`).catch(orNone));
    return requests;
}

async function collect(tell) {
    const list = path => all(path, tell);
    const applications = await list(auth + 'developer-access');
    const activity = await list(auth + 'activity');
    return {
        server: location.origin,
        made_at: new Date().toISOString(),
        account: await api.account(),
        sessions: await list(auth + 'sessions'),
        passkeys: await list(auth + 'account/passkeys'),
        activity,
        projects: await list('/api/v0/projects'),
        grants: await list(auth + 'grants'),
        connected_applications: applications,
        requests: await requestsOf(applications, activity, list),
        registered_applications: await list(clients),
    };
}

export function ownData() {
    const place = h('p', {class: 'small soft'});
    const said = new Intl.NumberFormat(language);
    const button =
        h('button', {type: 'button', onclick: () => busy(button, download)}, t('data.get'));
    async function download() {
        let count = 0;
        try {
            const data = await collect(n => {
                count += n;
                place.replaceChildren(t('data.count', {n: said.format(count)}));
            });
            save(`grantd-${data.made_at.slice(0, 10)}.json`, JSON.stringify(data, null, 2) + '\n',
                'application/json');
            place.replaceChildren(t('data.done'));
            say(t('data.done'));
        } catch (error) {
            if (!('code' in error))
                throw error;
            place.replaceChildren(trouble(error, () => busy(button, download)));
        }
    }
    return [h('p', {class: 'soft'}, t('data.more')), h('div', {}, button), place];
}
