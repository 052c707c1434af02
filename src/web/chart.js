// SPDX-License-Identifier: Apache-2.0
// A small chart of each day: a bar for exchanges, with one for refusals on top.

import {h} from './dom.js';
import {day, t} from './text.js';

const WIDTH = 720, HEIGHT = 96, DAYS = 30;

// The last thirty days, including empty ones.
function filled(days) {
    const known = new Map(days.map(one => [one.date, one]));
    return Array.from({length: DAYS}, (_, i) => {
        const date = new Date(Date.now() - (DAYS - 1 - i) * 86400000).toISOString().slice(0, 10);
        return known.get(date) ?? {date, exchanges: 0, refusals: 0};
    });
}

export function chart(byDay) {
    const days = filled(byDay);
    const most = Math.max(1, ...days.map(one => one.exchanges + one.refusals));
    const total = key => days.reduce((sum, one) => sum + one[key], 0);
    const step = WIDTH / DAYS, room = HEIGHT - 2;
    const bars = days.map((one, i) => {
        const done = one.exchanges / most * room, refused = one.refusals / most * room;
        const base = HEIGHT - 1, at = {x: i * step + 3, width: step - 6, rx: 2};
        return [
            done ? h('rect', {...at, y: base - done, height: done, class: 'done'}) : null,
            refused
                ? h('rect', {...at, y: base - done - refused, height: refused, class: 'refused'})
                : null,
        ];
    });
    const words = t('chart', {exchanges: total('exchanges'), refusals: total('refusals')});
    return h('figure', {class: 'tight'},
        h('span', {class: 'small soft'}, t('chart.most', {count: most})),
        h('svg', {
            class: 'chart',
            viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
            preserveAspectRatio: 'none',
            role: 'img',
            'aria-label': words
        },
            h('line', {x1: 0, x2: WIDTH, y1: HEIGHT - 0.5, y2: HEIGHT - 0.5}),
            ...bars.flat().filter(Boolean)),
        h('span', {class: 'spread small soft'}, h('span', {}, day(days[0].date)),
            h('span', {}, day(days[DAYS - 1].date))),
        h('figcaption', {class: 'small soft'}, words));
}
