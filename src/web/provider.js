// SPDX-License-Identifier: Apache-2.0
// Logging in with the operator's OpenID Connect providers. The way there and back leads over other
// sites, so where the person wanted to go stays in the tab: no link can send people elsewhere.

import {h} from './dom.js';
import {t} from './text.js';

const KEY = 'target';

// A browser may forbid keeping things; then the person gets to the first page.
function kept(work) {
    try {
        return work(sessionStorage);
    } catch {
        return null;
    }
}

const meta = name => document.querySelector(`meta[name=${name}]`).content;

// Each has a name and a label.
export const providers = JSON.parse(meta('providers'));

// Whether one of them has logged somebody in whose second factor is missing.
export const proven = meta('proven') === 'yes' && meta('session') !== 'yes';

// `target` is the path to go to afterwards, with its query.
const button = (target, [name, label]) => h('a', {
    class: 'button',
    href: `/login/oidc/${name}`,
    onclick: () => kept(storage => storage.setItem(KEY, target)),
},
    t('login.with', {name: label}));

export const providerButtons = target =>
    providers.length > 0 && h('div', {class: 'stack'}, providers.map(each => button(target, each)));

// Where the person wanted to go who has just come back; once.
export function targetTake() {
    const target = kept(storage => storage.getItem(KEY));
    kept(storage => storage.removeItem(KEY));
    return target;
}
