// SPDX-License-Identifier: Apache-2.0
// Connected applications: what has access to what, until when, and removing it.

import {api} from './api.js';
import {dialog, h, note, show, table, time} from './dom.js';
import {finder} from './finder.js';
import {showMore} from './more.js';
import {main, page, whose} from './page.js';
import {backWords, sentenceOf} from './scopes.js';
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
        h('div', {class: 'spread'}, h('span', {}, sentenceOf(grant.scopes)),
            statusTag(grant.status)),
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
                h('td', {}, entry.scopes && sentenceOf(entry.scopes)),
                h('td', {}, t('state.' + entry.status)));
            const rows = h('tbody', {}, entries.map(row));
            const heads = ['history.when', 'history.what', 'history.became'];
            const shown = table(`${t('history')}: ${name}`, heads, rows);
            return [shown, showMore(entries, more => rows.append(...more.map(row)))];
        });
    });
    return node;
}

const fact = (key, ...value) => [h('dt', {}, t(key)), h('dd', {}, ...value)];

// The host that people know the application by: of its metadata document, else the one that its
// newest approval led to; undefined for a device.
function hostOf({metadata_document: source, redirect_uri: uri}) {
    if (source)
        return new URL(source).host;
    return uri && whose(uri);
}

// Each permission by itself: rights of one need not hold in the places of another.
function permissionRow(permission, projects) {
    const {issued_at, expires_at, renewable_until} = permission;
    return h('li', {class: 'tight'}, h('b', {}, sentenceOf(permission.scopes)),
        h('span', {class: 'small soft'}, [
            projects.get(permission.project_id) ?? t('gone'),
            t('permission.issued', {date: when(issued_at)}),
            expires_at ? t('permission.ends', {date: when(expires_at)}) : t('permission.noend'),
            renewable_until && t('permission.renews')
        ].filter(Boolean).join(' · ')));
}

const permissions =
    (app, projects) => [h('ul', {class: 'list close', 'aria-label': t('permissions')},
                            app.permissions.map(one => permissionRow(one, projects))),
        app.permissions_truncated && h('p', {class: 'small soft'}, t('permissions.truncated')),
];

function head(app, name, host) {
    return h('div', {}, h('h2', {}, host ?? name),
        host && h('p', {class: 'soft'}, t('asks.calls', {name})),
        app.self_registered &&
            h('p', {class: 'small soft'}, t(app.metadata_document ? 'app.source' : 'app.nobody')),
        app.developer_name &&
            h('p', {class: 'small soft'}, t('app.by', {name: app.developer_name})));
}

function facts(app) {
    return h('dl', {class: 'facts'},
        fact('app.until', app.expires_at ? time(app.expires_at) : t('long.noend')),
        fact('app.last', time(app.last_access_date)),
        app.renewable_until && fact('app.renews', time(app.renewable_until)),
        app.renewable_until &&
            fact('app.renewed',
                app.last_renewal_date ? time(app.last_renewal_date) : t('app.renewed.never')),
        fact('back', backWords(app.enforced_by)));
}

function card(app, grants, projects) {
    const host = hostOf(app), name = app.application_name || t('gone.app');
    const shown = host ?? name;
    const mine = grants.filter(grant => grant.client_id === app.client_id);
    const live = mine.filter(grant => grant.status === 'live');
    return h('section', {class: 'card', 'aria-label': app.metadata_document ? host : name},
        h('div', {class: 'spread top'}, head(app, name, host),
            app.is_active ? h('button', {
                type: 'button',
                class: 'danger',
                onclick: () => takeBack(shown, app.enforced_by, () => api.revokeAll(app.client_id))
            },
                                t('take.all'))
                          : h('span', {class: 'tag'}, t('app.over'))),
        app.is_active && [permissions(app, projects), facts(app)],
        mine.length
            ? h('details', {open: live.length > 1 && live.length <= MANY},
                  h('summary', {}, t('grants', {count: mine.length})),
                  h('ul', {class: 'list'}, mine.map(grant => grantRow(grant, shown, projects))))
            : null,
        history(app.client_id, shown));
}

// What people look for an application by, and how they sort them.
const words = app => [hostOf(app), app.application_name, app.developer_name].join(' ');
const named = app => (hostOf(app) ?? app.application_name ?? '').toLowerCase();
const ends = app => Date.parse(app.expires_at ?? '9999-12-31');
const orders = {
    last: (a, b) => Date.parse(b.last_access_date) - Date.parse(a.last_access_date),
    name: (a, b) => named(a).localeCompare(named(b)),
    ends: (a, b) => ends(a) - ends(b),
};

function own(grants, projects) {
    return grants.length
        ? h('section', {class: 'card', 'aria-label': t('own')}, h('h2', {}, t('own')),
              h('p', {class: 'soft'}, t('own.more')),
              h('ul', {class: 'list'}, grants.map(grant => grantRow(grant, t('own'), projects))))
        : null;
}

const MANY = 3; // grants that are shown without being asked for

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
    const cards = some =>
        finder({items: some, words, orders, node: app => card(app, grants, projects)});
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
