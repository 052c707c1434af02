// SPDX-License-Identifier: Apache-2.0
// Consent: who asks, for what, and the person's decision. Opened by /oauth2/authorize, and by
// /oauth2-integration, where the page also makes the token request and passes the grant on.

import {api, post, Refusal} from './api.js';
import {keyPart, longPart, placesPart, projectPart, rightsPart} from './consent_parts.js';
import {busy, fill, h, note, sentence, show} from './dom.js';
import {data, frame, logInForm, main, registerForm, registers, whoIsThere, whose} from './page.js';
import {backWords, parse, placeText, surprises, tags} from './scopes.js';
import {day, t} from './text.js';

const {flow, request, client} = data();
const isLegacy = flow === 'legacy';
const target = new URL(request.redirect_uri);
const isWeb = ['https:', 'http:'].includes(target.protocol);
const isLocal = !isWeb || ['localhost', '127.0.0.1', '[::1]'].includes(target.hostname);
const host = whose(request.redirect_uri);

const RENEWALS = 15; // silent ones; later, answering renews
const LEAST = 60;    // seconds that an access must last

// --- who asks ---

const asks = small => h('div', {class: 'asks'},
    h('h1', {}, h('span', {class: 'host'}, host), small ? t('asks.login') : t('asks.title')),
    h('p', {class: 'soft'}, t('asks.calls', {name: client.name})),
    !small && client.description && h('p', {}, client.description),
    !small && h('p', {class: 'small soft'}, [
        isLocal && t('asks.local'), t('asks.since', {date: day(client.created_at)}),
        t('asks.unproven')
    ].filter(Boolean).join(' ')));

function door(isNew) {
    frame({title: t('login'), narrow: true, links: false});
    const other = h('button', {type: 'button', class: 'link', onclick: () => door(!isNew)},
        t(isNew ? 'login' : 'register.link'));
    fill(main,
        h('div', {class: 'card'}, asks(true), h('hr'), h('h2', {}, t(isNew ? 'register' : 'login')),
            (isNew ? registerForm : logInForm)(start),
            registers &&
                h('p', {class: 'soft'}, t(isNew ? 'register.have' : 'login.new'), ' ', other)));
    main.querySelector('input').focus();
}

// --- the request, kept alive while the page is open ---

let view = null;
let timer = 0;

async function ask(options) {
    view = await post('/api/v0/oauth2/request', request, options);
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
        h('div', {class: 'card'}, h('h1', {}, t('leaving', {host})),
            h('p', {class: 'soft'}, t('leaving.more')),
            h('p', {}, h('a', {href: uri}, t('leaving.link')))));
    location.replace(uri);
}

function withParameter(name, value) {
    const uri = request.redirect_uri;
    return `${uri}${uri.includes('?') ? '&' : '?'}${name}=${encodeURIComponent(value)}`;
}

// Only in the legacy flow the page makes the token request: the application's JWT came in the URL.
async function exchange(code) {
    const body = {
        client_id: request.client_id,
        client_secret: new URLSearchParams(location.search).get('client_secret'),
        redirect_uri: request.redirect_uri,
        code,
    };
    for (let tried = 1;; tried++) {
        try {
            const {access_grant} = await post('/api/v0/oauth2/token', body, {ask: false});
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

async function send(body, problem) {
    problem.hidden = true;
    try {
        const {redirect_uri, code} = await answer(body);
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
        if (error.code === 'request_not_pending')
            await ask().catch(() => {});
        fill(problem, h('p', {}, sentence(error)));
        problem.hidden = false;
        problem.scrollIntoView({block: 'nearest'});
    }
}

function already() {
    return view.current_access.length
        ? h('div', {class: 'tight'}, h('p', {class: 'label'}, t('already')),
              tags(view.current_access), h('p', {class: 'small soft'}, t('already.more')))
        : null;
}

function consentForm(projects, grants) {
    const asked = parse(view.needed_access);
    const mayDo = rightsPart(asked.rights, view.required_scopes);
    const where = placesPart(asked.places);
    const long = longPart();
    const key = keyPart(t(isLegacy ? 'key.legacy' : 'key.prefix'), isLegacy);
    const back = h('p', {class: 'small soft'});
    const problem = h('div', {class: 'note bad', role: 'alert', hidden: true});
    const limit = h('div', {class: 'note warn', hidden: true}, h('p', {}, t('project.limited')));
    const project = projectPart(projects, () => changed());
    const allow = h('button', {class: 'primary'}, t('allow'));
    const deny = h('button',
        {type: 'button', onclick: () => busy(deny, () => send({approve: false}, problem))},
        t('refuse'));
    const scopes = () => [...mayDo.chosen(), ...where.chosen().map(placeText)];
    key.watch(() => where.chosen().some(place => place.path));
    const notes = h('ul', {class: 'notes small soft', 'aria-label': t('note')});

    function chosen() {
        const keys = surprises(mayDo.chosen(), where.chosen());
        fill(notes, keys.map(one => h('li', {}, t(one))));
        notes.hidden = !keys.length;
        key.update();
    }

    function changed() {
        const one = project.chosen();
        const isAlive = one.max_expires_in === null || one.max_expires_in >= LEAST;
        const isEnough =
            mayDo.within(one.limits?.scopes ? parse(one.limits.scopes).rights : null) && isAlive;
        limit.hidden = isEnough;
        allow.disabled = !isEnough;
        where.allowPaths(one.path_cipher !== 'none');
        long.offer(one);
        key.offer(grants.some(grant => grant.project_id === one.id));
        back.textContent = `${backWords(one.enforced_by)} ${t('back.where')}`;
        chosen();
    }

    // Return: the first problem, shown and focused.
    function isIncomplete() {
        const wrong = text => {
            fill(problem, h('p', {}, text));
            problem.hidden = false;
            return true;
        };
        if (!mayDo.chosen().length)
            return mayDo.control?.focus(), wrong(t('may.none'));
        if (where.isEmpty())
            return where.focus(), wrong(t('where.none'));
        const control = key.problem();
        if (!control)
            return false;
        control.focus();
        return true;
    }

    const approve = () => send({
        approved_scopes: scopes(),
        rejected_scopes: asked.rights.filter(right => !mayDo.chosen().includes(right)),
        approve: true,
        project_id: project.chosen().id,
        expires_in: long.chosen(),
        passphrase: key.chosen(),
    },
        problem);

    const node = h('form', {class: 'card', novalidate: true, method: 'post'}, asks(false),
        h('div', {class: 'section'}, mayDo.node), where.node, notes,
        h('div', {class: 'section stack'}, project.node, limit, long.node),
        h('div', {class: 'section'}, key.node),
        h('div', {class: 'section stack'}, already(),
            h('div', {class: 'tight'}, h('p', {class: 'label'}, t('back')), back)),
        isLegacy && note('warn', t('legacy.note')),
        h('div', {class: 'section stack'}, problem, h('div', {class: 'row grow'}, deny, allow),
            h('p', {class: 'small soft'}, t('returns', {
                uri: target.origin === 'null' ? request.redirect_uri
                                              : target.origin + target.pathname
            }))));
    node.addEventListener('change', chosen);
    node.addEventListener('input', chosen);
    node.addEventListener('submit', event => {
        event.preventDefault();
        problem.hidden = true;
        if (!allow.disabled && !isIncomplete())
            busy(allow, approve);
    });
    changed();
    return node;
}

const noProject = () => h('div', {class: 'card'}, asks(false), note('warn', t('project.none')),
    h('div', {class: 'row'},
        h('a', {class: 'button', href: '/projects', target: '_blank'}, t('nav.projects')),
        h('button', {type: 'button', onclick: start}, t('again'))));

function start() {
    frame({title: t('asks.page', {host}), narrow: true, links: false});
    return show(main, async () => {
        if (!await whoIsThere()) {
            setTimeout(door, 0, false);
            return [];
        }
        frame({title: t('asks.page', {host}), narrow: true, links: false});
        const [projects, grants] = await Promise.all([api.projects(), api.grants(), ask()]);
        keepAlive();
        return projects.length ? consentForm(projects, grants) : noProject();
    });
}

start();
