/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes the reference pages from the lists that the program is built from: "docs configuration",
 * "docs errors", "docs metrics" or "docs rights", to standard output. See tools/docs. "docs manual"
 * writes the manual page of the configuration file during the build.
 */
#include <stdio.h>
#include <string.h>

static const char configuration_head[] =
        "# Configuration\n"
        "\n"
        "Generated from `src/config/settings.def` by `make docs`; do not edit.\n"
        "\n"
        "A setting is given as a flag (`--http.listen=127.0.0.1:8080`), in the environment\n"
        "(`GRANTD_HTTP_LISTEN=127.0.0.1:8080`) or in a file:\n"
        "\n"
        "```ini\n"
        "[http]\n"
        "listen = 127.0.0.1:8080\n"
        "```\n"
        "\n"
        "Flags override the environment, which overrides the file, which overrides the defaults.\n"
        "The file is that of `--config`, otherwise of `GRANTD_CONFIG`, otherwise\n"
        "`/etc/grantd/grantd.ini` if it exists. In the file, a `#` or `;` after a blank starts a\n"
        "comment; give a value that contains one in the environment. Durations are written `90`, "
        "`90s`, `5m`, `12h` or `30d`.\n"
        "\n"
        "`grantd config print` shows each value and its source; `grantd config check` lists all\n"
        "problems, also of the files, ports and servers that the settings name.\n"
        "\n"
        "| setting | kind | default | from, to | what it does |\n"
        "|---|---|---|---|---|\n";

/* The section of the file is [login.oidc.NAME]. */
static const char providers_head[] =
        "\n## OpenID Connect providers\n"
        "\n"
        "Up to eight, each with a name of its own for NAME: 1 to 20 characters of `a-z`, `0-9` "
        "and\n"
        "`-`. In the file it is a section, `[login.oidc.NAME]`; in the environment a `-` of it is\n"
        "`_`, as in `GRANTD_LOGIN_OIDC_NAME_CLIENT_ID`.\n"
        "[how-to/openid-login.md](how-to/openid-login.md) sets one up.\n"
        "\n"
        "| setting | kind | default | what it does |\n"
        "|---|---|---|---|";

static const char providers_manual[] = ".SH OPENID CONNECT PROVIDERS\n"
                                       "Up to eight, each with a name of its own for NAME: 1 to 20 "
                                       "characters of a\\-z, 0\\-9 and\n"
                                       "\\-. In the file it is a section, [login.oidc.NAME].\n";

static const char errors_head[] =
        "# Errors\n"
        "\n"
        "Generated from `src/base/error.def` and `src/api/vocabulary.def` by `make docs`; do not\n"
        "edit.\n"
        "\n"
        "A refusal is `{\"error\": \"<code>\", \"error_description\": \"<sentence>\"}`. Programs "
        "should look\n"
        "at the code; the sentence is for people and may change.\n"
        "\n"
        "| status | code | sentence |\n"
        "|---|---|---|\n";

static const char metrics_head[] =
        "# Metrics\n"
        "\n"
        "Generated from `src/base/metrics.def` by `make docs`; do not edit.\n"
        "\n"
        "`GET /metrics` returns them in Prometheus' text format, to clients on this machine only;\n"
        "with `metrics.listen`, on an address of its own, to everyone who can reach it. No metric\n"
        "distinguishes applications or users. Counters are zero when the server starts.\n"
        "\n"
        "| metric | type | labels | what it measures |\n"
        "|---|---|---|---|\n";

static const char manual_head[] =
        ".TH GRANTD.INI 5 \"\" \"grantd\" \"grantd manual\"\n"
        ".SH NAME\n"
        "grantd.ini \\- configuration of grantd\n"
        ".SH SYNOPSIS\n"
        ".I /etc/grantd/grantd.ini\n"
        ".SH DESCRIPTION\n"
        "A setting is given as a flag\n"
        ".RB ( \\-\\-http.listen=127.0.0.1:8080 ),\n"
        "in the environment\n"
        ".RB ( GRANTD_HTTP_LISTEN=127.0.0.1:8080 )\n"
        "or in this file:\n"
        ".PP\n"
        ".RS 4\n"
        ".EX\n"
        "[http]\n"
        "listen = 127.0.0.1:8080\n"
        ".EE\n"
        ".RE\n"
        ".PP\n"
        "Flags override the environment, which overrides the file, which overrides the defaults.\n"
        "To use another file, name it with\n"
        ".B \\-\\-config\n"
        "or\n"
        ".BR GRANTD_CONFIG .\n"
        "Durations are written 90, 90s, 5m, 12h or 30d.\n"
        ".PP\n"
        ".B grantd config check\n"
        "lists all problems, also of the files, ports and servers that the settings name;\n"
        ".B grantd config print\n"
        "shows each value and its source.\n"
        ".SH SETTINGS\n";

static const char manual_tail[] = ".SH SEE ALSO\n"
                                  ".BR grantd (1)\n";

static const struct {
        const char *name, *type, *labels, *help;
} metrics[] = {
#define METRIC(name_, type_, labels_, help_) {"grantd_" #name_, #type_, labels_, help_},
#include "base/metrics.def"
#undef METRIC
};

static const struct {
        const char *name, *kind, *default_text;
        long long minimum, maximum;
        const char *manual;
} settings[] = {
#define SETTING(section, key, kind_, default_, minimum_, maximum_, visibility, manual_)            \
        {#section "." #key, #kind_, default_, minimum_, maximum_, manual_},
#include "config/settings.def"
#undef SETTING
};

static const struct {
        const char *key, *kind, *default_text, *manual;
} provider_settings[] = {
#define PROVIDER_SETTING(key_, kind_, default_, minimum_, maximum_, visibility, manual_)           \
        {#key_, #kind_, default_, manual_},
#include "config/settings.def"
#undef PROVIDER_SETTING
};

enum {
#define ERROR(name, kind, sentence) WORD_##name,
#include "base/error.def"
#undef ERROR
};

static const struct {
        int status;
        const char *code;
} words[] = {
#define WORD(name, status_, code_) [WORD_##name] = {status_, code_},
#include "api/vocabulary.def"
#undef WORD
};

static const char *const sentences[] = {
#define ERROR(name, kind, sentence) sentence,
#include "base/error.def"
#undef ERROR
};

/* The table and the notes of docs/integrate.md. */
static void rights_print(void)
{
        (void)puts("| scope | what it allows |\n|---|---|");
#define RIGHT(name, scope, allows) (void)puts("| `" scope "` | " allows " |");
#define PLACE(scope, means)        (void)puts("| `" scope "` | " means " |");
#define NOTE(name, sentence)
#include "core/grants/rights.def"
#undef RIGHT
#undef PLACE
#undef NOTE
        (void)puts("\nEffects that surprise people:\n");
#define RIGHT(name, scope, allows)
#define PLACE(scope, means)
#define NOTE(name, sentence) (void)puts("- " sentence);
#include "core/grants/rights.def"
#undef RIGHT
#undef PLACE
#undef NOTE
}

static void lower_print(const char *text)
{
        for (; *text; text++)
                (void)putchar(*text >= 'A' && *text <= 'Z' ? *text - 'A' + 'a' : *text);
}

static void configuration_print(void)
{
        (void)fputs(configuration_head, stdout);
        for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
                (void)printf("| `%s` | ", settings[i].name);
                lower_print(settings[i].kind);
                if (*settings[i].default_text)
                        (void)printf(" | `%s` | ", settings[i].default_text);
                else
                        (void)printf(" | | ");
                if (settings[i].maximum)
                        (void)printf("%lld, %lld ", settings[i].minimum, settings[i].maximum);
                (void)printf("| %s |\n", settings[i].manual);
        }
        (void)puts(providers_head);
        for (size_t i = 0; i < sizeof(provider_settings) / sizeof(provider_settings[0]); i++) {
                (void)printf("| `login.oidc.NAME.%s` | ", provider_settings[i].key);
                lower_print(provider_settings[i].kind);
                if (*provider_settings[i].default_text)
                        (void)printf(" | `%s`", provider_settings[i].default_text);
                else
                        (void)printf(" |");
                (void)printf(" | %s |\n", provider_settings[i].manual);
        }
}

/* Text escaped for roff. */
static void roff_print(const char *text)
{
        for (; *text; text++) {
                if (*text == '\\' || *text == '-')
                        (void)putchar('\\');
                (void)putchar(*text == '\\' ? 'e' : *text);
        }
}

static void manual_print(void)
{
        (void)fputs(manual_head, stdout);
        for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
                (void)printf(".TP\n.BR %s \" (", settings[i].name);
                lower_print(settings[i].kind);
                if (settings[i].maximum)
                        (void)printf(" from %lld to %lld", settings[i].minimum,
                                     settings[i].maximum);
                (void)fputs(*settings[i].default_text ? ", default " : "", stdout);
                roff_print(settings[i].default_text);
                (void)fputs(")\"\n", stdout);
                roff_print(settings[i].manual);
                (void)putchar('\n');
        }
        (void)fputs(providers_manual, stdout);
        for (size_t i = 0; i < sizeof(provider_settings) / sizeof(provider_settings[0]); i++) {
                (void)printf(".TP\n.BR login.oidc.NAME.%s \" (", provider_settings[i].key);
                lower_print(provider_settings[i].kind);
                (void)fputs(*provider_settings[i].default_text ? ", default " : "", stdout);
                roff_print(provider_settings[i].default_text);
                (void)fputs(")\"\n", stdout);
                roff_print(provider_settings[i].manual);
                (void)putchar('\n');
        }
        (void)fputs(manual_tail, stdout);
}

static void errors_print(void)
{
        (void)fputs(errors_head, stdout);
        for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++)
                (void)printf("| %d | `%s` | %s |\n", words[i].status, words[i].code, sentences[i]);
}

static void metrics_print(void)
{
        (void)fputs(metrics_head, stdout);
        for (size_t i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++) {
                (void)printf("| `%s` | ", metrics[i].name);
                lower_print(metrics[i].type);
                if (*metrics[i].labels)
                        (void)printf(" | %s", metrics[i].labels);
                else
                        (void)printf(" |");
                (void)printf(" | %s |\n", metrics[i].help);
        }
}

int main(int argc, char **argv)
{
        if (argc == 2 && strcmp(argv[1], "configuration") == 0)
                configuration_print();
        else if (argc == 2 && strcmp(argv[1], "errors") == 0)
                errors_print();
        else if (argc == 2 && strcmp(argv[1], "metrics") == 0)
                metrics_print();
        else if (argc == 2 && strcmp(argv[1], "rights") == 0)
                rights_print();
        else if (argc == 2 && strcmp(argv[1], "manual") == 0)
                manual_print();
        else
                return 2;
        return 0;
}
