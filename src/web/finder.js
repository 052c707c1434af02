// SPDX-License-Identifier: Apache-2.0
// A list that can be long: beyond ten items it can be searched and sorted, and is shown in parts.

import {field, fill, h, say} from './dom.js';
import {t} from './text.js';

const FEW = 10;  // items that need no search
const PART = 20; // that are shown at once

// `words` gives the text that an item is found by, `orders` the comparisons by name, the first of
// which is used first; `node` makes what is shown of an item.
export function finder({items, words, orders, node}) {
    const place = h('div', {class: 'stack wide'});
    let shown = PART;
    if (items.length <= FEW)
        return fill(place, items.map(node));
    const search = field({label: t('find'), type: 'search', autocomplete: 'off', oninput: again});
    const order = field({
        label: t('find.order'),
        tag: 'select',
        options: Object.keys(orders).map(name => [name, t('find.order.' + name)]),
        onchange: again
    });
    const list = h('div', {class: 'stack wide'});
    const normal = text => text.normalize('NFKC').toLowerCase();

    function draw() {
        const wanted = normal(search.control.value.trim());
        const found = items.filter(item => normal(words(item)).includes(wanted))
                          .sort(orders[order.control.value]);
        const more = h('button', {
            type: 'button',
            class: 'small-button',
            onclick() {
                const first = shown;
                shown += PART;
                draw();
                list.children[first].querySelector('button, summary')?.focus();
            }
        },
            t('more'));
        fill(list, found.slice(0, shown).map(node),
            !found.length && h('p', {class: 'soft'}, t('find.none')),
            found.length > shown && h('div', {}, more));
        return found.length;
    }

    function again() {
        shown = PART;
        say(t('find.count', {count: draw()}));
    }

    draw();
    return fill(place, h('div', {class: 'row grow find'}, search, order), list);
}
