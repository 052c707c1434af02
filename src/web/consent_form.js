// SPDX-License-Identifier: Apache-2.0
// The form by which a person allows what an application asks for, or refuses.

import {keyPart, longPart, placesPart, projectPart, rightsPart} from './consent_parts.js';
import {busy, fill, h, note} from './dom.js';
import {backWords, parse, placeText, surprises, tags} from './scopes.js';
import {day, t} from './text.js';

const LEAST = 60; // seconds that an access must last

// What it has now, and whether that stays.
function already(view) {
    const then =
        view.replaces ? t('already.full', {day: day(view.replaces.allowed_at)}) : t('already.more');
    return view.current_access.length
        ? h('div', {class: 'tight'}, h('p', {class: 'label'}, t('already')),
              tags(view.current_access), h('p', {class: 'small soft'}, then))
        : null;
}

// What the application learns of the person, if it signs people in.
function learns(view) {
    const facts = ['same', ...view.identity];
    return view.signs_in
        ? h('div', {class: 'section tight'}, h('p', {class: 'label'}, t('learns')),
              h('ul', {class: 'notes'}, facts.map(one => h('li', {}, t('learns.' + one)))))
        : null;
}

// With offline_access the application gets new access by itself, for as long as the person chooses.
function renewalText(renewal, chosen) {
    const seconds = Math.min(chosen ?? Infinity, renewal.max_lifetime);
    return t('renews', {day: day(Date.now() + seconds * 1000)});
}

// Asks what of `view`, the server's view of the request, is allowed. `asks` is a node that says who
// asks, and `ends` a text that says what comes after. `send` gets the answer for the server, and
// the node where to show a problem.
export function consentForm({view, asks, send, isLegacy = false, ends}, projects, grants) {
    const asked = parse(view.needed_access);
    const mayDo = rightsPart(asked.rights, view.required_scopes);
    const where = placesPart(asked.places);
    const long = longPart();
    const key = keyPart(t(isLegacy ? 'key.legacy' : 'key.prefix'), isLegacy);
    const renews = h('p', {class: 'small', hidden: !view.renewal});
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
        renews.textContent = view.renewal ? renewalText(view.renewal, long.seconds()) : '';
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

    const node = h('form', {class: 'card', novalidate: true, method: 'post'}, asks, learns(view),
        h('div', {class: 'section'}, mayDo.node), where.node, notes,
        h('div', {class: 'section stack'}, project.node, limit, long.node, renews),
        h('div', {class: 'section'}, key.node),
        h('div', {class: 'section stack'}, already(view),
            h('div', {class: 'tight'}, h('p', {class: 'label'}, t('back')), back)),
        isLegacy && note('warn', t('legacy.note')),
        h('div', {class: 'section stack'}, problem, h('div', {class: 'row grow'}, deny, allow),
            h('p', {class: 'small soft'}, ends)));
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
