"""What PostgreSQL has to be told about looking things up row by row."""

from django.db.models import BooleanField, F, Func, QuerySet, Subquery


def any_of(rows: QuerySet) -> Subquery:
    """The key of one of `rows`, which refer to the outer row; null when there is none.

    Not EXISTS: within an OR, PostgreSQL may answer that by reading the whole inner table, which is
    slow for a page of twenty rows of a million.
    """
    return Subquery(rows.order_by().values("pk")[:1])


def is_one_of(keys: QuerySet) -> Func:
    """Whether the outer row's key is among `keys`, few of many, which do not refer to it.

    Not IN: within an OR, PostgreSQL would look at every row for that, where by an array of them
    an index finds the rows.
    """
    return Func(
        F("pk"),
        _Array(keys.order_by()),
        template="%(expressions)s)",
        arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )


class _Array(Subquery):
    template = "ARRAY(%(subquery)s)"
