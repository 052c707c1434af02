// SPDX-License-Identifier: Apache-2.0
// For operators: accounts, applications that await approval, what was refused, and the audit trail.

import {h, note, sentence} from './dom.js';
import {accounts} from './operator_accounts.js';
import {applications} from './operator_clients.js';
import {rates, trail} from './operator_log.js';
import {me, page} from './page.js';
import {t} from './text.js';

const part = (title, ...children) =>
    h('section', {class: 'card', 'aria-label': title}, h('h2', {}, title), ...children);

const parts =
    () => [part(t('operator.accounts'), accounts()), part(t('operator.waiting'), applications()),
        part(t('operator.rates'), rates()), part(t('operator.trail'), trail())];

page({
    title: t('operator'),
    load: async () => [h('div', {class: 'tight'}, h('h1', {}, t('operator')),
                           h('p', {class: 'soft lead'}, t('operator.lead'))),
        me().operator ? parts() : note('warn', sentence({code: 'not_operator'}))],
});
