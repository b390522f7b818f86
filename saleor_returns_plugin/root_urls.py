"""Saleor's URLs with ours in front; its last pattern may catch everything."""

from django.urls import include, path
from saleor.urls import urlpatterns as saleor_urlpatterns

urlpatterns = [path("returns/", include("saleor_returns_plugin.urls")), *saleor_urlpatterns]
