// SPDX-License-Identifier: Apache-2.0
// Scopes: from their text to words, and back. The server compares and decides; this is only what
// people read and type.

import {h} from './dom.js';
import {list as listed, t} from './text.js';

export const rights = ['read', 'write', 'list', 'delete', 'lock'];

// "bucket:photos;prefix:2024/" is {bucket: 'photos', path: '2024/'}; a whole bucket has path ''.
function placeOf(text) {
    const [bucket, path = ''] = text.slice('bucket:'.length).split(';prefix:');
    return {bucket, path: decodeURIComponent(path)};
}

export function parse(list) {
    return {
        rights: rights.filter(right => list.includes(right)),
        places: list.filter(text => text.startsWith('bucket:')).map(placeOf),
    };
}

export function placeText({bucket, path}) {
    const parts = path.split('/').filter(part => part !== '').map(encodeURIComponent);
    return 'bucket:' + bucket + (parts.length ? `;prefix:${parts.join('/')}/` : '');
}

export const placeWords = ({bucket, path}) =>
    (path ? t('place.prefix', {bucket, path}) : t('place.bucket', {bucket}));

export const short = ({bucket, path}) => (path ? `${bucket}/${path}` : bucket);

// A list of scopes as a line of tags: rights, then places.
export function tags(list) {
    const {rights: allowed, places} = parse(list ?? []);
    return h('ul', {class: 'tags'},
        allowed.map(right => h('li', {class: 'tag'}, t('short.' + right))),
        (places.length ? places.map(placeWords) : [
            t('place.all')
        ]).map(words => h('li', {class: 'tag'}, words)));
}

// A list of scopes as a sentence: "Read and list: photos, music/2024/".
export function sentenceOf(list) {
    const {rights: allowed, places} = parse(list ?? []);
    const verbs = listed(allowed.map(right => t('does.' + right)));
    const where = places.length ? places.map(short).join(', ') : t('does.everywhere');
    const text = verbs ? `${verbs}: ${where}` : where;
    return text.charAt(0).toUpperCase() + text.slice(1);
}

// How a revocation takes effect, for a grant or project.
export const backWords = enforced_by => t('back.' + enforced_by);

// The notes on these rights and places, as keys of texts; the server returns the same notes.
export function surprises(allowed, places) {
    const writes = allowed.includes('write'), hasFolder = places.some(place => place.path);
    return [
        writes && !allowed.includes('delete') && 'note.write',
        allowed.includes('read') && !allowed.includes('list') && 'note.read',
        writes && hasFolder && 'note.bucket',
        hasFolder && 'note.object',
    ].filter(Boolean);
}
