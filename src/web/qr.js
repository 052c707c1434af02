// SPDX-License-Identifier: Apache-2.0
// QR codes (ISO/IEC 18004), made in the browser, so that what they say reaches nobody else. Bytes
// only, with the least error correction: a screen has no stains, and an access grant is long.

import {h} from './dom.js';

// By version, 1 to 40: the error correction bytes of a block, and how many blocks there are.
const ECC = [
    7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30,
    26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30
];
const BLOCKS = [
    1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15,
    16, 17, 18, 19, 19, 20, 21, 22, 24, 25
];
const VERSIONS = 40;
const QUIET = 4; // modules of free space around it

const sizeOf = version => 17 + 4 * version;

// --- bytes ---

// Where the centres of the alignment patterns are, across and down.
function alignments(version) {
    if (version === 1)
        return [];
    const n = Math.floor(version / 7) + 2;
    const step = version === 32 ? 26 : Math.ceil((4 * version + 4) / (2 * n - 2)) * 2;
    return [6, ...Array.from({length: n - 1}, (_, i) => sizeOf(version) - 7 - step * (n - 2 - i))];
}

// How many bytes fit, with those for error correction.
function bytesOf(version) {
    const size = sizeOf(version), n = alignments(version).length;
    const finders = 3 * 64, timing = 2 * (size - 16), format = 31;
    const crossed = n ? n * n - 3 : 0; // patterns; those at the finders are left out
    const aligned = n ? 25 * crossed - 10 * (n - 2) : 0; // the timing runs through some of them
    const versions = version < 7 ? 0 : 36;
    return (size * size - finders - timing - format - aligned - versions) >> 3;
}

const dataOf = version => bytesOf(version) - ECC[version - 1] * BLOCKS[version - 1];

// The field with 256 elements in which the error correction is computed.
const LOG = [], POWER = [];
for (let i = 0, at = 1; i < 255; i++) {
    POWER[i] = at;
    LOG[at] = i;
    at = at << 1 ^ (at & 128 ? 0x11d : 0);
}
const times = (a, b) => a && b ? POWER[(LOG[a] + LOG[b]) % 255] : 0;

// The polynomial with the roots 2^0 to 2^(n-1), without its first coefficient, 1.
function generator(n) {
    let found = [1];
    for (let i = 0; i < n; i++)
        found = [...found, 0].map((one, k) => one ^ times(found[k - 1] ?? 0, POWER[i]));
    return found.slice(1);
}

function correction(data, n) {
    const by = generator(n), rest = new Array(n).fill(0);
    for (const byte of data) {
        const factor = byte ^ rest.shift();
        rest.push(0);
        by.forEach((one, i) => { rest[i] ^= times(one, factor); });
    }
    return rest;
}

// The text with its length, filled up with what stands for nothing.
function dataBytes(bytes, version) {
    const room = dataOf(version), bits = [];
    const put = (value, n) => {
        while (n--)
            bits.push(value >> n & 1);
    };
    put(4, 4); // bytes follow
    put(bytes.length, version < 10 ? 8 : 16);
    bytes.forEach(byte => put(byte, 8));
    put(0, Math.min(4, room * 8 - bits.length));
    put(0, -bits.length & 7);
    for (let pad = 0xec; bits.length < room * 8; pad ^= 0xec ^ 0x11)
        put(pad, 8);
    return Array.from({length: room},
        (_, i) => bits.slice(i * 8, i * 8 + 8).reduce((byte, bit) => byte << 1 | bit, 0));
}

// First bytes of all blocks, second bytes, and so on; then those of their corrections.
function interleaved(data, version) {
    const n = BLOCKS[version - 1], short = Math.floor(data.length / n);
    const longer = data.length % n; // how many blocks at the end have a byte more
    const blocks = [];
    for (let i = 0, at = 0; i < n; i++) {
        const length = short + (i >= n - longer);
        blocks.push(data.slice(at, at + length));
        at += length;
    }
    const corrections = blocks.map(block => correction(block, ECC[version - 1]));
    const across = (lists, length) => Array.from({length}, (_, i) => lists.map(list => list[i]))
                                          .flat()
                                          .filter(byte => byte !== undefined);
    return [...across(blocks, short + 1), ...across(corrections, ECC[version - 1])];
}

// --- modules ---

// The remainder that protects a few bits: of the format, or of the version.
function protectedBits(value, n, by, width) {
    let rest = value << n;
    for (let i = width + n - 1; i >= n; i--)
        if (rest >> i & 1)
            rest ^= by << i - n;
    return value << n | rest;
}

const MASKS = [
    (x, y) => (x + y) % 2,
    (x, y) => y % 2,
    x => x % 3,
    (x, y) => (x + y) % 3,
    (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2,
    (x, y) => x * y % 2 + x * y % 3,
    (x, y) => (x * y % 2 + x * y % 3) % 2,
    (x, y) => ((x + y) % 2 + x * y % 3) % 2,
];

class Modules {
    constructor(version) {
        this.version = version;
        this.size = sizeOf(version);
        this.dark = Array.from({length: this.size}, () => new Array(this.size).fill(false));
        this.fixed = Array.from({length: this.size}, () => new Array(this.size).fill(false));
        this.patterns();
    }

    set(x, y, dark) {
        if (x < 0 || y < 0 || x >= this.size || y >= this.size)
            return;
        this.dark[y][x] = Boolean(dark);
        this.fixed[y][x] = true;
    }

    // A square around a centre, as rings by their distance.
    rings(x, y, reach, dark) {
        for (let dy = -reach; dy <= reach; dy++)
            for (let dx = -reach; dx <= reach; dx++)
                this.set(x + dx, y + dy, dark(Math.max(Math.abs(dx), Math.abs(dy))));
    }

    patterns() {
        const last = this.size - 1;
        for (let i = 0; i < this.size; i++) {
            this.set(6, i, i % 2 === 0);
            this.set(i, 6, i % 2 === 0);
        }
        for (const [x, y] of [[3, 3], [last - 3, 3], [3, last - 3]])
            this.rings(x, y, 4, distance => distance !== 2 && distance !== 4);
        const at = alignments(this.version), far = at.at(-1);
        for (const x of at)
            for (const y of at)
                if (!(x === 6 && y === 6 || x === 6 && y === far || x === far && y === 6))
                    this.rings(x, y, 2, distance => distance !== 1);
        this.format(0);
        if (this.version >= 7)
            this.versionBits();
    }

    versionBits() {
        const bits = protectedBits(this.version, 12, 0x1f25, 6);
        for (let i = 0; i < 18; i++) {
            const near = Math.floor(i / 3), far = this.size - 11 + i % 3;
            this.set(near, far, bits >> i & 1);
            this.set(far, near, bits >> i & 1);
        }
    }

    // The level of correction and the mask, twice.
    format(mask) {
        const low = 1; // the least correction
        const bits = protectedBits(low << 3 | mask, 10, 0x537, 5) ^ 0x5412;
        const last = this.size - 1;
        for (let i = 0; i < 15; i++) {
            const bit = bits >> i & 1;
            // Around the first finder, past the timing patterns.
            if (i < 8)
                this.set(8, i + (i >= 6), bit);
            else
                this.set(14 - i + (i === 8), 8, bit);
            // Beside the two others.
            if (i < 8)
                this.set(last - i, 8, bit);
            else
                this.set(8, last - 14 + i, bit);
        }
        this.set(8, last - 7, true);
    }

    // In columns of two from the right, up and down in turn.
    * free() {
        for (let right = this.size - 1, up = true; right > 0; right -= 2, up = !up) {
            if (right === 6) // the timing pattern
                right--;
            for (let i = 0; i < this.size; i++)
                for (const x of [right, right - 1]) {
                    const y = up ? this.size - 1 - i : i;
                    if (!this.fixed[y][x])
                        yield [x, y];
                }
        }
    }

    fill(bytes) {
        let i = 0;
        for (const [x, y] of this.free()) {
            this.dark[y][x] = Boolean(bytes[i >> 3] >> 7 - (i & 7) & 1);
            i++;
        }
    }

    // Twice undoes it.
    mask(number) {
        for (const [x, y] of this.free())
            if (MASKS[number](x, y) === 0)
                this.dark[y][x] = !this.dark[y][x];
        this.format(number);
    }

    // How hard it is to read: long runs, squares, what looks like a finder, and more of one colour.
    penalty() {
        const rows = this.dark, columns = rows.map((_, x) => rows.map(row => row[x]));
        let sum = 0, dark = 0;
        for (const line of [...rows, ...columns]) {
            const text = line.map(Number).join('');
            for (const run of text.match(/0{5,}|1{5,}/g) ?? [])
                sum += run.length - 2;
            sum += 40 * (text.match(/(?=10111010000|00001011101)/g) ?? []).length;
        }
        for (let y = 0; y < this.size; y++)
            for (let x = 0; x < this.size; x++) {
                dark += rows[y][x];
                const same = other => other === rows[y][x];
                if (x && y && [rows[y][x - 1], rows[y - 1][x], rows[y - 1][x - 1]].every(same))
                    sum += 3;
            }
        const off = Math.abs(dark / this.size ** 2 - 0.5);
        return sum + 10 * Math.floor(off * 20);
    }
}

// The modules, row by row, true where dark; or null if the text is too long for any version.
export function modulesOf(text) {
    const bytes = [...new TextEncoder().encode(text)];
    let version = 1;
    while (version <= VERSIONS && dataOf(version) < bytes.length + (version < 10 ? 2 : 3))
        version++;
    if (version > VERSIONS)
        return null;
    const modules = new Modules(version);
    modules.fill(interleaved(dataBytes(bytes, version), version));
    const penalties = MASKS.map((_, number) => {
        modules.mask(number);
        const penalty = modules.penalty();
        modules.mask(number);
        return penalty;
    });
    modules.mask(penalties.indexOf(Math.min(...penalties)));
    return modules.dark;
}

// A picture of it, in black on white whatever the colours of the page; null if the text is too
// long.
export function qrCode(text, label) {
    const rows = modulesOf(text);
    if (!rows)
        return null;
    const size = rows.length + 2 * QUIET;
    const runs = rows.flatMap(
        (row, y) => [...row.map(Number).join('').matchAll(/1+/g)].map(
            ({index, 0: run}) => `M${index + QUIET} ${y + QUIET}h${run.length}v1h-${run.length}z`));
    return h('svg', {class: 'qr', viewBox: `0 0 ${size} ${size}`, role: 'img', 'aria-label': label},
        h('rect', {width: size, height: size}), h('path', {d: runs.join('')}));
}
