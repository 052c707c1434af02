# SPDX-License-Identifier: Apache-2.0
"""The roles and databases of docs/how-to/postgresql.md, made by its own statements."""

import grantd
from grantd import Person
from pages import page_blocks, run_block

URL = "postgresql://grantd_owner@db.example.com/grantd?sslmode=verify-full"


def renamed(text):
    """The server of the tests has a superuser of this name."""
    return text.replace("grantd", "served")


def prepare(postgres, sql):
    for statement in renamed(sql).splitlines():
        postgres.ask(statement)


def url_of(postgres, role):
    return f"postgresql://{role}@/served?host={postgres.folder}"


def works(postgres, folder):
    """A node whose role is "served"."""
    node = grantd.Server(folder)
    node.environment |= {"GRANTD_STORE_URL": url_of(postgres, "served"),
                         "GRANTD_KEYS_MASTER": str(folder / "master.key")}
    node.start()
    try:
        user = Person(node)
        app = user.application()
        return app.exchange(user.code(app)).status == 200
    finally:
        assert node.stop() == 0, node.text()


def test_a_node_needs_no_more_than_a_role_and_its_database(postgres, tmp_path):
    sql, = page_blocks("docs/how-to/postgresql.md", "Several nodes on PostgreSQL", "sql")
    prepare(postgres, sql)
    assert works(postgres, tmp_path)


def test_a_node_needs_less_if_another_role_owns_the_tables(postgres, tmp_path):
    sql, = page_blocks("docs/how-to/postgresql.md", "A role that owns nothing", "sql")
    block, = page_blocks("docs/how-to/postgresql.md", "A role that owns nothing")
    prepare(postgres, sql)
    done = run_block(block, grantd.BINARY.resolve(), tmp_path, [
        ("--grant-to=grantd", "--grant-to=served"), (URL, url_of(postgres, "served_owner"))],
        GRANTD_KEYS_MASTER=str(tmp_path / "master.key"))
    assert done.returncode == 0, done
    assert works(postgres, tmp_path)
