/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd config print, grantd config check.
 */
#include "config/config.h"

#include <stdio.h>

#include "cli/commands.h"
#include "cli/job.h"
#include "cli/output.h"
#include "node/precheck.h"

struct values {
        bool json;
};

static const struct option options[] = {
        FLAG_OPTION("json", json, "of check: print what was found as JSON"),
};

static const struct usage usage = {
        .command = "config",
        .arguments = "print|check",
        .summary =
                "print: shows all settings as a configuration file, with the source of each value; "
                "values that may\ncontain a password are hidden. check: reports all problems of "
                "the settings at once; if there are none,\nwhether this machine has what they "
                "name: keys, certificate, database, ports, files, other servers'\naddresses, the "
                "clock. It changes nothing. Call it as the user of the service.",
        OPTIONS(options),
        .n_arguments = 1,
        .takes_settings = true,
};

/* --- print --- */

static int config_show(struct job *job)
{
        struct buf problems CLEANUP(buf_deinit) = BUF_INIT(1 << 16);
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(1 << 18);
        enum err error = config_load(&job->arena, &job->rest.sources, &job->config, &problems);

        config_print(&job->config, &text);
        print("%.*s", (int)text.size, (const char *)text.data);
        (void)fwrite(problems.size ? (const char *)problems.data : "", 1, problems.size, stderr);
        return error ? EXIT_FAILED : EXIT_DONE;
}

/* --- check --- */

struct report {
        json_t *json; /* NULL: lines for people */
        unsigned n_warnings, n_problems;
};

static void report_add(void *context, const struct finding *finding)
{
        static const char *const words[] = {
                [FINDING_OK] = "ok", [FINDING_WARNING] = "warning", [FINDING_PROBLEM] = "problem"};
        struct report *report = context;

        report->n_warnings += finding->status == FINDING_WARNING;
        report->n_problems += finding->status == FINDING_PROBLEM;
        if (report->json)
                (void)json_array_append_new(report->json,
                                            json_pack("{ss ss ss%}", "setting", finding->setting,
                                                      "status", words[finding->status], "text",
                                                      (const char *)finding->text.data,
                                                      finding->text.size));
        else
                print("%-8s %-22s %.*s\n", words[finding->status], finding->setting,
                      (int)finding->text.size, (const char *)finding->text.data);
}

/* Lines "setting: what is wrong". */
static void lines_add(struct report *report, struct arena *arena, struct slice lines)
{
        struct slice line, setting;

        while (slice_cut(&lines, '\n', &line)) {
                const char *name =
                        slice_cut(&line, ':', &setting) ? arena_string(arena, setting) : "";

                report_add(report, &(struct finding){.status = FINDING_PROBLEM,
                                                     .setting = name ? name : "",
                                                     .text = slice_trim(line)});
        }
}

static int report_end(struct report *report)
{
        bool is_fine = report->n_problems == 0;

        if (report->json)
                print_json(json_pack("{sb so}", "ok", is_fine, "findings", report->json));
        else if (!is_fine)
                print_line("The configuration needs to be mended; see the problems above.");
        else if (report->n_warnings)
                print_line("The configuration is fine, if the warnings above are meant so.");
        else
                print_line("The configuration is fine.");
        return is_fine ? EXIT_DONE : EXIT_FAILED;
}

static int config_examine(struct job *job, bool as_json)
{
        struct buf problems CLEANUP(buf_deinit) = BUF_INIT(1 << 16);
        struct report report = {0};
        const struct precheck check = {
                .config = &job->config, .found = report_add, .context = &report};

        if (!job_log(job))
                return job->status;
        report.json = as_json ? json_array() : NULL;
        if (config_load(&job->arena, &job->rest.sources, &job->config, &problems) == ERR_OK) {
                precheck(&check);
        } else if (as_json) {
                lines_add(&report, &job->arena, buf_slice(&problems));
        } else {
                (void)fwrite(problems.data, 1, problems.size, stderr);
                return EXIT_FAILED;
        }
        return report_end(&report);
}

int config_command(int argc, char **argv)
{
        struct values values = {0};
        JOB(job, &usage, &values);
        struct slice what;

        if (!job_read_options(&job, argc, argv))
                return job.status;
        what = job_argument(&job, 0);
        if (slice_equal(what, SLICE("check")))
                return config_examine(&job, values.json);
        if (slice_equal(what, SLICE("print")) && !values.json)
                return config_show(&job);
        complain("config: use \"grantd config print\" or \"grantd config check [--json]\"");
        return EXIT_USAGE;
}
