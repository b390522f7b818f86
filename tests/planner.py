"""What PostgreSQL knows of the tables when it plans."""

from django.db import connection


def analyze() -> None:
    """Let it see that they are filled: else it plans for empty ones, and loops for minutes.

    Not by a plain ANALYZE, which also locks the tables that all databases share, until the test
    ends: the next test that does so, in another database, would wait for that.
    """
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        cursor.execute(f"ANALYZE {', '.join(map(quote, names))}")
