// SPDX-License-Identifier: Apache-2.0
// Projects: the storage that access can be given to.

import {api} from './api.js';
import {copyable, dialog, field, form, h, note, pick, say, show, time} from './dom.js';
import {main, page, passwordField} from './page.js';
import {backWords, tags} from './scopes.js';
import {day, t, when} from './text.js';

const NOWHERE = '@localhost:7777'; // the address in self-issued grants until the operator sets one
const kinds = {
    check: 'good',
    satellite: 'good',
    expiry: 'warn'
};

const fact = (key, ...value) => [h('dt', {}, t(key)), h('dd', {}, ...value)];

function limits({limits: key}) {
    if (!key)
        return null;
    const times = [
        key.not_before && t('limits.from', {date: when(key.not_before)}),
        key.not_after && t('limits.until', {date: when(key.not_after)})
    ].filter(Boolean);
    return fact('limits', key.scopes && tags(key.scopes),
        times.length ? h('p', {}, times.join(' · ')) : null);
}

async function ownAccess(project) {
    const title = t('own.title', {name: project.name});
    const grant = await dialog({
        title,
        body: [
            t('own.lead'), passwordField(), field({
                label: t('phrase'),
                name: 'passphrase',
                type: 'password',
                autocomplete: 'off',
                maxlength: 1024,
                hint: t('own.phrase')
            })
        ],
        confirm: t('own.make'),
        send: async ({password, passphrase}) =>
            (await api.ownGrant(project.id, {password, passphrase})).access_grant,
    });
    if (grant)
        await dialog({
            title,
            body: [note('warn', t('own.once')), copyable(grant, t('own'))],
            confirm: t('close'),
            cancel: null
        });
}

async function remove(project) {
    const gone = await dialog({
        title: t('remove.title', {name: project.name}),
        body: [t('remove.more'), t('remove.files')],
        confirm: t('remove'),
        danger: true,
        send: async () => {
            await api.removeProject(project.id);
            return true;
        },
    });
    if (!gone)
        return;
    await show(main, load);
    main.focus();
}

// Whether the satellite of an imported project has confirmed its key yet.
function proof({proof}) {
    if (!proof || proof.proven)
        return null;
    return note('warn', t('proof.open') + (proof.problem ? ` (${proof.problem})` : ''));
}

function card(project) {
    return h('section', {class: 'card', 'aria-label': project.name},
        h('div', {class: 'spread'}, h('h2', {}, project.name),
            h('span', {class: 'tag ' + kinds[project.enforced_by]},
                t('enforced.' + project.enforced_by))),
        h('dl', {class: 'facts'}, fact('satellite', h('code', {}, project.satellite_address)),
            fact('project.since', time(project.created_at, day)), limits(project),
            fact('back', backWords(project.enforced_by))),
        proof(project), project.satellite_address.endsWith(NOWHERE) && note('', t('nowhere')),
        h('div', {class: 'row'},
            h('button', {type: 'button', class: 'small-button', onclick: () => ownAccess(project)},
                t('own.button')),
            h('button',
                {type: 'button', class: 'small-button danger', onclick: () => remove(project)},
                t('remove'))));
}

// One form for three ways; fields that do not belong to the chosen one are hidden and not sent.
function addForm() {
    const quiet = {autocomplete: 'off', spellcheck: 'false', autocapitalize: 'none'};
    const parts = {
        api_key: field({
            label: t('add.key'),
            name: 'api_key',
            required: true,
            hint: t('add.key.hint'),
            ...quiet
        }),
        satellite_address: field({
            label: t('satellite'),
            name: 'satellite_address',
            required: true,
            placeholder: '12Eay…@us1.example.com:7777',
            ...quiet
        }),
        access_grant: field({
            label: t('add.grant'),
            name: 'access_grant',
            required: true,
            hint: t('add.grant.hint'),
            ...quiet
        }),
        salt: field({label: t('add.salt'), name: 'salt', hint: t('add.salt.hint'), ...quiet}),
        path_cipher: field({
            label: t('add.cipher'),
            name: 'path_cipher',
            tag: 'select',
            options: [['aesgcm', t('add.cipher.aesgcm')], ['none', t('add.cipher.none')]]
        }),
    };
    const ways = {
        new: [],
        key: ['api_key', 'satellite_address', 'salt', 'path_cipher'],
        grant: ['access_grant', 'salt'],
    };
    let way = 'new';
    const choose = chosen => {
        way = chosen;
        for (const [name, node] of Object.entries(parts))
            node.hidden = !ways[way].includes(name);
    };
    const choices = Object.keys(ways).map(name => pick({
        type: 'radio',
        name: 'way',
        title: t('add.' + name + '.title'),
        more: t('add.' + name + '.more'),
        checked: name === way,
        onchange: () => choose(name)
    }));
    choose(way);
    return form({
        fields: [
            h('fieldset', {}, h('legend', {class: 'unseen'}, t('add')), choices),
            field({label: t('add.name'), name: 'name', required: true, maxlength: 100}),
            ...Object.values(parts)
        ],
        submit: t('add'),
        send: async values => {
            const sent = {name: values.name};
            for (const name of ways[way])
                if (values[name])
                    sent[name] = values[name].trim();
            await api.addProject(sent);
            await show(main, load);
            main.focus();
            say(t('added'));
        },
    });
}

async function load() {
    const projects = await api.projects();
    return [
        h('div', {class: 'tight'}, h('h1', {}, t('nav.projects')),
            h('p', {class: 'soft'}, t('projects.lead'))),
        projects.length
            ? projects.map(card)
            : h('div', {class: 'card empty'}, h('p', {class: 'soft'}, t('projects.none'))),
        h('section', {class: 'card'}, h('h2', {}, t('add.head')), addForm()),
    ];
}

page({title: t('nav.projects'), load});
