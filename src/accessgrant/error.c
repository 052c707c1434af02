/* SPDX-License-Identifier: Apache-2.0
 *
 * The sentence of each error.
 */
#include <accessgrant.h>

const char *ag_error_text(enum ag_error error)
{
        switch (error) {
        case AG_OK:
                return "There is no error.";
        case AG_ERR_MEMORY:
                return "There is not enough memory; try again later.";
        case AG_ERR_CRYPTO:
                return "The crypto library failed; check how it is installed.";
        case AG_ERR_TEXT:
                return "This is not an access grant or API key; paste the whole text, which starts "
                       "with 1 and has letters and digits only.";
        case AG_ERR_CHECKSUM:
                return "The text was mistyped or truncated; copy it again.";
        case AG_ERR_MESSAGE:
                return "The text is not an access grant; an API key alone is not one.";
        case AG_ERR_SATELLITE:
                return "The satellite address is missing or malformed; it reads node-id@host:port.";
        case AG_ERR_API_KEY:
                return "The API key is malformed; create a new one.";
        case AG_ERR_CAVEAT:
                return "A limit of the API key cannot be read; create a new key.";
        case AG_ERR_ACCESS:
                return "The encryption access is missing or malformed; create a new grant.";
        case AG_ERR_NOT_CANONICAL:
                return "No known program writes it in this form; read it leniently if you trust "
                       "where it comes from.";
        case AG_ERR_LIMIT:
                return "It is too long or has too many parts; share fewer or shorter paths.";
        case AG_ERR_CIPHER:
                return "Paths with this cipher cannot be encrypted here; share whole buckets.";
        case AG_ERR_NO_KEY:
                return "There is no key for this place; share a place inside the grant.";
        case AG_ERR_NO_RIGHT:
                return "The restriction allows nothing; give at least one right.";
        case AG_ERR_TIME_RANGE:
                return "The time range ends before it begins or cannot be encoded; correct it.";
        case AG_ERR_TTL:
                return "The lifetime of objects is not positive; give a longer one or none.";
        case AG_ERR_PLACE:
                return "A place names no bucket; name one.";
        case AG_ERR_NONCE:
                return "The nonce is too short or too long; give 4 to 64 random bytes.";
        case AG_ERR_KEY_SIZE:
                return "The secret or the head has a wrong size; give 32 random bytes each.";
        case AG_ERR_HAS_KEY:
                return "The grant has an encryption key already; remove it first.";
        case AG_ERR_WRONG_KEY:
                return "The key does not open the places of the grant; check the passphrase.";
        case AG_ERR_SIGNATURE:
                return "The API key was not made from this secret; do not trust it.";
        case AG_ERR_EXPIRED:
                return "The API key has expired; get a new one.";
        case AG_ERR_NOT_YET:
                return "The API key is not valid yet; wait until it is.";
        case AG_ERR_OP_DENIED:
                return "The API key does not allow this operation; get one that does.";
        case AG_ERR_PATH_DENIED:
                return "The API key does not allow this place; get one that does.";
        }
        return "The error is unknown.";
}
