"""The pages, mounted under /returns/."""

from django.urls import include, path

from .web import static_files

app_name = "returns"

urlpatterns = [
    path("static/<path:name>", static_files.serve, name="static"),
    path("console/", include("saleor_returns_plugin.console.urls")),
    path("", include("saleor_returns_plugin.portal.urls")),
]
