// SPDX-License-Identifier: Apache-2.0
// The part of an application's form that says what it may ask for.

import {field, h, pick, refuse} from './dom.js';
import {parse, placeText, rights} from './scopes.js';
import {t} from './text.js';

export const lines = text => text.split('\n').map(line => line.trim()).filter(Boolean);

// "photos/2024/" for a folder, "photos" for a bucket.
function placeOf(line) {
    const [bucket, ...path] = line.split('/');
    return placeText({bucket, path: path.join('/')});
}

export function scopesPart(client) {
    const needed = parse(client?.scopes ?? []), free = parse(client?.optional_scopes ?? []);
    const places = [...needed.places, ...free.places];
    const isAny = !needed.rights.length && !free.rights.length;
    const rows = rights.map(right => field({
        label: t('right.' + right),
        tag: 'select',
        value: needed.rights.includes(right) ? 'needed'
            : free.rights.includes(right)    ? 'free'
                                             : 'no',
        options: ['no', 'free', 'needed'].map(key => [key, t('scope.' + key)]),
    }));
    const where = field({
        label: t('scope.places'),
        tag: 'textarea',
        hint: t('scope.places.hint'),
        spellcheck: 'false',
        value: places.map(({bucket, path}) => bucket + (path && '/' + path)).join('\n')
    });
    const list =
        h('div', {class: 'stack indent', hidden: isAny}, h('div', {class: 'cards'}, rows), where);
    const choice = (any, key) => pick({
        type: 'radio',
        name: 'scope',
        title: t(key),
        more: t(key + '.more'),
        checked: any === isAny,
        onchange() {
            list.hidden = any;
            check();
        }
    });
    function chosen() {
        if (list.hidden)
            return {any_scope: true, scopes: [], optional_scopes: []};
        const of = key => rights.filter((right, i) => rows[i].control.value === key);
        const scopes = of('needed'), optional_scopes = of('free');
        (scopes.length ? scopes : optional_scopes).push(...lines(where.control.value).map(placeOf));
        return {any_scope: false, scopes, optional_scopes};
    }
    function check() {
        const {scopes, optional_scopes} = chosen();
        const isNothing = !list.hidden && !scopes.length && !optional_scopes.length;
        refuse(where, '');
        where.control.setCustomValidity(isNothing ? t('scope.nothing') : '');
    }
    list.addEventListener('input', check);
    return {
        chosen,
        node: h('fieldset', {}, h('legend', {}, t('scope')), choice(true, 'scope.any'),
            choice(false, 'scope.some'), list),
    };
}
