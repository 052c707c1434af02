// SPDX-License-Identifier: Apache-2.0
// An invitation comes in the fragment of its link, which browsers send to no server. It leaves the
// address bar and the history at once, so this imports nothing that it would wait for. The tab
// keeps it until it is used: choosing a language loads the page again.

const KEY = 'invitation';

const [, given] = /^#invite=(.*)$/.exec(location.hash) ?? [];
if (given !== undefined)
    history.replaceState(null, '', location.pathname + location.search);
addEventListener('hashchange', () => location.reload()); // a link that is opened in this tab

// A browser may forbid keeping things; then a page that is loaded again has no invitation.
function kept(work) {
    try {
        return work(sessionStorage);
    } catch {
        return null;
    }
}

if (given)
    kept(storage => storage.setItem(KEY, given));

// The token, or null.
export const invitation = given || kept(storage => storage.getItem(KEY));

export const forget = () => kept(storage => storage.removeItem(KEY));
