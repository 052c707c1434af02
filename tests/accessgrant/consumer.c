/* SPDX-License-Identifier: Apache-2.0
 *
 * Somebody else's program: it uses only the installed header, and has functions with the same names
 * as some inside the library. Neither may call the other's.
 */
#include <accessgrant.h>

#include <string.h>

static int n_calls; /* of the functions here */

void buf_put(void);
void buf_put(void)
{
        n_calls++;
}

int slice_compare(void);
int slice_compare(void)
{
        return ++n_calls;
}

int primitive_sha256(void);
int primitive_sha256(void)
{
        return ++n_calls;
}

int main(void)
{
        static const uint8_t bytes[AG_SECRET_SIZE] = {1};
        struct ag_bytes any = {bytes, sizeof(bytes)};
        ag_api_key *key __attribute__((cleanup(ag_api_key_freep))) = NULL;
        ag_api_key *read __attribute__((cleanup(ag_api_key_freep))) = NULL;
        char *text __attribute__((cleanup(ag_text_freep))) = NULL;

        if (ag_api_key_new(any, any, &key) || ag_api_key_text(key, &text) ||
            ag_api_key_parse(ag_bytes_new(text, strlen(text)), AG_STRICT, &read) ||
            ag_api_key_verify(read, any, NULL) || n_calls != 0)
                return 1;
        buf_put();
        return slice_compare() == 2 && primitive_sha256() == 3 ? 0 : 1;
}
