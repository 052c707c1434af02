// SPDX-License-Identifier: Apache-2.0
// Consent: who asks, for what, and the person's decision. Opened by /oauth2/authorize, and by
// /oauth2-integration, where the page also makes the token request and passes the grant on.

import {api, post, Refusal} from './api.js';
import {consentForm} from './consent_form.js';
import {noProject, offered} from './consent_parts.js';
import {codeField, dialog, fill, h, note, show} from './dom.js';
import {
    closedNote,
    data,
    frame,
    logInForm,
    logOut,
    main,
    me,
    registers,
    whoIsThere,
    whose
} from './page.js';
import {registerForm} from './register_form.js';
import {day, t} from './text.js';

const {flow, request, client, link, login} = data();
const isLegacy = flow === 'legacy';
const target = new URL(request.redirect_uri);
const isWeb = ['https:', 'http:'].includes(target.protocol);
const isLocal = !isWeb || ['localhost', '127.0.0.1', '[::1]'].includes(target.hostname);
const goal = whose(request.redirect_uri);

// An application that nobody has registered is known by the host of its metadata document.
const source = client.metadata_document ? new URL(client.metadata_document) : null;
const host = source ? source.host : goal;

const RENEWALS = 15; // silent ones; later, answering renews

// --- who asks ---

// Where the code goes may be another place than where the document is.
function sourceParts() {
    const elsewhere = isLocal         ? t('asks.source.local', {host})
        : target.host !== source.host ? t('asks.source.elsewhere', {host, goal})
                                      : '';
    return [
        h('p', {}, t('asks.source', {url: source.href})),
        elsewhere && note('warn', elsewhere),
    ];
}

const asks = small => h('div', {class: 'asks'},
    h('h1', {}, h('span', {class: 'host'}, host), small ? t('asks.login') : t('asks.title')),
    h('p', {class: 'soft'}, t('asks.calls', {name: client.name})),
    source ? sourceParts() : client.self_registered && h('p', {}, t('asks.nobody')),
    !small && client.description && h('p', {}, client.description),
    !small && h('p', {class: 'small soft'}, [
        isLocal && t('asks.local'), !source && t('asks.since', {date: day(client.created_at)}),
        t('asks.unproven')
    ].filter(Boolean).join(' ')));

// What the application asked for about the log-in, until it is done.
let mustLogIn = login.again;
let mayChoose = login.choose;

function enter() {
    mustLogIn = mayChoose = false;
    return start();
}

function door(isNew) {
    frame({title: t('login'), narrow: true, links: false});
    const again = mustLogIn && me();
    const email = login.hint ?? (again ? me().email : '');
    const other = h('button', {type: 'button', class: 'link', onclick: () => door(!isNew)},
        t(isNew ? 'login' : 'register.link'));
    fill(main,
        h('div', {class: 'card'}, asks(true), h('hr'), h('h2', {}, t(isNew ? 'register' : 'login')),
            again && h('p', {class: 'soft'}, t('login.again')),
            isNew ? registerForm(enter, {email}) : logInForm(enter, {email}),
            registers
                ? h('p', {class: 'soft'}, t(isNew ? 'register.have' : 'login.new'), ' ', other)
                : closedNote()));
    ([...main.querySelectorAll('input')].find(input => !input.value) ??
        main.querySelector('a.button, button'))
        ?.focus();
}

function chooser() {
    frame({title: t('choose'), narrow: true, links: false});
    const other = h('button', {type: 'button', onclick: () => door(false)}, t('choose.other'));
    const same = h('button', {type: 'button', class: 'primary', onclick: enter},
        t('choose.same', {email: me().email}));
    fill(main,
        h('div', {class: 'card'}, asks(true), h('hr'), h('h2', {}, t('choose')),
            h('div', {class: 'row'}, same, other)));
    same.focus();
}

// --- the request, kept alive while the page is open ---

let view = null;
let timer = 0;

// The oldest log-in that will do, counted from when this page was opened, in seconds before now.
const age = () =>
    (login.max_age === undefined ? {}
                                 : {max_age: login.max_age + Math.ceil(performance.now() / 1000)});

async function ask(options) {
    view = await post('/api/v0/oauth2/request', {...request, ...age()}, options);
}

function keepAlive(left = RENEWALS) {
    clearTimeout(timer);
    if (!left)
        return;
    const rest = Date.parse(view.consent_expires_at) - Date.now() - 30000;
    timer = setTimeout(async () => {
        await ask({ask: false}).catch(() => {});
        keepAlive(left - 1);
    }, Math.min(Math.max(rest, 5000), 240000));
}

// --- the answer ---

function leave(uri) {
    clearTimeout(timer);
    frame({title: t('leaving.title'), narrow: true, links: false});
    fill(main,
        h('div', {class: 'card'}, h('h1', {}, t('leaving', {host: goal})),
            h('p', {class: 'soft'}, t('leaving.more')),
            h('p', {}, h('a', {href: uri}, t('leaving.link')))));
    location.replace(uri);
}

function withParameter(name, value) {
    const uri = request.redirect_uri;
    return `${uri}${uri.includes('?') ? '&' : '?'}${name}=${encodeURIComponent(value)}`;
}

// Only in the legacy flow the page exchanges the code. The application's JWT came in the URL; it
// was checked when the page was opened, and `link` is the server's word for that.
async function exchange(code) {
    const body = {link, redirect_uri: request.redirect_uri, code};
    for (let tried = 1;; tried++) {
        try {
            const {access_grant} = await post('/api/v0/oauth2/integration', body, {ask: false});
            return leave(withParameter('access_grant', access_grant));
        } catch (error) {
            if (!(error instanceof Refusal))
                throw error;
            if (error.status === 503 && tried < 4) {
                await new Promise(done => setTimeout(done, Math.max(error.wait, 1) * 1000));
                continue;
            }
            const words = {
                401: 'unauthorized_client',
                400: 'invalid_request',
                503: 'temporarily_unavailable'
            };
            return leave(withParameter('error', words[error.status] ?? 'server_error'));
        }
    }
}

// A request that expired while the page was asleep is renewed; the decision is about the same
// scopes.
async function answer(body) {
    try {
        return await post('/api/v0/oauth2/consent', {request_id: view.request_id, ...body});
    } catch (error) {
        if (!['request_expired', 'invalid_request_id'].includes(error.code))
            throw error;
        await ask();
        return post('/api/v0/oauth2/consent', {request_id: view.request_id, ...body});
    }
}

// The same, with a code if the person wants each consent to take one. Return: null if they gave
// none.
async function answerWithCode(body) {
    try {
        return await answer(body);
    } catch (error) {
        if (error.code !== 'second_factor_required')
            throw error;
    }
    return dialog({
        title: t('consent.code'),
        body: [t('consent.code.more'), codeField()],
        confirm: t('allow'),
        send: ({code}) => answer({...body, code}),
    });
}

async function send(body, fail) {
    try {
        const answered = await answerWithCode(body);
        if (!answered)
            return;
        const {redirect_uri, code} = answered;
        if (isLegacy && code)
            await exchange(code);
        else
            leave(redirect_uri);
    } catch (error) {
        if (!(error instanceof Refusal))
            throw error;
        // Somebody else has logged in in another tab: nothing here is theirs.
        if (error.code === 'forbidden')
            return location.reload();
        if (error.code === 'login_required') {
            mustLogIn = true;
            return start();
        }
        if (error.code === 'request_not_pending')
            await ask().catch(() => {});
        fail(error);
    }
}

const ends = t('returns',
    {uri: target.origin === 'null' ? request.redirect_uri : target.origin + target.pathname});

// Somebody else goes on with the same request.
async function notMe() {
    clearTimeout(timer);
    await logOut();
    return start();
}

function start() {
    frame({title: t('asks.page', {host}), narrow: true, links: false});
    return show(main, async () => {
        if (!await whoIsThere() || mustLogIn) {
            setTimeout(door, 0, false);
            return [];
        }
        if (mayChoose) {
            setTimeout(chooser, 0);
            return [];
        }
        frame({title: t('asks.page', {host}), narrow: true, links: false, notMe});
        const [all, grants] = await Promise.all([api.projects(), api.grants(), ask()]);
        const projects = offered(all, view);
        keepAlive();
        return projects.length
            ? consentForm({view, asks: asks(false), send, isLegacy, ends}, projects, grants)
            : noProject(view, asks(false), start, send);
    });
}

start();
