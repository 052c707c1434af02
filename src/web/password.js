// SPDX-License-Identifier: Apache-2.0
// Choosing a password: a field that says below whether it will do. The rules are those of
// src/core/people/login/password_rules.c, but for the list of common passwords, which the server
// has.

import {field, h} from './dom.js';
import {t} from './text.js';

const LEAST = 10; // characters
const MOST = 256; // bytes
const rows = [
    'abcdefghijklmnopqrstuvwxyz', '0123456789', 'qwertyuiopasdfghjklzxcvbnm',
    'qwertzuiopasdfghjklyxcvbnm', 'azertyuiopqsdfghjklmwxcvbn'
];

const bytesOf = text => new TextEncoder().encode(text);
const fold = text => text.normalize('NFC').toLowerCase();
const bare = text => fold(text).replace(/[ .\-_@]/g, '');

function isSequence(text) {
    return rows.some(row => {
        const places = [...text].map(letter => row.indexOf(letter));
        const steps =
            places.slice(1).map((place, i) => (place - places[i] + row.length) % row.length);
        return !places.includes(-1) && [1, row.length - 1].includes(steps[0]) &&
            steps.every(step => step === steps[0]);
    });
}

// Whether it is a word that is too short for a password, twice or more often.
function isRepetition(text) {
    const bytes = bytesOf(text);
    for (let unit = 1; unit < LEAST && 2 * unit <= bytes.length; unit++)
        if (bytes.slice(unit).every((byte, i) => byte === bytes[i]))
            return true;
    return false;
}

// What is wrong with it, as the end of a text's name; 'good': nothing. `words` are the names that
// everybody knows.
export function judge(password, words) {
    const text = password.normalize('NFC');
    if ([...text].length < LEAST)
        return 'short';
    if (bytesOf(text).length > MOST)
        return 'long';
    if (isSequence(fold(text)) || isRepetition(fold(text)))
        return 'easy';
    return words.some(word => bare(word) === bare(text)) ? 'personal' : 'good';
}

// `person` returns the person's {email, full_name}.
export function newPasswordField(person, rest = {}) {
    const verdict = h('p', {class: 'small soft', role: 'status'});
    const node = field({
        label: t('password'),
        name: 'password',
        type: 'password',
        autocomplete: 'new-password',
        required: true,
        minlength: LEAST,
        maxlength: MOST,
        hint: t('password.hint'),
        after: verdict,
        ...rest
    });
    const {control} = node;
    control.addEventListener('input', () => {
        const {email, full_name} = person();
        const found =
            judge(control.value, [email, email.split('@')[0], full_name, location.hostname]);
        const text = control.value ? t('password.' + found) : '';
        if (verdict.textContent !== text) // a screen reader says what changes
            verdict.textContent = text;
        control.setCustomValidity(found === 'good' ? '' : text);
    });
    return node;
}
