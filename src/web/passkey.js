// SPDX-License-Identifier: Apache-2.0
// Passkeys: what the browser does with the person's phone, computer or security key.

import {api, Refusal} from './api.js';

const ALGORITHMS = [-7, -8, -257]; // ES256, EdDSA, RS256
const PATIENCE = 300000;           // ms for which a challenge is good

// Browsers have them on https and localhost only.
export const hasPasskeys = typeof PublicKeyCredential === 'function';

const bytesOf = text => Uint8Array.from(
    atob(text.replaceAll('-', '+').replaceAll('_', '/')), letter => letter.charCodeAt(0));

const textOf = bytes => btoa(String.fromCharCode(...new Uint8Array(bytes)))
                            .replaceAll('+', '-')
                            .replaceAll('/', '_')
                            .replaceAll('=', '');

// A browser does not say whether the person or the device did not want to.
async function ask(work) {
    try {
        return await work();
    } catch (error) {
        const known = error.name === 'InvalidStateError';
        throw new Refusal(0, {error: known ? 'passkey_exists' : 'passkey_unused'}, 0);
    }
}

export async function logInByPasskey() {
    const {challenge, rp_id} = await api.challengePasskey();
    const {id, response} = await ask(() => navigator.credentials.get({
        publicKey: {
            challenge: bytesOf(challenge),
            rpId: rp_id,
            userVerification: 'required',
            timeout: PATIENCE,
        }
    }));
    await api.logInByPasskey({
        credential_id: id,
        client_data: textOf(response.clientDataJSON),
        authenticator_data: textOf(response.authenticatorData),
        signature: textOf(response.signature),
        user_handle: textOf(response.userHandle),
    });
}

export async function addPasskey(name, password, code) {
    const setup = await api.beginPasskey(password, code);
    const {response} = await ask(() => navigator.credentials.create({
        publicKey: {
            challenge: bytesOf(setup.challenge),
            rp: {id: setup.rp_id, name: setup.rp_id},
            user: {
                id: bytesOf(setup.user_id),
                name: setup.user_name,
                displayName: setup.display_name,
            },
            pubKeyCredParams: ALGORITHMS.map(alg => ({type: 'public-key', alg})),
            excludeCredentials: setup.others.map(id => ({type: 'public-key', id: bytesOf(id)})),
            authenticatorSelection: {
                residentKey: 'required',
                requireResidentKey: true,
                userVerification: 'required',
            },
            attestation: 'none',
            timeout: PATIENCE,
        }
    }));
    await api.addPasskey({
        name,
        client_data: textOf(response.clientDataJSON),
        authenticator_data: textOf(response.getAuthenticatorData()),
    });
}
