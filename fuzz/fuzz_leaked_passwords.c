/* SPDX-License-Identifier: Apache-2.0
 *
 * Lists of leaked passwords: whatever is in the file, a search ends, and one that is no list finds
 * nothing.
 */
#include "os/leaked_passwords.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/files.h"
#include "base/macros.h"
#include "fuzz.h"

/* Whether the hash of "password 2" is anywhere in it. */
static bool is_there(struct slice text)
{
        const struct slice sha1 = SLICE("0bc2f561b875ae477d8478cb0ade213f881ef23d");

        for (; text.size >= sha1.size; text = slice_from(text, 1))
                if (slice_equal_in_any_case(slice_to(text, sha1.size), sha1))
                        return true;
        return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(1000);
        int file CLEANUP(descriptor_closep) = memfd_create("list", MFD_CLOEXEC);
        struct secret password = {SLICE("password 2")};
        struct leak_port port;
        char path[64];
        enum err found, checked;

        (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
        port = leaked_passwords_port(path);
        REQUIRE(file >= 0 && file_write_whole(file, slice_new(data, size)));
        found = port.check(port.context, password);
        checked = leaked_passwords_check(path, &why);
        REQUIRE(found == ERR_OK || found == ERR_PASSWORD_LEAKED || found == ERR_INTERNAL);
        REQUIRE((checked == ERR_OK) == (why.size == 0));
        if (found == ERR_PASSWORD_LEAKED)
                REQUIRE(is_there(slice_new(data, size)));
        if (!size)
                REQUIRE(found == ERR_OK && checked == ERR_FIELD_MALFORMED);
        return 0;
}
