// SPDX-License-Identifier: Apache-2.0
// The schemas of an API's description, as words and as rows of a table.

const DEEPEST = 3; // members of members of members

const isArray = schema => schema.items !== undefined || [schema.type].flat().includes('array');

function boundsOf(schema) {
    const bounds = [];
    for (const [key, sign] of [
             ['minimum', '≥'], ['maximum', '≤'], ['minLength', '≥'], ['maxLength', '≤']])
        if (key in schema)
            bounds.push(`${sign} ${schema[key]}${key.endsWith('Length') ? ' characters' : ''}`);
    return bounds.length ? ` (${bounds.join(', ')})` : '';
}

// Return: `resolve`, which follows references, and `typeOf`, the type of a schema in words.
export function resolver(description) {
    function resolve(node = {}) {
        while (node.$ref)
            node = {
                ...node.$ref.slice(2).split('/').reduce((at, key) => at[key], description),
                ...node,
                $ref: undefined
            };
        return node;
    }

    function typeOf(schema) {
        const one = resolve(schema);
        const several = one.anyOf ?? one.oneOf;
        if ('const' in one)
            return JSON.stringify(one.const);
        if (one.enum)
            return one.enum.map(value => value === null ? 'null' : value).join(' | ');
        if (isArray(one))
            return 'array of ' + typeOf(one.items) +
                ([one.type].flat().includes('null') ? ' | null' : '');
        if (several && !one.properties)
            return [...new Set(several.map(typeOf))].join(' | ');
        const type = [one.type ?? (one.properties ? 'object' : 'any')].flat().join(' | ');
        return type + boundsOf(one);
    }

    return {resolve, typeOf};
}

// The forms that a body can have: a schema each.
export function formsOf(schema, schemas) {
    const one = schemas.resolve(schema);
    return one.properties ? [one] : one.anyOf ?? one.oneOf ?? [one];
}

// The members of a body, those of members below them: {name, type, needed, more}.
export function membersOf(schema, schemas, before = '', depth = 0) {
    const one = schemas.resolve(schema);
    if (isArray(one))
        return membersOf(one.items, schemas, before, depth);
    const found = [];
    for (const [name, described] of Object.entries(one.properties ?? {})) {
        const member = schemas.resolve(described);
        found.push({
            name: before + name,
            type: schemas.typeOf(member),
            needed: one.required?.includes(name),
            more: member.description ?? '',
        });
        if (depth < DEEPEST)
            found.push(
                ...formsOf(member, schemas)
                    .flatMap(form => membersOf(form, schemas,
                                 before + name + (isArray(schemas.resolve(form)) ? '[].' : '.'),
                                 depth + 1)));
    }
    return found;
}
