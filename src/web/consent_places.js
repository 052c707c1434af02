// SPDX-License-Identifier: Apache-2.0
// What the consent page asks first: what may be done, and where. Each part is a node to show and
// functions that return what was chosen.

import {field, fill, group, h, newId, pick} from './dom.js';
import {placeWords} from './scopes.js';
import {t} from './text.js';

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
    const controls = boxes.map(box => box.control);
    const control = controls.find(box => !box.disabled) ?? controls[0];
    return {
        node: group(t('may'), control, ...boxes, limited),
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
        node: h('div', {class: 'place'}, h('div', {class: 'spread'}, box, open), path),
        control: box.control,
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

// A place that the person adds if everything was requested; `list` is the id of known buckets.
function addedPlace(list, remove) {
    const bucket = field({
        label: t('bucket'),
        list,
        autocomplete: 'off',
        autocapitalize: 'none',
        spellcheck: 'false',
        minlength: 3,
        maxlength: 63
    });
    const path = field({label: t('path'), autocomplete: 'off', spellcheck: 'false'});
    const node = h('div', {class: 'place stack'}, bucket, path,
        h('div', {},
            h('button', {
                type: 'button',
                class: 'link small',
                onclick: () => {
                    node.remove();
                    remove(row);
                }
            },
                t('remove'))));
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
    const known = h('datalist', {id: newId()});
    const places = h('div', {class: 'stack'});
    const add = () => {
        const row = addedPlace(known.id, gone => { rows = rows.filter(one => one !== gone); });
        node.control = rows[0]?.bucket.control ?? row.bucket.control;
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
    const more = h('button', {type: 'button', class: 'small-button', onclick: add}, t('where.add'));
    list.append(places, known, h('div', {}, more));
    const node = group(t('where'), more, choice(false, t('where.all'), t('where.all.more')),
        choice(true, t('where.only'), t('where.only.more')), list);
    return {
        node,
        chosen: () => (list.hidden ? [] : rows.map(row => row.chosen()).filter(Boolean)),
        isEmpty: () => !list.hidden && !rows.some(row => row.chosen()),
        // Buckets that are known of the project.
        offer: buckets => fill(known, buckets.map(value => h('option', {value}))),
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
        node: group(t('where'), rows[0].control, ...rows.map(row => row.node), none),
        chosen,
        isEmpty: () => !chosen().length,
        offer() {},
        allowPaths(yes) {
            rows.forEach(row => row.allowPaths(yes));
            none.hidden = yes || !asked.some(place => place.path);
        },
    };
}
