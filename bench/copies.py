"""Many copies of rows that exist, made by the database itself."""

from typing import Any

from django.db import connection


def copy(model: Any, rows: str, count: int, first: int = 1, **changed: str) -> None:
    """`count` copies of the rows of `model` for which `rows` (SQL) holds.

    `changed` gives columns as SQL, in which `o` is the row and `n` the copy's number from `first`
    on; all others are the row's own.
    """
    table = model._meta.db_table
    columns = [field.column for field in model._meta.concrete_fields]
    values = [changed.get(column, f'o."{column}"') for column in columns]
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" ({names}) SELECT {", ".join(values)} '
            f'FROM "{table}" AS o CROSS JOIN generate_series({first}, {first + count - 1}) AS n '
            f"WHERE {rows}"
        )
