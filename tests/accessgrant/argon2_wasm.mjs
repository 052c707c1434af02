// SPDX-License-Identifier: Apache-2.0
//
// argon2_wasm.mjs MODULE JUDGE: the module derives what libargon2 does. Prints TAP.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const [module, judge] = process.argv.slice(2);
const { instance } = await WebAssembly.instantiate(readFileSync(module));
const { memory, argon2id, __heap_base } = instance.exports;

const HASH_SIZE = 32;
const PAGE = 65536;

// The addresses of an input's parts, one after the other, in the order of struct argon2id.
function layout(kib, password, salt) {
    const input = Math.ceil(__heap_base.value / 64) * 64;
    const hash = input + 64;
    const passwordAt = hash + HASH_SIZE;
    const saltAt = passwordAt + password.length;
    const matrix = Math.ceil((saltAt + salt.length) / 64) * 64;
    return { input, hash, passwordAt, saltAt, matrix, end: matrix + kib * 1024 };
}

// The hash in hex, or null if the module refuses the input.
function derive(kib, lanes, password, salt) {
    const at = layout(kib, password, salt);
    const missing = at.end - memory.buffer.byteLength;
    if (missing > 0) {
        memory.grow(Math.ceil(missing / PAGE));
    }
    const bytes = new Uint8Array(memory.buffer);
    bytes.fill(0xa5, at.matrix, at.end);
    bytes.set(password, at.passwordAt);
    bytes.set(salt, at.saltAt);
    new Uint32Array(memory.buffer, at.input, 7).set(
        [at.passwordAt, password.length, at.saltAt, salt.length, kib, lanes, at.matrix]);
    if (!argon2id(at.input, at.hash)) {
        return null;
    }
    if (bytes.subarray(at.matrix, at.end).some((byte) => byte !== 0)) {
        return "the memory is not wiped";
    }
    return Buffer.from(bytes.subarray(at.hash, at.hash + HASH_SIZE)).toString("hex");
}

let n = 0;
function report(good, name) {
    console.log(`${good ? "ok" : "not ok"} ${++n} - ${name}`);
    process.exitCode = good ? process.exitCode : 1;
}

const cases = [[8, 1], [1031, 1], [64, 8], [4128, 8], [72, 9], [8840, 17], [65536, 8]];
console.log(`1..${cases.length + 1}`);
for (const [kib, lanes] of cases) {
    const password = "ä passphrase".repeat(lanes);
    const salt = "salt of a project";
    const expected = execFileSync(judge, [kib, lanes, password, salt], { encoding: "utf8" }).trim();
    const found = derive(kib, lanes, Buffer.from(password), Buffer.from(salt));
    report(found === expected, `${kib} KiB in ${lanes} lanes, as libargon2`);
}
report(derive(63, 8, Buffer.from(""), Buffer.from("somesalt")) === null, "too little memory is refused");
