// SPDX-License-Identifier: Apache-2.0
// What is pasted into a shell.

// As one word, whatever characters it has.
export const quoted = text => `'${text.replaceAll('\'', `'\\''`)}'`;
