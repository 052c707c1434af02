// SPDX-License-Identifier: Apache-2.0
import {api} from './api.js';
import {h, note, sentence, show} from './dom.js';
import {forget, invitation} from './invitation.js';
import {frame, main, nextPage, passwords, registers} from './page.js';
import {registerForm} from './register_form.js';
import {t} from './text.js';

const done = () => {
    forget();
    location.replace(nextPage());
};

// With a valid invitation its address is filled in and fixed.
async function invited() {
    try {
        const {email, by_operator} = await api.invitation(invitation);
        return [
            h('p', {class: 'soft'}, t(by_operator ? 'register.invited' : 'register.proven')),
            registerForm(done, {email, invitation})
        ];
    } catch (error) {
        if (error.code !== 'invalid_invitation')
            throw error;
        forget();
        return note('bad', sentence(error));
    }
}

const anybody = () =>
    (registers ? [h('p', {class: 'soft'}, t('register.lead')), registerForm(done)]
               : h('p', {}, t(passwords ? 'register.closed' : 'error.passwords_off')));

frame({title: t('register'), narrow: true});
show(main,
    async () => h('div', {class: 'card'}, h('h1', {}, t('register')),
        invitation ? await invited() : anybody(),
        h('p', {class: 'soft'}, t('register.have'), ' ',
            h('a', {href: '/login' + location.search}, t('login')))));
