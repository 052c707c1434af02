/* SPDX-License-Identifier: Apache-2.0
 *
 * Turns files into one C source of byte arrays, at build time:
 *
 *      embed OUTPUT SYMBOL FILE...
 *
 * gives `const struct embedded SYMBOL[]` of (name, bytes), ended by an entry without a name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void die(const char *what, const char *name)
{
        fprintf(stderr, "embed: %s %s\n", what, name);
        exit(1);
}

static const char *base_name(const char *path)
{
        const char *slash = strrchr(path, '/');

        return slash ? slash + 1 : path;
}

static void write_bytes(FILE *out, const char *path, int number)
{
        FILE *in = fopen(path, "rb");
        size_t n = 0;
        int byte;

        if (!in)
                die("cannot read", path);
        fprintf(out, "static const unsigned char bytes_%d[] = {", number);
        while ((byte = fgetc(in)) != EOF)
                fprintf(out, "%s%d,", n++ % 20 ? "" : "\n", byte);
        fprintf(out, "0};\n");
        (void)fclose(in);
}

int main(int argc, char **argv)
{
        FILE *out;

        if (argc < 3)
                die("usage: embed OUTPUT SYMBOL FILE...", "");
        out = fopen(argv[1], "wb");
        if (!out)
                die("cannot write", argv[1]);
        fprintf(out, "#include \"base/embedded.h\"\n");
        for (int i = 3; i < argc; i++)
                write_bytes(out, argv[i], i);
        fprintf(out, "const struct embedded %s[] = {\n", argv[2]);
        for (int i = 3; i < argc; i++)
                fprintf(out, "{\"%s\", {bytes_%d, sizeof(bytes_%d) - 1}},\n", base_name(argv[i]), i,
                        i);
        fprintf(out, "{0, {0, 0}}};\n");
        if (fclose(out) != 0)
                die("cannot write", argv[1]);
        return 0;
}
