// SPDX-License-Identifier: Apache-2.0
// The questions of the consent page: what, where, which project, how long, with which key. Each is
// a node to show and functions that return what was chosen.

import {field, fill, h, newId, note, pick, refuse} from './dom.js';
import {placeWords} from './scopes.js';
import {span, t} from './text.js';

const SLACK = 900; // seconds: a key's end may be offered no closer than the page may stay open
const HOUR = 3600, DAY = 86400;

// --- what may be done ---

// The requested rights; those in `required` cannot be unticked.
export function rightsPart(asked, required) {
    const boxes = asked.map(right => {
        const isNeeded = required.includes(right);
        const tag = isNeeded     ? h('span', {class: 'tag'}, t('needed'))
            : right === 'delete' ? h('span', {class: 'tag warn'}, t('careful'))
                                 : null;
        const node = pick({
            title: t('right.' + right),
            more: t(`right.${right}.more`),
            tag,
            name: right,
            checked: true,
            disabled: isNeeded
        });
        node.right = right;
        return node;
    });
    const limited = h('p', {class: 'small problem', hidden: true});
    return {
        node: h('fieldset', {}, h('legend', {}, t('may')), ...boxes, limited),
        control: boxes.map(box => box.control).find(box => !box.disabled),
        chosen: () => boxes.filter(box => box.control.checked).map(box => box.right),
        // A project's key may allow less. Return: whether all required rights remain.
        within(allowed) {
            const missing = boxes.filter(box => allowed && !allowed.includes(box.right));
            for (const box of boxes) {
                const isNeeded = required.includes(box.right);
                const isMissing = missing.includes(box);
                if (isMissing && !isNeeded)
                    box.control.checked = false;
                else if (isNeeded)
                    box.control.checked = true;
                box.control.disabled = isNeeded || isMissing;
            }
            limited.textContent =
                t('may.limited', {rights: missing.map(box => t('short.' + box.right)).join(', ')});
            limited.hidden = !missing.length;
            return !missing.some(box => required.includes(box.right));
        },
    };
}

// --- where ---

// A requested place: a checkbox, and a path below it to narrow it to.
function askedPlace(place) {
    const box = pick({title: placeWords(place), checked: true});
    const path = field({
        label: t('narrow.path', {place: placeWords(place)}),
        placeholder: 'holidays/2024/',
        autocomplete: 'off',
        spellcheck: 'false'
    });
    path.hidden = true;
    const open = h('button', {
        type: 'button',
        class: 'link small',
        'aria-expanded': 'false',
        onclick() {
            path.hidden = !path.hidden;
            path.dispatchEvent(new Event('change', {bubbles: true}));
            open.setAttribute('aria-expanded', String(!path.hidden));
            if (!path.hidden)
                path.control.focus();
        }
    },
        t('narrow'));
    return {
        node: h('div', {class: 'tight'}, box, h('div', {class: 'row'}, open), path),
        chosen: () => (box.control.checked
                ? {...place, path: place.path + (path.hidden ? '' : path.control.value)}
                : null),
        allowPaths(yes) {
            open.hidden = !yes;
            if (!yes)
                path.hidden = true;
            box.control.disabled = !yes && place.path !== '';
            if (box.control.disabled)
                box.control.checked = false;
        },
    };
}

// A place that the person adds if everything was requested.
function addedPlace(remove) {
    const bucket = field({
        label: t('bucket'),
        autocomplete: 'off',
        autocapitalize: 'none',
        spellcheck: 'false',
        minlength: 3,
        maxlength: 63
    });
    const path = field({label: t('path'), autocomplete: 'off', spellcheck: 'false'});
    const node = h('div', {class: 'row grow indent'}, bucket, path,
        h('button', {
            type: 'button',
            class: 'link small',
            onclick: () => {
                node.remove();
                remove(row);
            }
        },
            t('remove')));
    const row = {
        node,
        bucket,
        chosen: () => (bucket.control.value
                ? {bucket: bucket.control.value.trim(), path: path.hidden ? '' : path.control.value}
                : null),
        allowPaths(yes) {
            path.hidden = !yes;
        },
    };
    return row;
}

function everywherePart() {
    let rows = [], paths = true;
    const list = h('div', {class: 'stack', hidden: true});
    const places = h('div', {class: 'stack'});
    const add = () => {
        const row = addedPlace(gone => { rows = rows.filter(one => one !== gone); });
        row.allowPaths(paths);
        rows.push(row);
        places.append(row.node);
        row.bucket.control.focus();
    };
    const choice = (only, title, more) => pick({
        type: 'radio',
        name: 'where',
        title,
        more,
        checked: !only,
        onchange() {
            list.hidden = !only;
            if (only && !rows.length)
                add();
        }
    });
    list.append(places,
        h('div', {},
            h('button', {type: 'button', class: 'small-button', onclick: add}, t('where.add'))));
    return {
        node: h('fieldset', {}, h('legend', {}, t('where')),
            choice(false, t('where.all'), t('where.all.more')),
            choice(true, t('where.only'), t('where.only.more')), list),
        chosen: () => (list.hidden ? [] : rows.map(row => row.chosen()).filter(Boolean)),
        isEmpty: () => !list.hidden && !rows.some(row => row.chosen()),
        focus: () => (rows[0]?.bucket.control ?? list.querySelector('button')).focus(),
        allowPaths(yes) {
            paths = yes;
            rows.forEach(row => row.allowPaths(yes));
        },
    };
}

// The requested places; none means everywhere, which can be narrowed to some.
export function placesPart(asked) {
    if (!asked.length)
        return everywherePart();
    const rows = asked.map(askedPlace);
    const none = h('p', {class: 'small problem', hidden: true}, t('where.nopaths'));
    const chosen = () => rows.map(row => row.chosen()).filter(Boolean);
    return {
        node: h('fieldset', {}, h('legend', {}, t('where')), ...rows.map(row => row.node), none),
        chosen,
        isEmpty: () => !chosen().length,
        focus: () => rows[0].node.querySelector('input').focus(),
        allowPaths(yes) {
            rows.forEach(row => row.allowPaths(yes));
            none.hidden = yes || !asked.some(place => place.path);
        },
    };
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

// What to do without any.
export function noProject(view, asks, again) {
    return h('div', {class: 'card'}, asks,
        note('warn', t(view.project_id ? 'project.other' : 'project.none')),
        h('div', {class: 'row'},
            h('a', {class: 'button', href: '/projects', target: '_blank'}, t('nav.projects')),
            h('button', {type: 'button', onclick: again}, t('again'))));
}

export function projectPart(projects, changed) {
    if (projects.length === 1)
        return {
            node: h('div', {class: 'tight'}, h('p', {class: 'label'}, t('project')),
                h('p', {}, projects[0].name)),
            chosen: () => projects[0]
        };
    const node = field({
        label: t('project'),
        tag: 'select',
        options: projects.map(project => [project.id, project.name]),
        onchange: changed
    });
    return {node, chosen: () => projects.find(project => project.id === node.control.value)};
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
    return {
        node: h('fieldset', {}, h('legend', {}, t('long')), row),
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
        chosen,
        // The same, also if the usual time was chosen; null: no end.
        seconds: () => chosen() === undefined ? usual : chosen(),
    };
}

// --- the passphrase ---

// `prefixWarning` is shown if a folder is requested without a key; if a key `isNeeded`, the form
// cannot be sent without one.
export function keyPart(prefixWarning, isNeeded) {
    const hidden = {type: 'password', autocomplete: 'off', maxlength: 1024, spellcheck: 'false'};
    const first = field({label: t('phrase'), hint: t('phrase.hint'), ...hidden});
    const second = field({label: t('phrase.again'), hint: t('phrase.again.hint'), ...hidden});
    const typed = h('div', {class: 'stack indent'}, first, second);
    const warning = note('warn', prefixWarning);
    warning.hidden = true;
    const choice = (without, title, more) => pick({
        type: 'radio',
        name: 'key',
        title,
        more,
        checked: !without,
        onchange() {
            typed.hidden = without;
            update();
        }
    });
    let hasPrefix = () => false, isKnown = true;
    function update() {
        warning.hidden = !typed.hidden || !hasPrefix();
        second.hidden = isKnown;
    }
    return {
        node: h('fieldset', {}, h('legend', {}, t('key')),
            choice(false, t('key.with'), t('key.with.more')), typed,
            choice(true, t('key.without'), t('key.without.more')), warning),
        watch(prefix) {
            hasPrefix = prefix;
        },
        offer(known) {
            isKnown = known;
            update();
        },
        update,
        chosen: () => (typed.hidden ? undefined : first.control.value),
        // Return: why the form cannot be sent, or null.
        problem() {
            if (typed.hidden)
                return isNeeded && hasPrefix() ? warning : null;
            if (!first.control.value)
                return refuse(first, t('phrase.missing'));
            if (!second.hidden && second.control.value !== first.control.value)
                return refuse(second, t('phrase.differs'));
            return null;
        },
    };
}
