# SPDX-License-Identifier: Apache-2.0
"""tools/check-sql: what it lets pass and what it finds, in a copy of the sources."""

import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "check-sql"

DRIVER = "src/store/postgres/driver.c"
OTHER = "src/store/clients.c"
SCHEMA = "src/store/postgres/schema/0001_initial.sql"

BODY = """
static enum err planted(struct sql_connection *connection, const char *name)
{{
        char text[100];

        {0}
        return ERR_OK;
}}
"""

# What is added to which file, and what the complaint says.
FOUND = {
    "a text that was put together": (
        DRIVER, BODY.format('(void)snprintf(text, sizeof(text), "DROP TABLE %s", name);\n'
                            '        TRY(postgres_execute(connection, text));'),
        ["postgres_execute() gets a text that is no constant: text", '"DROP TABLE %s"']),
    "a text from elsewhere": (
        DRIVER, BODY.format("TRY(postgres_execute(connection, name));"),
        ["postgres_execute() gets a text that is no constant: name"]),
    "libpq called directly": (
        DRIVER, BODY.format("PQclear(PQexec(connection->server, name));"),
        ["PQexec() gets a text that is no constant: name"]),
    "one of two": (
        DRIVER, BODY.format('TRY(postgres_execute(connection, *name ? name : "ROLLBACK"));'),
        ["postgres_execute() gets a text that is no constant"]),
    "quoting": (
        DRIVER, BODY.format("(void)PQescapeLiteral(connection->server, name, 3);"),
        ["PQescapeLiteral() is not used"]),
    "a part of a statement": (
        OTHER, BODY.format('buf_put_string(text, " AND id IN (SELECT id FROM client WHERE name = \'");'),
        ["SQL outside of a constant"]),
    "an array that can be written": (
        OTHER, '\nstatic char planted[] = "DELETE FROM client WHERE id = 1";\n',
        ["SQL outside of a constant"]),
    "a constant that is not only literals": (
        DRIVER, '\nstatic const char planted[] = FIRST(name) "SELECT 1 ";\n',
        ["SQL outside of a constant"]),
    "a script of a value": (
        "src/store/migrate.c", BODY.format("TRY(driver->script(connection, name));"),
        ["script() gets a text that is no constant: name"]),
    "SQLite": (
        "src/store/sqlite/driver.c",
        BODY.format("sqlite3_exec(connection->database, name, NULL, NULL, NULL);"),
        ["sqlite3_exec() gets a text that is no constant: name"]),
    "a database elsewhere": (
        "src/api/token.c", BODY.format('PQclear(PQexec(connection->server, "SELECT 1"));'),
        ["PQexec() is called by the drivers only"]),
    "a value in SQL of the server's": (
        SCHEMA, "\nDO $$ BEGIN EXECUTE 'DROP TABLE ' || old; END $$;\n",
        ["EXECUTE of 'DROP TABLE ' || old"]),
    "a value that is not quoted there": (
        SCHEMA, "\nDO $$ BEGIN EXECUTE format('DROP TABLE %s', old); END $$;\n",
        ["EXECUTE of format('DROP TABLE %s', old)"]),
}


@pytest.fixture(name="tree", scope="module")
def a_tree(tmp_path_factory):
    tree = tmp_path_factory.mktemp("tree")
    shutil.copytree(ROOT / "src", tree / "src")
    return tree


def check(tree):
    return subprocess.run([str(TOOL), str(tree)], text=True, capture_output=True, check=False)


def test_our_own_sources_pass(tree):
    result = check(tree)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize("name, more, problems", FOUND.values(), ids=FOUND)
def test_a_planted_fault_is_found(tree, name, more, problems):
    before = (tree / name).read_text()
    (tree / name).write_text(before + more)
    result = check(tree)
    (tree / name).write_text(before)
    assert result.returncode == 1 and result.stderr == ""
    lines = result.stdout.splitlines()
    assert len(lines) == len(problems)
    for line, problem in zip(sorted(lines), sorted(problems)):
        assert line.startswith(name + ":")
    assert all(any(problem in line for line in lines) for problem in problems)


def test_an_exception_that_nothing_needs_is_found(tree):
    name = tree / "src/store/migrate.c"
    before = name.read_text()
    name.write_text(before.replace("driver->script(connection, driver->grants)", "ERR_OK"))
    result = check(tree)
    name.write_text(before)
    assert "nothing needs this exception any more" in result.stdout and "grants_run" in result.stdout
