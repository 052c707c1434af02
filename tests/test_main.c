/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs all registered tests, or those whose names match the pattern (with * and ?) given as
 * argument; cmocka prints one TAP line for each.
 */
#include "test.h"

enum { TESTS_MAXIMUM = 512 };

static struct CMUnitTest tests[TESTS_MAXIMUM];
static size_t n_tests;

void test_register(const char *name, void (*function)(void **state))
{
        if (n_tests == TESTS_MAXIMUM)
                abort();
        tests[n_tests++] = (struct CMUnitTest){.name = name, .test_func = function};
}

int main(int argc, char **argv)
{
        if (argc > 1)
                cmocka_set_test_filter(argv[1]);
        cmocka_set_message_output(CM_OUTPUT_TAP);
        return _cmocka_run_group_tests("tests", tests, n_tests, NULL, NULL) != 0;
}
