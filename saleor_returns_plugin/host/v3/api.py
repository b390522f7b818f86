"""Saleor's own public GraphQL, called in process as the plugin's own app.

Users lack HANDLE_PAYMENTS, and newer shops demand reasons of them; the API itself is the same
from 3.20 to 3.24, unlike what it calls.
"""

from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from saleor.app.models import App
from saleor.app.types import AppType
from saleor.permission.models import Permission

from ..both.people import row_of
from ..types import SaleorId

IDENTIFIER = "saleor-returns-plugin.internal"
PERMISSIONS = ("manage_orders", "handle_payments")


def errors_of(mutation: str, variables: dict[str, Any]) -> str:
    """Run a mutation of one field; its errors in one line, empty when it worked."""
    result = execute(mutation, variables)
    if result.errors:
        return "; ".join(str(error) for error in result.errors)
    (answer,) = result.data.values()
    return "; ".join(error["message"] for error in answer["errors"])


def answer_of(
    mutation: str, variables: dict[str, Any], user_id: SaleorId | None = None
) -> dict[str, Any]:
    """Run a mutation of one field; its answer, with the `errors` that Saleor foresaw.

    All else is raised as it was, so that whoever called can try again after a deadlock.
    """
    result = execute(mutation, variables, user_id)
    for error in result.errors or ():
        raise getattr(error, "original_error", None) or error
    (answer,) = result.data.values()
    return answer


def execute(query: str, variables: dict[str, Any], user_id: SaleorId | None = None) -> Any:
    """`user_id` is named next to the app in what Saleor records; the permissions are the app's."""
    # Only now: our fields have to be in the schema before it is built.
    from saleor.graphql.api import backend, schema
    from saleor.graphql.context import clear_context, get_context_value

    request: Any = HttpRequest()
    request.method = "POST"
    request.path = reverse("api")
    request.META["SERVER_NAME"] = request.META["REMOTE_ADDR"] = "127.0.0.1"
    request.META["SERVER_PORT"] = "80"
    request.allow_replica = False
    request.app = own_app()
    context = get_context_value(request)
    context.user = row_of(user_id)
    try:
        document = backend.document_from_string(schema, query)
        return document.execute(variable_values=variables, context_value=context)
    finally:
        clear_context(context)


def own_app() -> App:
    """The app that our calls run as; without tokens, so nobody else can."""
    # An identifier is not unique: two first calls at once make two apps, and the older one is used.
    app = App.objects.filter(identifier=IDENTIFIER).order_by("pk").first()
    if app is None:
        with transaction.atomic():
            app = App.objects.create(
                identifier=IDENTIFIER, name="Returns", type=AppType.LOCAL, is_active=True
            )
            app.permissions.set(Permission.objects.filter(codename__in=PERMISSIONS))
    return app
