// SPDX-License-Identifier: Apache-2.0
// What all pages share: the frame around them, who is logged in, and asking for the password if the
// session has ended in the meantime.

import {api, onLoggedOut, onProofOld} from './api.js';
import {codeField, dialog, field, fill, form, h, show} from './dom.js';
import {hasPasskeys, logInByPasskey} from './passkey.js';
import {proven, providerButtons, providers} from './provider.js';
import {choices, t, useLanguage} from './text.js';

export const main = document.getElementById('main');
const meta = name => document.querySelector(`meta[name=${name}]`).content;
export const data = () => JSON.parse(meta('data') || '{}');
// Where a redirect URI leads. A private scheme can look like somebody's host, so it is never shown
// as one.
export function whose(uri) {
    const {protocol, host} = new URL(uri);
    return ['https:', 'http:'].includes(protocol) ? host : t('asks.scheme', {scheme: protocol});
}

export const passwords = meta('passwords') === 'yes';
export const sendsMail = meta('mail') === 'yes';
export const registers = meta('registration') === 'open';

// What is said where nobody registers; an invitation is of no use where passwords are off.
export const closedNote = () => passwords && h('p', {class: 'soft'}, t('register.closed'));

// The satellites that the operator knows: [name, address].
export const satellites = meta('satellites')
                              .split(',')
                              .map(one => one.trim())
                              .filter(Boolean)
                              .map(one => /^(.*\S)\s+(\S+)$/.exec(one).slice(1));

const places = [
    ['/apps', 'nav.apps'], ['/projects', 'nav.projects'], ['/console', 'nav.console'],
    ['/account', 'nav.account']
];
const placesOf = ({operator}) => operator ? [...places, ['/operator', 'nav.operator']] : places;
// Where a log-in may lead: a name, never a URL, so that nobody can send people elsewhere.
const names = [...places.map(([path]) => path.slice(1)), 'activity', 'operator'];

let account = null;
export const me = () => account;

export async function logOut() {
    await api.logOut().catch(() => {});
    mayBeThere = false;
    account = null;
}

async function leave() {
    await logOut();
    location.assign(meta('leave') || '/login');
}

// Somebody who is logged in has one language everywhere.
async function choose(code) {
    if (account)
        await api.prefer({language: code}).catch(() => {});
    useLanguage(code);
}

function top(links, notMe) {
    const here = location.pathname;
    fill(document.getElementById('top'), h('a', {class: 'skip', href: '#main'}, t('skip')),
        h('a', {class: 'brand', href: '/'}, h('img', {src: '/static/icon.svg', alt: ''}), 'grantd'),
        links && account && h('nav', {'aria-label': t('nav')}, placesOf(account).map(([
            path, key
        ]) => h('a', {href: path, 'aria-current': path === here ? 'page' : null}, t(key)))),
        account &&
            h('div', {class: 'who'}, h('span', {class: 'mail'}, account.email),
                h('button', {type: 'button', class: 'link', onclick: notMe ?? leave},
                    t(notMe ? 'notme' : 'logout'))));
    fill(document.getElementById('foot'),
        choices.map(choice => h('button', {
            type: 'button',
            class: 'link',
            lang: choice.code,
            'aria-pressed': String(choice.current),
            onclick: () => choose(choice.code)
        },
                        choice.name)));
}

// `notMe` is for a page on which another person can go on where this one is.
export function frame({title, narrow = false, links = true, notMe}) {
    document.title = title ? `${title} · grantd` : 'grantd';
    document.documentElement.classList.toggle('narrow', narrow);
    top(links, notMe);
}

// Whether somebody was logged in when the page was made.
export const isThere = meta('session') === 'yes';

// The account that is logged in, or null.
let mayBeThere = isThere;
export async function whoIsThere() {
    if (!mayBeThere)
        return account = null;
    const before = account;
    try {
        account = await api.account({ask: false});
        if (!before && useLanguage(account.language))
            await new Promise(() => {}); // until the page is loaded again
    } catch (error) {
        if (error.code !== 'unauthenticated')
            throw error;
        account = null;
    }
    return account;
}

// A page for people who are logged in: goes to the log-in first if nobody is.
export function page({title, load}) {
    frame({title});
    show(main, async () => {
        if (!await whoIsThere()) {
            location.replace('/login?next=' + location.pathname.slice(1));
            return [];
        }
        frame({title});
        return load();
    }, title);
}

// Back, forward: a page that the browser cached may be out of date.
addEventListener('pageshow', event => {
    if (event.persisted)
        location.reload();
});

// --- logging in ---

export async function logIn(email, password, code) {
    await api.logIn(email, password, code);
    mayBeThere = true;
}

async function logInByProxy(code) {
    await api.logInByProxy(code);
    mayBeThere = true;
}

export const mailField = (rest = {}) => field({
    label: t('email'),
    name: 'email',
    type: 'email',
    autocomplete: 'username',
    required: true,
    ...rest
});
export const passwordField = (rest = {}) => field({
    label: t('password'),
    name: 'password',
    type: 'password',
    autocomplete: 'current-password',
    required: true,
    ...rest
});

// The second half of a log-in with a provider.
const provenForm = done => form({
    fields: [codeField()],
    submit: t('login'),
    send: async ({code}) => {
        await api.logInByProvider(code);
        mayBeThere = true;
        await done();
    },
});

const passwordForm = (done, email) => form({
    fields: [mailField({value: email}), passwordField()],
    submit: t('login'),
    send: async ({email, password, code}) => {
        await logIn(email, password, code);
        await done();
    },
});

const passkeyForm = done => form({
    fields: [],
    submit: t('login.passkey'),
    kind: '',
    send: async () => {
        await logInByPasskey();
        mayBeThere = true;
        await done();
    },
});

// Whom the proxy in front of this server has logged in, or ''.
const person = meta('person');

const proxyForm = done => form({
    fields: [],
    submit: t('login.person', {email: person}),
    send: async ({code}) => {
        await logInByProxy(code);
        await done();
    },
});

// By which somebody who is logged in confirms who they are: nothing, if the proxy or a provider
// says so. Whoever has logged in with a passkey may have a password or not.
export function confirmField() {
    const method = me().login_method;
    return ['password', 'passkey'].includes(method) &&
        passwordField({required: method === 'password'});
}

const here = () => location.pathname + location.search;

// What the server offers: the log-in by a proxy, by providers, by a password, or several.
export const logInForm = (done, {email = '', target = here()} = {}) => proven
    ? h('div', {class: 'stack'}, h('p', {}, t('login.proven')), provenForm(done),
          providerButtons(target))
    : h('div', {class: 'stack'}, person && proxyForm(done), providerButtons(target),
          passwords ? [passwordForm(done, email), hasPasskeys && passkeyForm(done)]
                    : !person && !providers.length && h('p', {class: 'soft'}, t('login.nobody')));

// The page to go to after a log-in: the requested one, if it is one of ours.
export function nextPage() {
    const name = new URLSearchParams(location.search).get('next');
    return names.includes(name) ? '/' + name : '/';
}

// If the session ended while the page was open, ask here, so that nothing typed is lost. If
// somebody else logs in, the page is reloaded.
async function askAgain() {
    const before = account;
    if (!before)
        return false;
    const asked = await dialog({
        title: t('ended'),
        body: [
            t('ended.more'), !person && passwords && mailField({value: before.email}),
            !person && passwords && passwordField(), providerButtons(here())
        ],
        confirm: t('login'),
        send: async ({email, password, code}) => {
            if (!person && !passwords)
                return false;
            await (person ? logInByProxy(code) : logIn(email, password, code));
            return true;
        },
    });
    if (!asked)
        return false;
    await whoIsThere();
    if (account?.id === before.id)
        return true;
    location.reload();
    return false;
}
// What would harm most if another person used this session takes showing again who one is.
async function askProof() {
    const isOfProvider = account?.login_method === 'openid';
    return Boolean(account && await dialog({
        title: t('proof'),
        body: [
            t('proof.more'), confirmField(), isOfProvider && t('proof.provider'),
            isOfProvider && providerButtons(here())
        ],
        confirm: t('proof.confirm'),
        send: async ({password, code}) => {
            await api.prove(password, code);
            return true;
        },
    }));
}
onProofOld(askProof);

let asking = null;
onLoggedOut(() => asking ??= askAgain().finally(() => { asking = null; }));
