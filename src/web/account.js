// SPDX-License-Identifier: Apache-2.0
// The person's account: name, password, passkeys, second factor, sessions, what is stored, and
// deleting it.

import {api} from './api.js';
import {dialog, field, form, h, note, say, show, time} from './dom.js';
import {showMore} from './more.js';
import {ownData} from './own_data.js';
import {
    confirmField,
    mailField,
    main,
    me,
    page,
    passwordField,
    passwords,
    sendsMail
} from './page.js';
import {passkeys} from './passkeys.js';
import {newPasswordField} from './password.js';
import {languageForm, notices} from './preferences.js';
import {secondFactor} from './second_factor.js';
import {t} from './text.js';

const section = (title, ...parts) =>
    h('section', {class: 'card', 'aria-label': title}, h('h2', {}, title), ...parts);

// Shows next to a form that it was done.
function done(node, text) {
    node.querySelector('.note.good')?.remove();
    node.append(note('good', text));
    say(text);
}

const nameForm = () => form({
    fields: [field({
        label: t('full_name'),
        name: 'full_name',
        value: me().full_name,
        autocomplete: 'name',
        required: true,
        maxlength: 200
    })],
    submit: t('save'),
    send: async ({full_name}, node) => {
        await api.rename(full_name);
        done(node, t('saved'));
    },
});

const emailForm = () => form({
    fields: [
        mailField({label: t('email.new'), autocomplete: 'email'}),
        passwordField({label: t('password.old')}),
    ],
    submit: t('email.send'),
    send: async ({email, password, code}, node) => {
        await api.changeEmail(email, password, code);
        node.reset();
        done(node, t('email.sent', {email}));
    },
});

function emailPart() {
    if (['proxy', 'openid'].includes(me().login_method))
        return h('p', {class: 'soft'}, t('email.elsewhere'));
    return sendsMail ? [h('p', {class: 'soft'}, t('email.lead')), emailForm()]
                     : h('p', {class: 'soft'}, t('email.operator'));
}

const passwordForm = () => form({
    fields: [
        passwordField({label: t('password.old'), name: 'old_password'}),
        newPasswordField(me, {label: t('password.new'), name: 'new_password'}),
    ],
    submit: t('password.change'),
    send: async ({old_password, new_password, code}, node) => {
        await api.password(old_password, new_password, code);
        node.reset();
        node.querySelector('[role=status]').textContent = '';
        done(node, t('password.done'));
    },
});

// "Firefox on Linux", as far as the browser reveals it.
function device(agent) {
    const find = list => list.find(([pattern]) => pattern.test(agent))?.[1];
    const browser = find([
        [/Edg\//, 'Edge'], [/OPR\//, 'Opera'], [/Firefox\//, 'Firefox'],
        [/Chrom(e|ium)\//, 'Chrome'], [/Safari\//, 'Safari']
    ]);
    const system = find([
        [/Android/, 'Android'], [/iPhone|iPad/, 'iOS'], [/Windows/, 'Windows'],
        [/Mac OS X/, 'macOS'], [/Linux/, 'Linux']
    ]);
    if (!browser)
        return agent.slice(0, 60) || t('device.unknown');
    return system ? t('device', {browser, system}) : browser;
}

function sessionRow(session, reload) {
    return h('li', {class: 'spread'},
        h('div', {},
            h('p', {}, h('b', {}, device(session.user_agent)), ' ',
                session.current && h('span', {class: 'tag good'}, t('session.this'))),
            h('p', {class: 'small soft'}, session.address, ' · ', t('session.seen'), ' ',
                time(session.last_seen_at), ' · ', t('session.since'), ' ',
                time(session.created_at))),
        !session.current &&
            h('button', {
                type: 'button',
                class: 'small-button',
                onclick: async () => {
                    await api.endSession(session.id).catch(() => {});
                    reload();
                }
            },
                t('session.end')));
}

function sessions() {
    const place = h('div');
    const load = () => show(place, async () => {
        const found = await api.sessions();
        const row = session => sessionRow(session, load);
        const list = h('ul', {class: 'list'}, found.map(row));
        return [list, showMore(found, more => list.append(...more.map(row)))];
    });
    load();
    const everywhere = h('button', {
        type: 'button',
        onclick: async () => {
            const ended = await dialog({
                title: t('session.all'),
                body: [t('session.all.more')],
                confirm: t('session.all'),
                send: async () => (await api.endSessions(), true)
            });
            if (ended)
                location.assign('/login');
        }
    },
        t('session.all'));
    return [place, h('div', {}, everywhere)];
}

async function removeAccount() {
    const gone = await dialog({
        title: t('delete.title'),
        body: [t('delete.more'), confirmField()],
        confirm: t('delete'),
        danger: true,
        send: async ({password, code}) => (await api.remove(password, code), true),
    });
    if (gone)
        location.assign('/');
}

page({
    title: t('nav.account'),
    load: async () => [h('div', {class: 'tight'}, h('h1', {}, t('nav.account')),
                           h('p', {class: 'soft'}, me().email)),
        section(t('full_name'), nameForm()),
        section(t('email'), emailPart()),
        section(t('language'), languageForm()),
        section(t('notices'), notices()),
        passwords && section(t('password.change'), passwordForm()),
        passwords && section(t('passkeys'), passkeys()),
        section(t('factor'), secondFactor()),
        section(t('sessions'), ...sessions()),
        section(t('activity'), h('p', {class: 'soft'}, t('activity.lead')),
            h('div', {}, h('a', {class: 'button', href: '/activity'}, t('activity.show')))),
        section(t('data'), ...ownData()),
        section(t('delete.title'), h('p', {class: 'soft'}, t('delete.more')),
            h('div', {},
                h('button', {type: 'button', class: 'danger', onclick: removeAccount},
                    t('delete') + ' …'))),
],
});
