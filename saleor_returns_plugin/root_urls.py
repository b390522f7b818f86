"""Saleor's URLs with ours in front; its last pattern may catch everything."""

from django.urls import include, path
from saleor.urls import urlpatterns as saleor_urlpatterns

from .web.slashes import add_slash

urlpatterns = [
    path("returns", add_slash),
    path("returns/", include("saleor_returns_plugin.urls")),
    *saleor_urlpatterns,
]
