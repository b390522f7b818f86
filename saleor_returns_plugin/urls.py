"""The pages, mounted under /returns/."""

from django.urls import include, path, re_path

from .web import static_files
from .web.documents import open_document
from .web.page import not_found
from .web.slashes import add_slash

app_name = "returns"

urlpatterns = [
    path("static/<path:name>", static_files.serve, name="static"),
    path("documents/<str:token>", open_document, name="document"),
    path("console", add_slash),
    path("console/", include("saleor_returns_plugin.console.urls")),
    path("", include("saleor_returns_plugin.portal.urls")),
    # Nothing under our own path is the host's to answer.
    re_path("^(?P<rest>.*)$", not_found),
]
