// SPDX-License-Identifier: Apache-2.0
// Connected applications: what has access to what, until when, and removing it.

import {api} from './api.js';
import {dialog, h, note, show, time} from './dom.js';
import {showMore} from './more.js';
import {main, page} from './page.js';
import {backWords, tags} from './scopes.js';
import {day, t, when} from './text.js';

const statusKinds = {
    live: 'good',
    minting: 'good',
    revoked: 'bad',
    failed: 'bad'
};
const statusTag = status =>
    h('span', {class: `tag ${statusKinds[status] ?? ''}`}, t('grant.' + status));

// The state of delivering a revocation, if the satellite must be notified.
function deliveryWords({revocation}) {
    if (!revocation)
        return null;
    const {status, delivered_at, problem} = revocation;
    const words = t('delivery.' + status, {date: delivered_at ? when(delivered_at) : ''});
    return problem && status !== 'delivered' ? `${words} (${problem})` : words;
}

// The result of removing access, in words that are true for each grant.
function takenWords({enforced_by, effective_by}) {
    if (enforced_by !== 'expiry')
        return t('taken.' + enforced_by);
    return effective_by ? t('taken.expiry', {date: when(effective_by)}) : t('taken.noend');
}

let notice = null; // what to say after the list has been reloaded

function tell({grants, grants_truncated}) {
    const words = [...new Set(
        grants.flatMap(grant => [takenWords(grant), deliveryWords(grant)]).filter(Boolean))];
    const isOver = grants.every(grant => grant.enforced_by !== 'expiry');
    notice = note(isOver ? 'good' : 'warn',
        h('p', {},
            h('b', {}, t(grants_truncated ? 'taken.truncated' : 'taken', {count: grants.length}))),
        ...words);
    notice.tabIndex = -1; // gets the focus, so that it is read out
}

async function takeBack(name, enforced_by, send) {
    const done = await dialog({
        title: t('take.title', {name}),
        body:
            [t(enforced_by === 'expiry' ? 'back.expiry' : 'taken.' + enforced_by), t('take.more')],
        confirm: t('take.confirm'),
        danger: true,
        send: async () => {
            tell(await send());
            return true;
        },
    });
    if (!done)
        return;
    const told = notice;
    read = null;
    await show(main, load);
    told.focus();
}

function grantRow(grant, name, projects) {
    const delivery = deliveryWords(grant);
    return h('li', {class: 'stack'},
        h('div', {class: 'spread'}, tags(grant.scopes), statusTag(grant.status)),
        h('div', {class: 'spread small soft'}, h('span', {}, t('grant.line', {
            project: projects.get(grant.project_id) ?? t('gone'),
            from: day(grant.created_at),
            until: grant.expires_at ? when(grant.expires_at) : t('long.noend'),
        })),
            grant.status === 'live' &&
                h('button', {
                    type: 'button',
                    class: 'small-button danger',
                    onclick: () => takeBack(name, grant.enforced_by, () => api.revoke(grant.id))
                },
                    t('take.one'))),
        delivery && h('p', {class: 'small'}, delivery));
}

function history(client, name) {
    const place = h('div');
    const node = h('details', {}, h('summary', {}, t('history')), place);
    node.addEventListener('toggle', () => {
        if (!node.open)
            return;
        show(place, async () => {
            const entries = await api.history(client);
            const row = entry => h('tr', {}, h('td', {}, time(entry.created_at)),
                h('td', {}, tags(entry.scopes)), h('td', {}, t('state.' + entry.status)));
            const rows = h('tbody', {}, entries.map(row));
            const table = h('div', {
                class: 'table',
                tabindex: '0',
                role: 'region',
                'aria-label': `${t('history')}: ${name}`
            },
                h('table', {}, h('thead', {}, h('tr', {}, ['when', 'what',
                    'became'].map(key => h('th', {scope: 'col'}, t('history.' + key))))),
                    rows));
            return [table, showMore(entries, more => rows.append(...more.map(row)))];
        });
    });
    return node;
}

const fact = (key, ...value) => [h('dt', {}, t(key)), h('dd', {}, ...value)];

function card(app, grants, projects) {
    const name = app.application_name || t('gone.app');
    const mine = grants.filter(grant => grant.client_id === app.client_id);
    const live = mine.filter(grant => grant.status === 'live');
    return h('section', {class: 'card', 'aria-label': name},
        h('div', {class: 'spread'},
            h('div', {}, h('h2', {}, name),
                app.developer_name &&
                    h('p', {class: 'small soft'}, t('app.by', {name: app.developer_name}))),
            app.is_active ? h('button', {
                type: 'button',
                class: 'danger',
                onclick: () => takeBack(name, app.enforced_by, () => api.revokeAll(app.client_id))
            },
                                t('take.all'))
                          : h('span', {class: 'tag'}, t('app.over'))),
        app.is_active && tags(app.approved_scopes),
        app.is_active &&
            h('dl', {class: 'facts'},
                fact('app.until', app.expires_at ? time(app.expires_at) : t('long.noend')),
                fact('app.last', time(app.last_access_date)),
                fact('back', backWords(app.enforced_by))),
        mine.length
            ? h('details', {open: live.length > 1},
                  h('summary', {}, t('grants', {count: mine.length})),
                  h('ul', {class: 'list'}, mine.map(grant => grantRow(grant, name, projects))))
            : null,
        history(app.client_id, name));
}

function own(grants, projects) {
    return grants.length
        ? h('section', {class: 'card', 'aria-label': t('own')}, h('h2', {}, t('own')),
              h('p', {class: 'soft'}, t('own.more')),
              h('ul', {class: 'list'}, grants.map(grant => grantRow(grant, t('own'), projects))))
        : null;
}

// The first page, or all pages loaded so far.
let read = null;

async function load() {
    read ??= Promise.all([api.connected(), api.grants(), api.projects()]);
    const pages = read;
    pages.catch(() => { read = null; });
    const [apps, grants, list] = await pages;
    const added = key => more => {
        read = pages.then(all => all.map((page, i) => i === key
                                  ? Object.assign([...page, ...more], {next: more.next})
                                  : page));
        show(main, load);
    };
    const projects = new Map(list.map(project => [project.id, project.name]));
    const active = apps.filter(app => app.is_active), over = apps.filter(app => !app.is_active);
    const cards = some => some.map(app => card(app, grants, projects));
    const told = notice;
    notice = null;
    return [
        h('div', {class: 'tight'}, h('h1', {}, t('nav.apps')),
            h('p', {class: 'soft'}, t('apps.lead'))),
        told,
        active.length ? cards(active)
                      : h('div', {class: 'card empty'}, h('h2', {}, t('apps.none')),
                            h('p', {class: 'soft'}, t('apps.none.more'))),
        own(grants.filter(grant => !grant.client_id), projects),
        over.length
            ? h('details', {class: 'stack'}, h('summary', {}, t('apps.over', {count: over.length})),
                  h('div', {class: 'stack'}, cards(over)))
            : null,
        showMore(apps, added(0)) ?? showMore(grants, added(1)),
    ];
}

page({title: t('nav.apps'), load});
