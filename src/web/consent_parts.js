// SPDX-License-Identifier: Apache-2.0
// What the consent page asks after that, a line each: which project, how long, with which key. Each
// part is a node to show and functions that return what was chosen.

import {addForm} from './add_project.js';
import {busy, field, fill, h, newId, note, pick, refuse, sentence, tick} from './dom.js';
import {backWords} from './scopes.js';
import {day, span, t, when} from './text.js';

const SLACK = 900; // seconds: a key's end may be offered no closer than the page may stay open
const HOUR = 3600, DAY = 86400;

// A line that says what holds; with `parts` it opens, to change it or to read more.
export function line(title, value, open, ...parts) {
    const head = [h('span', {class: 'soft'}, title), h('span', {class: 'value'}, value)];
    return parts.length
        ? h('details', {class: 'line'},
              h('summary', {}, ...head, h('span', {class: 'small open'}, open)), ...parts)
        : h('div', {class: 'line'}, ...head);
}

// --- which project, for how long ---

// The projects that may be chosen. An application may ask for one, and for a limited time.
export function offered(projects, {project_id: wanted, max_expires_in: most}) {
    const limited = seconds => (most === undefined ? seconds : Math.min(seconds ?? most, most));
    return projects.filter(project => !wanted || project.id === wanted).map(project => ({
        ...project,
        max_expires_in: limited(project.max_expires_in),
        default_expires_in: limited(project.default_expires_in)
    }));
}

// What to do without any: import one, or refuse. An application may want a certain one, which only
// another account can have. `again` shows the page once more, and `send` is as in the form.
export function noProject(view, asks, again, send) {
    const problem = h('div', {class: 'note bad', role: 'alert', hidden: true});
    const fail = (error, words = sentence(error)) => {
        fill(problem, h('p', {}, words));
        problem.hidden = false;
    };
    const deny =
        h('button', {type: 'button', onclick: () => busy(deny, () => send({approve: false}, fail))},
            t('refuse'));
    const what = view.project_id
        ? [note('warn', t('project.other')),
              h('button', {type: 'button', onclick: again}, t('again'))]
        : [h('h2', {}, t('project.import')), h('p', {}, t('project.none')),
              addForm(['key', 'grant'], again)];
    return h('div', {class: 'card'}, asks, h('hr'), ...what, problem, h('hr'), deny);
}

export function projectPart(projects, changed) {
    if (projects.length === 1)
        return {node: line(t('project'), projects[0].name), chosen: () => projects[0]};
    const node = field({
        label: t('project'),
        tag: 'select',
        options: projects.map(project => [project.id, project.name]),
        onchange() {
            name.data = chosen().name;
            changed();
        }
    });
    const chosen = () => projects.find(project => project.id === node.control.value);
    const name = document.createTextNode(chosen().name);
    return {node: line(t('project'), name, t('change'), node), chosen};
}

// Seconds; undefined: the server's default; null: no expiry.
function lifetimes({max_expires_in: most, default_expires_in: usual}) {
    const fits = seconds => most === null || seconds <= most - (most % DAY ? SLACK : 0);
    const list =
        [HOUR, DAY, 30 * DAY, 365 * DAY].filter(fits).map(seconds => [seconds, span(seconds)]);
    if (!list.some(([seconds]) => seconds === usual))
        list.push([undefined, span(usual)]);
    if (most === null)
        list.push([null, t('long.noend')]);
    return list.sort(([a], [b]) => (a === null) - (b === null) || (a ?? usual) - (b ?? usual));
}

export function longPart() {
    let list = [], boxes = [], usual;
    const row = h('div', {class: 'times'});
    const name = newId();
    const chosen = () => list[boxes.findIndex(box => box.control.checked)][0];
    const seconds = () => chosen() === undefined ? usual : chosen();
    const value = document.createTextNode('');
    return {
        node: line(t('long'), value, t('change'),
            h('fieldset', {}, h('legend', {class: 'unseen'}, t('long')), row)),
        offer(project) {
            const before = list[boxes.findIndex(box => box.control.checked)]?.[0];
            list = lifetimes(project);
            usual = project.default_expires_in;
            const has = list.some(([seconds]) => seconds === before);
            const wish = boxes.length && has
                ? before
                : list.find(([seconds]) => (seconds ?? project.default_expires_in) ===
                          project.default_expires_in)[0];
            boxes = list.map(([seconds, title]) =>
                                 pick({type: 'radio', name, title, checked: seconds === wish}));
            fill(row, boxes);
        },
        update() {
            const end = endOf(seconds());
            value.data = end ? t('long.value', {span: span(seconds()), end}) : t('long.noend');
        },
        chosen,
        seconds, // the same, also if the usual time was chosen; null: no end
    };
}

// The end of that many seconds from now, in words; '' if there is none.
export function endOf(seconds) {
    const end = Date.now() + seconds * 1000;
    return seconds === null ? '' : seconds > DAY ? day(end) : when(end);
}

// How access can be removed, which depends on the project.
export function backPart() {
    const value = h('span'), more = h('p', {class: 'small soft'});
    return {
        node: line(t('back'), value, t('details'), more),
        offer({enforced_by: how}) {
            value.textContent = t('back.short.' + how);
            value.className = how === 'expiry' ? 'careful' : '';
            more.textContent = `${backWords(how)} ${t('back.where')}`;
        },
    };
}

// --- the passphrase ---

// `prefixWarning` is shown if a folder is requested without a key; if a key `isNeeded`, the form
// cannot be sent without one.
export function keyPart(prefixWarning, isNeeded) {
    const hidden = {type: 'password', autocomplete: 'off', maxlength: 1024, spellcheck: 'false'};
    const first = field({label: t('phrase'), hint: t('phrase.hint'), ...hidden});
    const second = field({label: t('phrase.again'), hint: t('phrase.again.hint'), ...hidden});
    const label = tick({title: t('key.without'), onchange: update});
    const without = label.control;
    const warning = h('p');
    const warned = note('warn', warning);
    let hasPrefix = () => false, isKnown = true;
    function update() {
        const has = !without.checked;
        first.hidden = !has;
        second.hidden = !has || isKnown;
        warned.hidden = has;
        warning.textContent = hasPrefix() ? prefixWarning : t('key.missing');
    }
    return {
        node: h('div', {class: 'stack', role: 'group', 'aria-label': t('key')}, first, second,
            label, warned),
        field: first,
        watch(prefix) {
            hasPrefix = prefix;
        },
        offer(known) {
            isKnown = known;
            update();
        },
        update,
        chosen: () => (without.checked ? undefined : first.control.value),
        // Return: the control that is not filled in as it must be, or null.
        problem() {
            if (without.checked)
                return isNeeded && hasPrefix() ? without : null;
            if (!first.control.value)
                return refuse(first, t('phrase.missing'));
            if (!second.hidden && second.control.value !== first.control.value)
                return refuse(second, t('phrase.differs'));
            return null;
        },
    };
}
