/* SPDX-License-Identifier: Apache-2.0
 *
 * The table behind error.def.
 */
#include "base/error.h"

/* clang-format off */
static const struct error_info infos[] = {
        [ERR_OK] = {"ERR_OK", ERROR_NONE, "Done."},
#define ERROR(name, kind, sentence) [ERR_##name] = {"ERR_" #name, ERROR_##kind, sentence},
#include "base/error.def"
#undef ERROR
};
/* clang-format on */

const struct error_info *error_info(enum err error)
{
        return &infos[error > ERR_OK && error < ERR_COUNT_ ? error : ERR_OK];
}

bool error_find(struct slice name, enum err *ret)
{
        for (int error = ERR_OK; error < ERR_COUNT_; error++)
                if (slice_equal(name, slice_from_string(infos[error].name))) {
                        *ret = (enum err)error;
                        return true;
                }
        return false;
}

bool error_is_fault(enum err error)
{
        enum error_kind kind = error_info(error)->kind;

        return kind == ERROR_AWAY || kind == ERROR_FAULT;
}
