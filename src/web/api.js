// SPDX-License-Identifier: Apache-2.0
// Calling the server. Reads are retried automatically; changes never are.

import {language} from './text.js';

const PATIENCE = 30000; // ms for one response
const TRIES = 3;        // of what only reads

export class Refusal extends Error {
    constructor(status, body, wait) {
        super(body.error_description || '');
        this.status = status; // 0: no response
        this.code = body.error || (status ? 'internal_error' : 'no_answer');
        this.wait = wait; // seconds from Retry-After
    }
}

const pause = ms => new Promise(done => setTimeout(done, ms));

// Where a list continues: the path in a Link header of the same server.
const nextOf = answer => answer.headers.get('Link')?.match(/^<(\/[^>]*)>; rel="next"$/)?.[1];

async function once(method, path, body) {
    const options = {
        method,
        credentials: 'same-origin',
        signal: AbortSignal.timeout(PATIENCE),
        headers: {'Accept-Language': language} // of mail, and of a new account
    };
    let answer, text;
    if (body !== undefined) {
        options.body = JSON.stringify(body);
        options.headers['Content-Type'] = 'application/json';
    }
    try {
        answer = await fetch(path, options);
        text = await answer.text();
    } catch {
        throw new Refusal(0, {}, 0);
    }
    let json = null;
    try {
        if (text)
            json = JSON.parse(text);
    } catch {
        throw new Refusal(answer.ok ? 502 : answer.status, {}, 0);
    }
    if (answer.ok) {
        const next = nextOf(answer);
        if (next)
            json.next = next;
        return json;
    }
    throw new Refusal(answer.status, json || {}, Number(answer.headers.get('Retry-After')) || 0);
}

// What to do about the response "log in first": page.js sets a function that asks for the password.
// It returns true once the same person is logged in again.
let logInAgain = async () => false;
export const onLoggedOut = handler => { logInAgain = handler;};

// The same of the response "show again who you are".
let proveAgain = async () => false;
export const onProofOld = handler => { proveAgain = handler;};

const isPassing = error => error.status === 0 || error.status === 502 || error.status === 503;

// Return: the JSON of the response, or null. Throws a Refusal.
export async function call(method, path, body, {ask = true} = {}) {
    let prove = true;
    for (let tried = 1;; tried++) {
        try {
            return await once(method, path, body);
        } catch (error) {
            if (error.code === 'unauthenticated' && ask && await logInAgain()) {
                ask = false;
                continue;
            }
            if (error.code === 'proof_required' && prove && await proveAgain()) {
                prove = false;
                continue;
            }
            if (method !== 'GET' || tried >= TRIES || !isPassing(error))
                throw error;
            await pause(Math.min(Math.max(error.wait, tried * 0.4), 5) * 1000);
        }
    }
}

export const get = (path, options) => call('GET', path, undefined, options);
export const post = (path, body, options) => call('POST', path, body ?? {}, options);

const auth = '/api/v0/auth/';
export const api = {
    account: options => get(auth + 'account', options),
    rename: full_name => call('PATCH', auth + 'account', {full_name}),
    prefer: wishes => call('PATCH', auth + 'account', wishes),
    remove: (password, code) => call('DELETE', auth + 'account', {password, code}),
    password: (old_password, new_password, code) =>
        post(auth + 'account/password', {old_password, new_password, code}),
    changeEmail: (email, password, code) => post(auth + 'account/email', {email, password, code}),
    confirmEmail: token => post(auth + 'email-change/confirm', {token}, {ask: false}),
    undoEmail: token => post(auth + 'email-change/undo', {token}, {ask: false}),
    factor: () => get(auth + 'account/factor'),
    beginFactor: password => post(auth + 'account/factor', {password}),
    confirmFactor: code => post(auth + 'account/factor/confirm', {code}),
    renewRecoveryCodes: (password, code) =>
        post(auth + 'account/factor/recovery-codes', {password, code}),
    factorAtConsent: (at_consent, password, code) =>
        call('PATCH', auth + 'account/factor', {at_consent, password, code}),
    removeFactor: (password, code) => call('DELETE', auth + 'account/factor', {password, code}),
    passkeys: () => get(auth + 'account/passkeys'),
    beginPasskey: (password, code) => post(auth + 'account/passkey-setup', {password, code}),
    addPasskey: form => post(auth + 'account/passkeys', form),
    renamePasskey: (id, name) => call('PATCH', auth + 'account/passkeys/' + id, {name}),
    removePasskey: (id, password, code) =>
        call('DELETE', auth + 'account/passkeys/' + id, {password, code}),
    challengePasskey: () => post(auth + 'passkey-login/challenge', undefined, {ask: false}),
    logInByPasskey: form =>
        post(auth + 'passkey-login', {...form, cookie_only: true}, {ask: false}),
    invitation: invitation => post(auth + 'invitation', {invitation}, {ask: false}),
    register: form => post(auth + 'register', form, {ask: false}),
    requestReset: email => post(auth + 'password-reset', {email}, {ask: false}),
    resetPassword: (token, new_password) =>
        post(auth + 'password-reset/complete', {token, new_password}, {ask: false}),
    logInByProxy: code => post(auth + 'proxy-login', {code, cookie_only: true}, {ask: false}),
    logInByProvider: code => post(auth + 'openid-login', {code, cookie_only: true}, {ask: false}),
    logIn: (email, password, code) =>
        post(auth + 'token', {email, password, code, cookie_only: true}, {ask: false}),
    prove: (password, code) => post(auth + 'session/proof', {password, code}),
    logOut: () => post(auth + 'logout', undefined, {ask: false}),
    sessions: () => get(auth + 'sessions'),
    activity: () => get(auth + 'activity?limit=100'),
    endSession: id => call('DELETE', auth + 'sessions/' + id),
    endSessions: () => call('DELETE', auth + 'sessions'),
    connected: () => get(auth + 'developer-access'),
    history: client => get(`${auth}developer-access/${client}/history`),
    revokeAll: client => call('DELETE', `${auth}developer-access/${client}/revoke`),
    grants: () => get(auth + 'grants'),
    revoke: id => call('DELETE', auth + 'grants/' + id),
    projects: () => get('/api/v0/projects'),
    addProject: form => post('/api/v0/projects', form),
    removeProject: id => call('DELETE', '/api/v0/projects/' + id),
    accounts: email => get(`/api/v0/admin/accounts?${new URLSearchParams({email, limit: 50})}`),
    blockAccount: (id, blocked) => call('PATCH', '/api/v0/admin/accounts/' + id, {blocked}),
    resetFactors: id => post(`/api/v0/admin/accounts/${id}/reset-factors`),
    mailReset: id => post(`/api/v0/admin/accounts/${id}/reset-mail`),
    waitingClients: () => get('/api/v0/admin/clients?limit=50'),
    reviewClient: (id, form) => post(`/api/v0/admin/clients/${id}/review`, form),
    audit: () => get('/api/v0/admin/audit?limit=100'),
    rates: () => get('/api/v0/admin/rates'),
    ownGrant: (id, form) => post(`/api/v0/projects/${id}/owner-grant`, form),
};
