// SPDX-License-Identifier: Apache-2.0
// Building pages: elements, fields, forms, messages, dialogs. Text only ever becomes text.

import {has, t, when} from './text.js';

const SLOW = 8000; // ms after which a wait is shown

// h('p', {class: 'soft'}, 'text', h('b', {}, 'more')). Names that start with "on" are listeners,
// true and false set or remove an attribute; children that are null or false are skipped.
export function h(tag, props = {}, ...children) {
    const svg = tag === 'svg' || tag in shapes;
    const node = svg ? document.createElementNS('http://www.w3.org/2000/svg', tag)
                     : document.createElement(tag);
    for (const [name, value] of Object.entries(props)) {
        if (name.startsWith('on'))
            node.addEventListener(name.slice(2), value);
        else if (value === true)
            node.setAttribute(name, '');
        else if (value !== false && value != null)
            node.setAttribute(name, value);
    }
    node.append(...children.flat(9).filter(child => child != null && child !== false));
    return node;
}
const shapes = {
    rect: 1,
    line: 1,
    path: 1
};

export const fill = (node, ...children) => {
    node.replaceChildren(...children.flat(9).filter(child => child != null && child !== false));
    return node;
};

let serial = 0;
export const newId = () => `n${++serial}`;

// For screen readers, without moving the focus.
export function say(text) {
    const place = document.getElementById('said');
    place.textContent = '';
    setTimeout(() => { place.textContent = text; }, 50);
}

export const time = (iso, words = when) =>
    (iso ? h('time', {datetime: iso, title: iso}, words(iso)) : h('span', {}, t('never')));

// Refusals for which the server's sentence says more than the code.
const detailed = ['invalid_scope', 'satellite_unavailable'];

// The text for a refusal: our own for its code, otherwise the server's sentence.
export function sentence(error) {
    if (error.code === 'too_many_requests' && error.wait)
        return t('error.too_many_requests', {seconds: error.wait});
    const key = 'error.' + error.code;
    if (!has(key))
        return error.message || t('error.internal_error');
    return detailed.includes(error.code) && error.message ? `${t(key)} (${error.message})` : t(key);
}

export const note = (kind, ...children) => h('div', {class: `note ${kind}`},
    ...children.map(child => typeof child === 'string' ? h('p', {}, child) : child));

// A message that something could not be loaded, with a button to try again.
export function trouble(error, again) {
    return h('div', {class: 'note bad', role: 'alert'}, h('p', {}, sentence(error)),
        error.code === 'second_factor_missing' &&
            h('p', {}, h('a', {href: '/account', target: '_blank'}, t('factor.add'))),
        h('button', {type: 'button', class: 'small-button', onclick: again}, t('again')));
}

// Shows after a moment that it takes a while. Return: a function that ends it.
function whenSlow(place) {
    const hint = h('p', {class: 'hint'}, t('slow'));
    const timer = setTimeout(() => {
        place(hint);
        say(t('slow'));
    }, SLOW);
    return () => {
        clearTimeout(timer);
        hint.remove();
    };
}

// Runs `work` while the button shows it; a second press in the meantime does nothing.
export async function busy(button, work) {
    if (button.getAttribute('aria-busy'))
        return;
    button.setAttribute('aria-busy', 'true');
    button.classList.add('busy');
    const stop = whenSlow(hint => button.after(hint));
    try {
        await work();
    } finally {
        stop();
        button.removeAttribute('aria-busy');
        button.classList.remove('busy');
    }
}

// Fills `place` with the result of `load`, or with the error and a button to try again, below the
// title of a whole page.
export async function show(place, load, title) {
    fill(place, h('p', {class: 'wait'}, t('loading')));
    const stop = whenSlow(hint => place.append(hint));
    try {
        fill(place, await load());
    } catch (error) {
        if (!('code' in error))
            throw error;
        fill(place, title && h('h1', {}, title), trouble(error, () => show(place, load, title)));
    } finally {
        stop();
    }
}

// A part of a page that `load` fills, with what was done, and again with it after a change: `load`
// gets a function for that.
export function reloading(load) {
    const place = h('div', {class: 'stack', tabindex: '-1'});
    const fillIn = done =>
        show(place, async () => [done && note('good', done), await load(reload)]);
    async function reload(done) {
        await fillIn(done);
        place.focus();
        if (done)
            say(done);
    }
    fillIn();
    return place;
}

// --- fields ---

// A label, its control, a hint and a place for an error:
// {label, name, type, hint, value, tag, options, ...attributes}
export function field(
    {label, name, hint, type = 'text', tag = 'input', value = '', options, after, ...rest}) {
    const id = newId();
    const control = h(tag, {
        id,
        name,
        'aria-describedby': `${id}h ${id}p`,
        ...(tag === 'input' ? {type} : {}),
        ...rest
    },
        ...(options ?? []).map(([key, text]) => h('option', {value: key}, text)));
    if (value !== '')
        control.value = value;
    const problem = h('p', {id: id + 'p', class: 'problem small', hidden: true});
    const node = h('div', {class: 'field'},
        h('label',
            {for: id
            },
            label),
        type === 'password' ? revealing(control) : control,
        h('p', {id: id + 'h', class: 'hint', hidden: !hint}, hint), problem, after);
    control.addEventListener('input', () => refuse(node, ''));
    node.control = control;
    return node;
}

function revealing(control) {
    const button = h('button', {
        type: 'button',
        'aria-pressed': 'false',
        onclick() {
            const shown = control.type === 'text';
            control.type = shown ? 'password' : 'text';
            button.setAttribute('aria-pressed', String(!shown));
            button.firstChild.data = t(shown ? 'show' : 'hide');
        }
    },
        t('show'), h('span', {class: 'unseen'}, ' ' + t('typed')));
    return h('span', {class: 'with-button'}, control, button);
}

// A group of fields, with a place for an error about all of them; `control` then gets the focus.
export function group(title, control, ...children) {
    const problem = h('p', {class: 'problem small', role: 'alert', hidden: true});
    const node = h('fieldset', {}, h('legend', {}, title), problem, ...children);
    node.addEventListener('input', () => refuse(node, ''));
    node.control = control;
    return node;
}

// Shows the error of a field or group; an empty text clears it. Return: the field's control.
export function refuse(node, text) {
    const problem = node.querySelector('.problem');
    problem.textContent = text;
    problem.hidden = !text;
    node.control.toggleAttribute('aria-invalid', Boolean(text));
    if (text)
        node.control.setAttribute('aria-invalid', 'true');
    return node.control;
}

// A checkbox or radio button with a title and a line below. Like every label, it has its input as
// `control`.
export function pick({type = 'checkbox', title, more, tag, ...rest}) {
    const id = newId();
    return h('label', {class: 'pick'},
        h('input',
            {type, 'aria-describedby': more ? id : null, 'aria-labelledby': id + 't', ...rest}),
        h('span', {}, h('span', {class: 'spread', id: id + 't'}, h('b', {}, title), tag),
            more && h('span', {id, class: 'small soft'}, more)));
}

// The same without a frame.
export const tick = ({title, ...rest}) => h(
    'label', {class: 'plain-pick'}, h('input', {type: 'checkbox', ...rest}), h('span', {}, title));

// For the code of a second factor.
export const codeField = (rest = {}) => field({
    label: t('code'),
    name: 'code',
    hint: t('code.hint'),
    required: true,
    maxlength: 64,
    autocomplete: 'one-time-code',
    autocapitalize: 'characters',
    spellcheck: 'false',
    ...rest
});

// A form whose fields are checked and sent; what was typed stays, whatever the response. `send`
// gets the values by name; what it throws is shown above the buttons. Where the password was right
// and a second factor is needed, a field for its code is added, and the form is sent again.
export function form({fields, submit, send, kind = 'primary', extra = []}) {
    const problem = h('div', {class: 'note bad', role: 'alert', hidden: true});
    const button = h('button', {class: kind}, submit);
    const node = h('form', {class: 'stack', novalidate: true, method: 'post'}, ...fields, problem,
        h('div', {class: 'row'}, button, ...extra));
    node.addEventListener('submit', event => {
        event.preventDefault();
        problem.hidden = true;
        if (!isComplete(node))
            return;
        busy(button, async () => {
            try {
                await send(Object.fromEntries(new FormData(node)), node);
            } catch (error) {
                if (!('code' in error))
                    throw error;
                if (askForCode(problem, error) || blame(node, error))
                    return;
                fill(problem, h('p', {}, sentence(error)));
                problem.hidden = false;
            }
        });
    });
    return node;
}

// Return: whether the refusal is about the code of a second factor, whose field now has the focus.
function askForCode(problem, {code, message}) {
    const isWrong = code === 'second_factor_wrong';
    if (code !== 'second_factor_required' && !isWrong)
        return false;
    let part = problem.parentNode.querySelector('[name=code]')?.closest('.field');
    if (!part)
        problem.before(part = codeField());
    (isWrong ? refuse(part, sentence({code, message})) : part.control).focus();
    return true;
}

// Shows a refusal that names a field at that field. Return: whether it does.
function blame(node, error) {
    const [, name, text] = /^(\w+): (.*)/.exec(error.message) ?? [];
    const part =
        [...node.querySelectorAll('.field')].find(one => one.control.name === name && !one.hidden);
    if (part) {
        part.closest('details')?.setAttribute('open', '');
        refuse(part, has('error.' + name) ? t('error.' + name) : text).focus();
    }
    return Boolean(part);
}

// Marks the fields that the browser finds invalid, and focuses the first.
function isComplete(node) {
    let first = null;
    for (const part of node.querySelectorAll('.field')) {
        const {validity} = part.control;
        if (part.closest('[hidden]'))
            continue;
        let why = '';
        if (validity.valueMissing)
            why = t('field.missing');
        else if (validity.tooShort)
            why = t('field.short', {count: part.control.minLength});
        else if (validity.customError)
            why = part.control.validationMessage;
        else if (!validity.valid)
            why = t('field.wrong');
        if (why)
            first ??= refuse(part, why);
    }
    first?.focus();
    return !first;
}

// --- dialogs ---

// Asks; `body` may contain fields. Return: a promise of the result of `confirm`, or null.
export function dialog(
    {title, body = [], confirm, danger = false, send = async () => true, cancel = t('cancel')}) {
    const heading = newId();
    return new Promise(done => {
        let result = null;
        const box = h('dialog', {'aria-labelledby': heading},
            h('div', {class: 'stack'}, h('h2', {id: heading}, title), form({
                fields: body.map(part => typeof part === 'string' ? h('p', {}, part) : part),
                submit: confirm,
                kind: danger ? 'danger primary' : 'primary',
                send: async (values, node) => {
                    result = await send(values, node);
                    box.close();
                },
                extra:
                    [cancel && h('button', {type: 'button', onclick: () => box.close()}, cancel)],
            })));
        box.addEventListener('close', () => {
            box.remove();
            done(result);
        });
        document.body.append(box);
        box.showModal();
    });
}

// A table that scrolls in its own box; `heads` are keys of texts, `body` a tbody.
export const table = (label, heads, body) =>
    h('div', {class: 'table', tabindex: '0', role: 'region', 'aria-label': label},
        h('table', {},
            h('thead', {}, h('tr', {}, heads.map(key => h('th', {scope: 'col'}, t(key))))), body));

// Text with a button that copies it. Clipboards need https or a loopback address; otherwise the
// text is selected.
export function copyable(text, label) {
    const code = h('code', {}, text);
    const button = h('button', {
        type: 'button',
        class: 'small-button',
        'aria-label': `${t('copy')}: ${label}`,
        async onclick() {
            try {
                await navigator.clipboard.writeText(text);
                button.textContent = t('copied');
                say(t('copied'));
                setTimeout(() => { button.textContent = t('copy'); }, 2000);
            } catch {
                getSelection().selectAllChildren(code);
            }
        }
    },
        t('copy'));
    return h('div', {class: 'copy'}, code, button);
}

// Gives the browser a file to keep.
export function save(name, text, type) {
    const href = URL.createObjectURL(new Blob([text], {type}));
    h('a', {href, download: name}).click();
    setTimeout(() => URL.revokeObjectURL(href), 60000);
}
