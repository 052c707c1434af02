// SPDX-License-Identifier: Apache-2.0
// The description of the API, docs/openapi.yaml, to read. Its addresses are those of this server.

import {get} from './api.js';
import {copyable, field, fill, h, say, show, table} from './dom.js';
import {frame, main, whoIsThere} from './page.js';
import {formsOf, membersOf, resolver} from './schema.js';
import {quoted} from './shell.js';
import {t} from './text.js';

const DESCRIPTION = '/static/openapi.json';
const EXAMPLE_ORIGIN = 'http://localhost:10100'; // of the addresses in the examples
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const FORM = 'application/x-www-form-urlencoded';

// Text with words in `backticks`, whose empty lines part paragraphs. It is in English.
const inline = text => text.split('`').map((part, i) => i % 2 ? h('code', {}, part) : part);
const prose = (text = '') =>
    text.split(/\n\s*\n/).filter(Boolean).map(part => h('p', {lang: 'en'}, inline(part)));

const heading = key => h('h3', {}, t('reference.' + key));

// --- members and parameters ---

const row = ({name, type, needed, more}) => h('tr', {},
    h('td', {}, h('code', {}, name),
        h('p', {class: 'small soft'}, needed ? `${type} · ${t('reference.needed')}` : type)),
    h('td', {class: 'small', lang: 'en'}, inline(more)));

const rows = (label, members) => members.length > 0 &&
    table(label, ['reference.name', 'reference.meaning'], h('tbody', {}, members.map(row)));

// A table of the members of each form that a body can have. Every table of the page has a label of
// its own.
const forms = (label, schema, schemas) =>
    formsOf(schema, schemas)
        .map((one, i) => [i > 0 && h('p', {class: 'small soft'}, t('reference.or')),
                 rows(i ? `${label} (${i + 1})` : label, membersOf(one, schemas)),
]);

// --- examples ---

const examplesOf = media =>
    'example' in media ? [{value: media.example}] : Object.values(media.examples ?? {});
const here = text => text.replaceAll(EXAMPLE_ORIGIN, location.origin);
const textOf = value => here(typeof value === 'string' ? value : JSON.stringify(value, null, 2));

const shown = (label, text) => h('pre', {tabindex: '0', 'aria-label': label}, text);

// Whose token an operation takes: 'bearer', of a session, or another of the description's schemes.
const callerOf = ({security}) => Object.keys(security?.at(-1) ?? {})[0];

// What a shell sends for an operation.
function command({method, path, operation, type, media}) {
    const parts = ['curl -sS'];
    if (method !== 'get')
        parts[0] += ' -X ' + method.toUpperCase();
    parts.push(
        quoted(location.origin + path.replace(/\{(\w+)\}/g, (all, name) => name.toUpperCase())));
    if (callerOf(operation))
        parts.push('-H "Authorization: Bearer $TOKEN"');
    const [example] = media ? examplesOf(media) : [];
    if (example && type === FORM)
        for (const [name, value] of Object.entries(example.value))
            parts.push('--data-urlencode ' + quoted(`${name}=${here(value)}`));
    else if (example)
        parts.push(`-H ${quoted('Content-Type: ' + type)}`,
            '-d ' + quoted(here(JSON.stringify(example.value))));
    return parts.join(' \\\n  ');
}

// --- one operation ---

function requestPart(one, schemas) {
    const label = key => `${t('reference.' + key)}: ${one.operation.operationId}`;
    const [[type, media] = []] = Object.entries(one.operation.requestBody?.content ?? {});
    const parameters = (one.operation.parameters ?? []).map(schemas.resolve).map(parameter => ({
        name: parameter.name,
        type: schemas.typeOf(parameter.schema),
        needed: parameter.required,
        more: parameter.description ?? '',
    }));
    return [
        parameters.length > 0 && [heading('parameters'), rows(label('parameters'), parameters)],
        media &&
            [
                heading('body'), h('p', {class: 'small soft'}, type),
                forms(label('body'), media.schema, schemas)
            ],
        heading('command'),
        copyable(command({...one, type, media}), t('reference.command')),
    ];
}

function responsePart(name, [status, described], schemas) {
    const response = schemas.resolve(described);
    const [[type, media] = []] = Object.entries(response.content ?? {});
    const isGood = status.startsWith('2');
    return h('li', {class: 'stack'},
        h('div', {class: 'row'}, h('span', {class: isGood ? 'tag good' : 'tag'}, status),
            h('span', {lang: 'en'}, inline(response.description))),
        isGood && media && [
            forms(`${t('reference.answer')}: ${name} ${status}`, media.schema, schemas),
            examplesOf(media).map(({summary,
                value}) => [summary && h('p', {class: 'small soft', lang: 'en'}, summary),
                                      shown(`${t('reference.example')} ${type}`, textOf(value)),
    ]),
        ]);
}

function operationPart(one, schemas) {
    const {method, path, operation} = one;
    const caller = callerOf(operation);
    const node = h('details', {class: 'operation', id: operation.operationId},
        h('summary', {}, h('span', {class: 'tag'}, method.toUpperCase()), h('code', {}, path),
            h('span', {class: 'soft', lang: 'en'}, operation.summary)));
    // Made when it is wanted: all of them are too much at once.
    node.addEventListener('toggle', () => {
        if (node.childElementCount > 1)
            return;
        node.append(h('div', {class: 'stack'}, prose(operation.description),
            caller && h('p', {class: 'small soft'}, t('reference.' + caller)),
            requestPart(one, schemas), heading('answers'),
            h('ul', {class: 'list'},
                Object.entries(operation.responses)
                    .map(entry => responsePart(operation.operationId, entry, schemas)))));
    });
    return node;
}

// --- the page ---

const operationsOf = description =>
    Object.entries(description.paths)
        .flatMap(([path, item]) => METHODS.filter(method => method in item)
                                       .map(method => ({method, path, operation: item[method]})));

const wordsOf = ({method,
    path,
    operation}) => [method, path, operation.operationId, operation.summary, operation.description]
                       .join(' ')
                       .toLowerCase();

function tagPart(tag, operations, schemas) {
    const nodes = operations.filter(one => one.operation.tags.includes(tag.name))
                      .map(one => [operationPart(one, schemas), wordsOf(one)]);
    const node = h('section', {class: 'card'},
        h('div', {class: 'tight', lang: 'en'}, h('h2', {}, tag.name),
            h('p', {class: 'soft'}, tag.description)),
        h('div', {}, nodes.map(([operation]) => operation)));
    // Return: how many of its operations have that word.
    const narrow = word => {
        let found = 0;
        for (const [operation, words] of nodes) {
            operation.hidden = !words.includes(word);
            found += !operation.hidden;
        }
        node.hidden = !found;
        return found;
    };
    return {node, narrow};
}

// Opens the operation that the address names. Its text is there when it says that it is open.
function open() {
    const named = document.getElementById(location.hash.slice(1));
    if (!named?.matches('details'))
        return;
    if (!named.open)
        named.addEventListener('toggle', () => named.scrollIntoView(), {once: true});
    named.open = true;
    named.scrollIntoView();
}

async function load() {
    const [description] = await Promise.all([get(DESCRIPTION), whoIsThere()]);
    frame({title: t('reference')});
    const schemas = resolver(description);
    const operations = operationsOf(description);
    const tags = description.tags.map(tag => tagPart(tag, operations, schemas));
    const none = h('p', {class: 'soft', hidden: true}, t('find.none'));
    const search = field({
        label: t('find'),
        type: 'search',
        autocomplete: 'off',
        oninput() {
            const word = search.control.value.trim().toLowerCase();
            const count = tags.reduce((sum, tag) => sum + tag.narrow(word), 0);
            none.hidden = count > 0;
            say(t('find.count', {count}));
        }
    });
    setTimeout(open);
    return [
        h('div', {class: 'tight'}, h('h1', {}, t('reference')),
            h('p', {class: 'soft lead'}, t('reference.lead'), ' ',
                h('a', {href: '/static/openapi.yaml'}, 'openapi.yaml'))),
        h('details', {}, h('summary', {}, t('reference.rules')),
            h('div', {class: 'stack'}, prose(description.info.description))),
        search,
        none,
        tags.map(tag => tag.node),
    ];
}

addEventListener('hashchange', open);
frame({title: t('reference')});
show(main, load);
