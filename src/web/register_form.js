// SPDX-License-Identifier: Apache-2.0
// The form that makes an account and logs in, where a page has it. An invitation is for one
// address.

import {api} from './api.js';
import {field, form, note, say} from './dom.js';
import {logIn, mailField, sendsMail} from './page.js';
import {newPasswordField} from './password.js';
import {t} from './text.js';

// Where the server sends mail the address comes first: its link leads back to /register.
const askForm = email => form({
    fields: [mailField({value: email})],
    submit: t('register.send'),
    send: async ({email}, node) => {
        await api.register({email});
        node.replaceChildren(note('good', t('register.sent', {email})));
        say(t('register.sent', {email}));
    },
});

export function registerForm(done, {email = '', invitation} = {}) {
    if (sendsMail && !invitation)
        return askForm(email);
    const name = field({
        label: t('full_name'),
        name: 'full_name',
        autocomplete: 'name',
        required: true,
        maxlength: 200
    });
    const mail = mailField({value: email, readonly: Boolean(invitation)});
    const person = () => ({email: mail.control.value, full_name: name.control.value});
    return form({
        fields: [name, mail, newPasswordField(person)],
        submit: t('register'),
        send: async values => {
            await api.register({...values, invitation});
            await logIn(values.email, values.password);
            await done();
        },
    });
}
