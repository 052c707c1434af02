// SPDX-License-Identifier: Apache-2.0
// Which language, and its words. A language is one file, text.XX.js, and its name below.

const names = {
    en: 'English',
    de: 'Deutsch'
};

// A browser may forbid keeping things; then the wish lasts no longer than the page.
function kept() {
    try {
        return localStorage.getItem('language');
    } catch {
        return null;
    }
}

function chosen() {
    const wishes = [kept(), ...navigator.languages];
    for (const wish of wishes) {
        const short = (wish || '').slice(0, 2).toLowerCase();
        if (Object.hasOwn(names, short))
            return short;
    }
    return 'en';
}

export const language = chosen();
document.documentElement.lang = language;
const {default: texts} = await import(`./text.${language}.js`);
const plurals = new Intl.PluralRules(language);

// The text of that key; {name} is filled from `values`. A `count` chooses between key.one and
// key.other.
export function t(key, values = {}) {
    let text = texts[key];
    if ('count' in values)
        text = texts[`${key}.${plurals.select(values.count)}`] ?? texts[`${key}.other`] ?? text;
    if (text === undefined)
        return key;
    return text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}

export const has = key => Object.hasOwn(texts, key);

// Dates as they are written where the browser lives.
const locale =
    navigator.languages.find(wish => wish.toLowerCase().startsWith(language)) ?? language;
const date = new Intl.DateTimeFormat(locale, {dateStyle: 'medium'});
const moment = new Intl.DateTimeFormat(locale, {dateStyle: 'medium', timeStyle: 'short'});

export const day = iso => date.format(new Date(iso));
export const when = iso => moment.format(new Date(iso));

const series = new Intl.ListFormat(language, {type: 'conjunction'});

// "read, list and delete".
export const list = words => series.format(words);

// "30 days", from seconds.
export function span(seconds) {
    const units =
        [[31536000, 'year'], [86400, 'day'], [3600, 'hour'], [60, 'minute'], [1, 'second']];
    const [size, unit] = units.find(([size]) => seconds >= size) ?? units[4];
    const count = Math.floor(seconds / size);
    return new Intl.NumberFormat(language, {style: 'unit', unit, unitDisplay: 'long'})
        .format(count);
}

export const choices =
    Object.entries(names).map(([code, name]) => ({code, name, current: code === language}));

// Loads the page again if it is in another language. Return: whether it does.
export function useLanguage(code) {
    if (!Object.hasOwn(names, code) || code === language)
        return false;
    try {
        localStorage.setItem('language', code);
    } catch {
        // Then the browser's wish stays.
    }
    if (kept() !== code)
        return false;
    location.reload();
    return true;
}
