// SPDX-License-Identifier: Apache-2.0
// Lists that come in pages.

import {get} from './api.js';
import {h, trouble} from './dom.js';
import {t} from './text.js';

// A button for the next page of a list, or nothing after the last one. `append` is called with each
// page.
export function showMore(page, append) {
    let {next} = page;
    if (!next)
        return null;
    const place = h('div');
    const button = h('button', {type: 'button', class: 'small-button', onclick: read}, t('more'));
    async function read() {
        button.disabled = true;
        try {
            const more = await get(next);
            ({next} = more);
            append(more);
            place.replaceChildren(...next ? [button] : []);
        } catch (error) {
            place.replaceChildren(trouble(error, read));
        }
        button.disabled = false;
    }
    place.append(button);
    return place;
}
