// SPDX-License-Identifier: Apache-2.0
// The developer console: applications, their secrets, settings and log. The part of the URL after
// '#' selects one application, and what of it is shown.

import {call, get, post} from './api.js';
import {hasSecret, methodOf, methodPart, methods, signs} from './client_method.js';
import {lines, scopesPart} from './client_scopes.js';
import {copyable, dialog, field, form, h, note, say, show, tick, time} from './dom.js';
import {failures} from './failures.js';
import {log} from './log.js';
import {main, me, page, whose} from './page.js';
import {snippets} from './snippets.js';
import {callback, testPart} from './test_part.js';
import {day, t} from './text.js';

const clients = '/api/v0/developer/auth/oauth2/clients';
const ACTIVE = 1, WAITING = 2, BLOCKED = 3;
const statuses = {
    0: ['bad', 'off'],
    1: ['good', 'on'],
    2: ['warn', 'waiting'],
    3: ['bad', 'blocked']
};
const HOUR = 3600, DAY = 86400;

const section = (title, ...parts) =>
    h('section', {class: 'card', 'aria-label': title}, h('h2', {}, title), ...parts);
const statusTag = client => h('span', {class: 'tag ' + statuses[client.status][0]},
    t('client.' + statuses[client.status][1]));

let shown = null; // a new secret, until the reader confirms that it is stored: {id, secret}

// --- the form, for a new application and for a change ---

async function clientForm(client, submit, send, extra = []) {
    const scopes = scopesPart(client);
    const method = methodPart(client, await methods());
    const warningOfScheme = note('warn', t('client.scheme.warning'));
    const type = field({
        label: t('client.type'),
        tag: 'select',
        hint: t('client.type.hint'),
        value: client?.application_type ?? 'web',
        options: ['web', 'native'].map(key => [key, t('client.type.' + key)]),
    });
    warningOfScheme.hidden = !client?.notes;
    const pkce = tick({title: t('client.pkce'), checked: client?.require_pkce});
    const pushed =
        tick({title: t('client.pushed'), checked: client?.require_pushed_authorization_requests});
    const device = tick({title: t('client.device'), checked: client?.device_flow});
    const renews = tick({title: t('client.renews'), checked: client?.refresh_tokens});
    const warning = note('warn', t('client.legacy.warning'));
    warning.hidden = !client?.legacy_redirect;
    const legacy = tick({
        title: t('client.legacy'),
        checked: client?.legacy_redirect,
        onchange(event) {
            warning.hidden = !event.target.checked;
        }
    });
    const lifetime = field({
        label: t('client.lifetime'),
        tag: 'select',
        value: String(client?.client_secret_max_lifetime ?? ''),
        options: [
            ['', t('client.lifetime.usual')],
            ...[300, 600, 1800].map(seconds => [seconds, t('minutes', {count: seconds / 60})])
        ]
    });
    const logout = field({
        label: t('client.logout'),
        name: 'logout_uris',
        tag: 'textarea',
        spellcheck: 'false',
        hint: t('client.logout.hint'),
        value: client?.post_logout_redirect_uris.join('\n') ?? ''
    });
    const fields = [
        field({
            label: t('client.name'),
            name: 'name',
            required: true,
            maxlength: 100,
            hint: t('client.name.hint'),
            value: client?.name ?? ''
        }),
        field({
            label: t('client.description'),
            name: 'description',
            maxlength: 1000,
            value: client?.description ?? ''
        }),
        field({
            label: t('client.uris'),
            name: 'redirect_uris',
            tag: 'textarea',
            required: true,
            spellcheck: 'false',
            placeholder: 'https://app.example/callback',
            hint: t('client.uris.hint'),
            after: client?.redirect_uris.includes(callback) &&
                h('p', {class: 'hint'}, t('client.uris.test', {uri: callback})),
            value: client?.redirect_uris.join('\n') ?? ''
        }),
        type,
        warningOfScheme,
        scopes.node,
        h('details', {
            open: Boolean(client?.require_pkce || client?.require_pushed_authorization_requests ||
                client?.device_flow || client?.refresh_tokens || client?.legacy_redirect ||
                client?.post_logout_redirect_uris.length || method.isUnusual)
        },
            h('summary', {}, t('client.more')),
            h('div', {class: 'stack'}, method.node, logout, pkce, pushed, device, renews, legacy,
                warning, lifetime)),
    ];
    return form({
        fields,
        submit,
        extra,
        send: ({name, description, redirect_uris, logout_uris}, node) => send({
            name,
            description,
            redirect_uris: lines(redirect_uris),
            post_logout_redirect_uris: lines(logout_uris),
            application_type: type.control.value,
            ...scopes.chosen(),
            ...method.chosen(),
            require_pkce: pkce.control.checked,
            require_pushed_authorization_requests: pushed.control.checked,
            device_flow: device.control.checked,
            refresh_tokens: renews.control.checked,
            legacy_redirect: legacy.control.checked,
            ...(client || lifetime.control.value
                    ? {client_secret_max_lifetime: Number(lifetime.control.value) || null}
                    : {}),
        },
            node),
    });
}

async function newPage() {
    return [
        h('div', {class: 'tight'}, h('p', {}, h('a', {href: '#'}, t('client.back'))),
            h('h1', {}, t('client.new'))),
        h('section', {class: 'card', 'aria-label': t('client.new')},
            await clientForm(null, t('client.register'),
                async body => {
                    const client = await post(clients, body);
                    shown = client.client_secret && {id: client.id, secret: client.client_secret};
                    location.hash = client.id;
                })),
    ];
}

// --- secrets ---

function secretPanel(client) {
    if (shown?.id !== client.id)
        return null;
    const panel = h('section', {class: 'card', 'aria-label': t('secret.new'), tabindex: '-1'},
        h('h2', {}, t('secret.new')), note('warn', t('secret.once')),
        copyable(shown.secret, t('secret')),
        h('div', {},
            h('button', {
                type: 'button',
                onclick() {
                    shown = null;
                    panel.remove();
                }
            },
                t('secret.kept'))));
    return panel;
}

async function rotate(client) {
    const overlap = field({
        label: t('rotate.overlap'),
        tag: 'select',
        name: 'overlap',
        value: String(DAY),
        options: [
            [0, t('rotate.now')], [HOUR, t('rotate.hour')], [DAY, t('rotate.day')],
            [7 * DAY, t('rotate.week')]
        ]
    });
    const made = await dialog({
        title: t('rotate'),
        body: [t('rotate.more'), overlap],
        confirm: t('rotate.confirm'),
        send: values => post(
            `${clients}/${client.id}/regenerate-secret`, {overlap_seconds: Number(values.overlap)}),
    });
    if (!made)
        return;
    shown = {id: client.id, secret: made.client_secret};
    route();
}

const secretRow = secret => h('li', {class: 'spread small'},
    h('span', {}, t('secret.made'), ' ', time(secret.created_at, day)),
    h('span', {}, t('secret.used'), ' ', time(secret.last_used_at)),
    secret.is_foreign ? h('span', {class: 'tag warn'}, t('secret.foreign')) : null,
    secret.expires_at
        ? h('span', {class: 'tag warn'}, t('secret.ends'), ' ', time(secret.expires_at))
        : h('span', {class: 'tag good'}, t('secret.current')));

const secretsPart = client => [h('div', {class: 'tight'}, h('p', {class: 'label'}, t('secrets')),
                                   h('ul', {class: 'list'}, client.secrets.map(secretRow))),
    h('div', {}, h('button', {type: 'button', onclick: () => rotate(client)}, t('rotate') + ' …')),
];

const signPart =
    client => [h('h3', {}, t('sign')), h('p', {class: 'soft'}, t('sign.more')), snippets(client)];

const authorizeLink = client => `${location.origin}/oauth2/authorize?${new URLSearchParams({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: client.redirect_uris[0],
    scope: [...(client.scopes ?? []), ...(client.optional_scopes ?? [])].join(' ') || 'read list',
    state: 'anything-you-like',
})}`;

// --- one application ---

async function setStatus(client, status) {
    if (status !== ACTIVE && !await dialog({
            title: t('disable.title', {name: client.name}),
            body: [t('disable.more')],
            confirm: t('disable'),
            danger: true
        }))
        return;
    await show(main, async () => {
        await call('PATCH', `${clients}/${client.id}/status`, {status});
        return load();
    });
}

async function remove(client) {
    const gone = await dialog({
        title: t('client.delete.title', {name: client.name}),
        body: [t('client.delete.more')],
        confirm: t('client.delete'),
        danger: true,
        send: async () => {
            await call('DELETE', `${clients}/${client.id}`);
            return true;
        },
    });
    if (gone)
        location.hash = '';
}

function switches(client) {
    const isOn = client.status === ACTIVE;
    return section(t('client.end'),
        [WAITING, BLOCKED].includes(client.status)
            ? note('warn', t(`client.${statuses[client.status][1]}.more`))
            : h('div', {class: 'spread'},
                  h('p', {class: 'soft'}, t(isOn ? 'disable.more' : 'enable.more')),
                  h('button', {type: 'button', onclick: () => setStatus(client, isOn ? 0 : ACTIVE)},
                      t(isOn ? 'disable' : 'enable'))),
        h('hr'),
        h('div', {class: 'spread'}, h('p', {class: 'soft'}, t('client.delete.more')),
            h('button', {type: 'button', class: 'danger', onclick: () => remove(client)},
                t('client.delete') + ' …')));
}

// What there is to see of it, by the end of the URL; the first is what '#' and its id lead to.
const parts = {
    overview: client => [secretPanel(client),
        section(t('credentials'),
            h('div', {class: 'tight'}, h('p', {class: 'label'}, t('client.id')),
                copyable(client.client_id, t('client.id'))),
            hasSecret(client) ? secretsPart(client)
                              : h('p', {class: 'soft'}, t('method.' + methodOf(client)))),
        section(t('try'), h('p', {class: 'soft'}, t('try.more')),
            copyable(authorizeLink(client), t('try')), signs(client) && signPart(client)),
],
    test: client => section(t('test'), testPart(client, reload)),
    log: client => section(t('log'), log(client.client_id), failures(client.client_id)),
    settings: async client => [section(t('settings'),
                                   await clientForm(client, t('save'),
                                       async body => {
                                           await call('PUT', `${clients}/${client.id}`, body);
                                           await reload();
                                           say(t('saved'));
                                       })),
        switches(client),
],
};

const partLink = (id, part, current) => h('a', {
    href: '#' + (part === 'overview' ? id : `${id}/${part}`),
    'aria-current': part === current ? 'page' : null
},
    t(part));

async function onePage(id, part) {
    const client = await get(`${clients}/${id}`);
    return [
        h('div', {class: 'tight'}, h('p', {}, h('a', {href: '#'}, t('client.back'))),
            h('div', {class: 'spread'}, h('h1', {}, client.name), statusTag(client))),
        h('nav', {'aria-label': t('client.parts')},
            Object.keys(parts).map(one => partLink(id, one, part))),
        await parts[part](client),
    ];
}

// --- all of them ---

// Where the operator chooses who registers applications, others are not offered it.
const newLink = () =>
    (me().developer ? h('a', {class: 'button primary', href: '#new'}, t('client.new'))
                    : h('p', {class: 'soft'}, t('console.invited')));

async function listPage() {
    const all = await get(clients);
    return [
        h('div', {class: 'spread'},
            h('div', {class: 'tight'}, h('h1', {}, t('nav.console')),
                h('p', {class: 'soft'}, t('console.lead'), ' ',
                    h('a', {href: '/reference'}, t('reference')))),
            all.length ? newLink() : null),
        all.length
            ? h('div', {class: 'cards'},
                  all.map(
                      client => h('a', {class: 'card', href: '#' + client.id},
                          h('div', {class: 'spread'}, h('h2', {}, client.name), statusTag(client)),
                          h('p', {class: 'small soft'}, whose(client.redirect_uris[0])),
                          h('p', {class: 'small soft'},
                              t('client.since', {date: day(client.created_at)})))))
            : h('div', {class: 'card empty'}, h('h2', {}, t('console.none')),
                  me().developer && h('p', {class: 'soft'}, t('console.none.more')), newLink()),
    ];
}

function load() {
    const [name, part = 'overview'] = location.hash.slice(1).split('/');
    if (name === 'new' && me().developer)
        return newPage();
    const isOne = /^[0-9a-f-]{36}$/.test(name) && Object.hasOwn(parts, part);
    return isOne ? onePage(name, part) : listPage();
}

const reload = () => show(main, load);

async function route() {
    await show(main, load);
    main.focus();
    scrollTo(0, 0);
}

addEventListener('hashchange', route);
page({title: t('nav.console'), load});
