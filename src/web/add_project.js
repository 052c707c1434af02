// SPDX-License-Identifier: Apache-2.0
// Adding a project, and whether a satellite honours its grants.

import {api} from './api.js';
import {field, form, h, newId, pick} from './dom.js';
import {satellites} from './page.js';
import {t} from './text.js';

const NOWHERE = '@localhost:7777'; // the address in self-issued grants until the operator sets one

// Why no satellite honours grants of this project yet, as far as is known here; or null.
export function doubt({proof, satellite_address: address}) {
    if (proof && !proof.proven)
        return t('proof.open') + (proof.problem ? ` (${proof.problem})` : '');
    return address.endsWith(NOWHERE) ? t('nowhere') : null;
}

// One form for these of three ways: new, key, grant. Fields that do not belong to the chosen one
// are hidden and not sent. `done` runs when the project is there.
export function addForm(offered, done) {
    const quiet = {autocomplete: 'off', spellcheck: 'false', autocapitalize: 'none'};
    const known = h(
        'datalist', {id: newId()}, satellites.map(([label, value]) => h('option', {value, label})));
    const parts = {
        api_key: field({
            label: t('add.key'),
            name: 'api_key',
            required: true,
            hint: t('add.key.hint'),
            ...quiet
        }),
        satellite_address: field({
            label: t('satellite'),
            name: 'satellite_address',
            required: true,
            placeholder: '12Eay…@us1.example.com:7777',
            list: known.id,
            after: known,
            ...quiet
        }),
        access_grant: field({
            label: t('add.grant'),
            name: 'access_grant',
            required: true,
            hint: t('add.grant.hint'),
            ...quiet
        }),
        salt: field({label: t('add.salt'), name: 'salt', ...quiet}),
        path_cipher: field({
            label: t('add.cipher'),
            name: 'path_cipher',
            tag: 'select',
            options: [['aesgcm', t('add.cipher.aesgcm')], ['none', t('add.cipher.none')]]
        }),
    };
    const ways = {
        new: [],
        key: ['api_key', 'satellite_address', 'salt', 'path_cipher'],
        grant: ['access_grant', 'salt'],
    };
    // Its satellite knows this of a project; few people do.
    const unasked = h('details', {}, h('summary', {}, t('add.unasked')),
        h('div', {class: 'stack'}, h('p', {class: 'small soft'}, t('add.unasked.more')), parts.salt,
            parts.path_cipher));
    let [way] = offered;
    const choose = chosen => {
        way = chosen;
        for (const [name, node] of Object.entries(parts))
            node.hidden = !ways[way].includes(name);
        unasked.hidden = parts.salt.hidden;
    };
    const choices = offered.map(name => pick({
        type: 'radio',
        name: 'way',
        title: t('add.' + name + '.title'),
        more: t('add.' + name + '.more'),
        checked: name === way,
        onchange: () => choose(name)
    }));
    choose(way);
    return form({
        fields: [
            h('fieldset', {}, h('legend', {class: 'unseen'}, t('add')), choices),
            field({label: t('add.name'), name: 'name', required: true, maxlength: 100}),
            parts.api_key, parts.satellite_address, parts.access_grant, unasked
        ],
        submit: t(offered.includes('new') ? 'add' : 'add.import'),
        send: async values => {
            const sent = {name: values.name};
            for (const name of ways[way])
                if (values[name])
                    sent[name] = values[name].trim();
            await api.addProject(sent);
            await done();
        },
    });
}
