// SPDX-License-Identifier: Apache-2.0
// Projects: the storage that access can be given to.

import {addForm, doubt} from './add_project.js';
import {api} from './api.js';
import {copyable, dialog, field, h, note, save, say, show, time} from './dom.js';
import {confirmField, main, page} from './page.js';
import {qrCode} from './qr.js';
import {backWords, tags} from './scopes.js';
import {day, t, when} from './text.js';

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

// A button that shows a QR code in its place: whoever sees the picture has the grant.
function asPicture(grant) {
    const button = h('button', {
        type: 'button',
        onclick() {
            const picture = qrCode(grant, t('own.qr'));
            button.replaceWith(picture ?? h('p', {class: 'soft'}, t('own.qr.long')));
            say(t(picture ? 'own.qr' : 'own.qr.long'));
        }
    },
        t('own.qr.show'));
    return button;
}

async function ownAccess(project) {
    const title = t('own.title', {name: project.name});
    const grant = await dialog({
        title,
        body: [
            t('own.lead'), confirmField(), field({
                label: t('phrase'),
                name: 'passphrase',
                type: 'password',
                autocomplete: 'off',
                maxlength: 1024,
                hint: t('own.phrase')
            })
        ],
        confirm: t('own.make'),
        send: async ({password, code, passphrase}) =>
            (await api.ownGrant(project.id, {password, code, passphrase})).access_grant,
    });
    if (grant)
        await dialog({
            title,
            body: [
                note('warn', t('own.once')), copyable(grant, t('own')),
                h('div', {class: 'row'},
                    h('button', {
                        type: 'button',
                        onclick: () => save('access-grant.txt', grant + '\n', 'text/plain')
                    },
                        t('own.save')),
                    asPicture(grant))
            ],
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

function card(project) {
    return h('section', {class: 'card', 'aria-label': project.name},
        h('div', {class: 'spread'}, h('h2', {}, project.name),
            h('span', {class: 'tag ' + kinds[project.enforced_by]},
                t('enforced.' + project.enforced_by))),
        h('dl', {class: 'facts'}, fact('satellite', h('code', {}, project.satellite_address)),
            fact('project.since', time(project.created_at, day)), limits(project),
            fact('back', backWords(project.enforced_by))),
        doubt(project) && note('warn', doubt(project)),
        h('div', {class: 'row'},
            h('button', {type: 'button', class: 'small-button', onclick: () => ownAccess(project)},
                t('own.button')),
            h('button',
                {type: 'button', class: 'small-button danger', onclick: () => remove(project)},
                t('remove'))));
}

async function added() {
    await show(main, load);
    main.focus();
    say(t('added'));
}

async function load() {
    const projects = await api.projects();
    return [
        h('div', {class: 'tight'}, h('h1', {}, t('nav.projects')),
            h('p', {class: 'soft'}, t('projects.lead'))),
        projects.length
            ? projects.map(card)
            : h('div', {class: 'card empty'}, h('p', {class: 'soft'}, t('projects.none'))),
        h('section', {class: 'card'}, h('h2', {}, t('add.head')),
            addForm(['new', 'key', 'grant'], added)),
    ];
}

page({title: t('nav.projects'), load});
