"""What PostgreSQL has to be told about looking things up row by row."""

from django.db.models import QuerySet, Subquery


def any_of(rows: QuerySet) -> Subquery:
    """The key of one of `rows`, which refer to the outer row; null when there is none.

    Not EXISTS: within an OR, PostgreSQL may answer that by reading the whole inner table, which is
    slow for a page of twenty rows of a million.
    """
    return Subquery(rows.order_by().values("pk")[:1])
