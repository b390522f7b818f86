"""Saleor's own public GraphQL, called in process as the plugin's own app.

Users lack HANDLE_PAYMENTS, and newer shops demand reasons of them; the API itself is the same
from 3.20 to 3.24, unlike what it calls.
"""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from saleor.app.models import App
from saleor.app.types import AppType
from saleor.permission.models import Permission

IDENTIFIER = "saleor-returns-plugin.internal"
PERMISSIONS = ("manage_orders", "handle_payments")


def errors_of(mutation: str, variables: dict[str, Any]) -> str:
    """Run a mutation of one field; its errors in one line, empty when it worked."""
    result = execute(mutation, variables)
    if result.errors:
        return "; ".join(str(error) for error in result.errors)
    (answer,) = result.data.values()
    return "; ".join(error["message"] for error in answer["errors"])


def execute(query: str, variables: dict[str, Any]) -> Any:
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
    try:
        document = backend.document_from_string(schema, query)
        return document.execute(variable_values=variables, context_value=context)
    finally:
        clear_context(context)


def own_app() -> App:
    """The app that our calls run as; without tokens, so nobody else can."""
    app, is_new = App.objects.get_or_create(
        identifier=IDENTIFIER,
        defaults={"name": "Returns", "type": AppType.LOCAL, "is_active": True},
    )
    if is_new:
        app.permissions.set(Permission.objects.filter(codename__in=PERMISSIONS))
    return app
