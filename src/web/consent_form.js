// SPDX-License-Identifier: Apache-2.0
// The form by which a person allows what an application asks for, or refuses.

import {doubt} from './add_project.js';
import {backPart, endOf, keyPart, line, longPart, projectPart} from './consent_parts.js';
import {placesPart, rightsPart} from './consent_places.js';
import {busy, fill, h, note, refuse, sentence} from './dom.js';
import {parse, placeText, short, surprises, tags} from './scopes.js';
import {day, list, t} from './text.js';

const LEAST = 60; // seconds that an access must last

// What it has now, and whether that stays.
function already({current_access: has, replaces}) {
    if (!has.length)
        return null;
    const {rights} = parse(has);
    const words = list(rights.map(right => t('short.' + right)));
    return [
        line(t('already'), words, t('details'), tags(has),
            h('p', {class: 'small soft'}, t('already.more'))),
        replaces && note('warn', t('already.full', {day: day(replaces.allowed_at)})),
    ];
}

// What the application learns of the person, if it signs people in.
function learns(view) {
    const facts = ['same', ...view.identity];
    return view.signs_in
        ? h('div', {class: 'section tight'}, h('p', {class: 'label'}, t('learns')),
              h('ul', {class: 'notes'}, facts.map(one => h('li', {}, t('learns.' + one)))))
        : null;
}

// A line if no satellite honours grants of the project yet.
function unhonoured(project) {
    const why = doubt(project);
    return why &&
        line(t('satellite'), h('span', {class: 'careful'}, t('doubt')), t('details'),
            h('p', {class: 'small soft'}, why));
}

// With offline_access the application gets new access by itself, for as long as the person chooses.
function renewalText(renewal, chosen) {
    const seconds = Math.min(chosen ?? Infinity, renewal.max_lifetime);
    return t('renews', {day: day(Date.now() + seconds * 1000)});
}

// What will be possible, in a sentence.
function outcome(rights, places, {project, seconds, hasKey}) {
    const end = endOf(seconds);
    const where = places.length ? t('will.in', {places: list(places.map(short))})
                                : t('will.everywhere', {project: project.name});
    const verbs = list(rights.map(right => t('does.' + right)));
    const words = t(end ? 'will' : 'will.noend', {rights: verbs, where, end});
    return hasKey ? words : `${words} ${t('will.nokey')}`;
}

// The buckets of a project that are known: of earlier grants, and of its key.
function bucketsOf({id, limits}, grants) {
    const mine = grants.filter(grant => grant.project_id === id).flatMap(grant => grant.scopes);
    const {places} = parse([...mine, ...(limits?.scopes ?? [])]);
    return [...new Set(places.map(place => place.bucket))].sort();
}

// Asks what of `view`, the server's view of the request, is allowed. `asks` is a node that says who
// asks, and `ends` a text that says what comes after. `send` gets the answer for the server, and a
// function that shows a Refusal, in words of its own or in those that come with it.
export function consentForm({view, asks, send, isLegacy = false, ends}, projects, grants) {
    const asked = parse(view.needed_access);
    const mayDo = rightsPart(asked.rights, view.required_scopes);
    const where = placesPart(asked.places);
    const long = longPart();
    const back = backPart();
    const key = keyPart(t(isLegacy ? 'key.legacy' : 'key.prefix'), isLegacy);
    const renews = h('p', {class: 'small', hidden: !view.renewal});
    const will = h('p', {class: 'will', 'aria-live': 'polite'});
    const problem = h('div', {class: 'note bad', role: 'alert', hidden: true});
    const limit = h('div', {class: 'note warn', hidden: true}, h('p', {}, t('project.limited')));
    const honoured = h('div');
    const project = projectPart(projects, () => changed());
    const allow = h('button', {class: 'primary'}, t('allow'));
    const deny = h('button', {type: 'button', onclick: () => busy(deny, refuseAll)}, t('refuse'));
    const scopes = () => [...mayDo.chosen(), ...where.chosen().map(placeText)];
    key.watch(() => where.chosen().some(place => place.path));
    const notes = h('ul', {class: 'notes small soft', 'aria-label': t('note')});

    function chosen() {
        const keys = surprises(mayDo.chosen(), where.chosen());
        fill(notes, keys.map(one => h('li', {}, t(one))));
        notes.hidden = !keys.length;
        renews.textContent = view.renewal ? renewalText(view.renewal, long.seconds()) : '';
        key.update();
        long.update();
        will.hidden = !mayDo.chosen().length || where.isEmpty();
        will.textContent = outcome(mayDo.chosen(), where.chosen(), {
            project: project.chosen(),
            seconds: long.seconds(),
            hasKey: key.chosen() !== undefined
        });
    }

    function changed() {
        const one = project.chosen();
        const isAlive = one.max_expires_in === null || one.max_expires_in >= LEAST;
        const isEnough =
            mayDo.within(one.limits?.scopes ? parse(one.limits.scopes).rights : null) && isAlive;
        limit.hidden = isEnough;
        fill(honoured, unhonoured(one));
        allow.disabled = !isEnough;
        where.allowPaths(one.path_cipher !== 'none');
        where.offer(bucketsOf(one, grants));
        long.offer(one);
        back.offer(one);
        key.offer(grants.some(grant => grant.project_id === one.id));
        chosen();
    }

    // Shows a control that must be changed, above the buttons that stay in view.
    function lead(control) {
        control.focus();
        control.scrollIntoView({block: 'center'});
        return true;
    }

    // Return: whether there is a problem; the first one is shown and focused.
    function isIncomplete() {
        if (!mayDo.chosen().length)
            return lead(refuse(mayDo.node, t('may.none')));
        if (where.isEmpty())
            return lead(refuse(where.node, t('where.none')));
        const control = key.problem();
        return Boolean(control) && lead(control);
    }

    // What the server refuses is shown where it can be changed, or else above the buttons.
    function fail(error, words = sentence(error)) {
        if (error.code === 'invalid_scope')
            return lead(refuse(where.node, words));
        if (/^passphrase: /.test(error.message))
            return lead(refuse(key.field, words));
        fill(problem, h('p', {}, words));
        problem.hidden = false;
    }

    function answer(body) {
        problem.hidden = true;
        return send(body, fail);
    }

    const refuseAll = () => answer({approve: false});
    const approve = () => answer({
        approved_scopes: scopes(),
        rejected_scopes: asked.rights.filter(right => !mayDo.chosen().includes(right)),
        approve: true,
        project_id: project.chosen().id,
        expires_in: long.chosen(),
        passphrase: key.chosen(),
    });

    const node = h('form', {class: 'card consent', novalidate: true, method: 'post'},
        h('div', {class: 'stack'}, asks, learns(view), mayDo.node, where.node, notes),
        h('div', {class: 'stack'},
            h('div', {class: 'lines'}, project.node, honoured, limit, long.node, renews, back.node,
                already(view)),
            key.node, isLegacy && note('warn', t('legacy.note'))),
        h('div', {class: 'decide'}, will, problem, h('div', {class: 'row grow'}, deny, allow)),
        h('p', {class: 'small soft ends'}, ends));
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
