"""How the portal looks and speaks."""

from django.db import models

from .base import Row


class ReturnPortal(Row):
    """Blank channel: the portal of every channel without its own row."""

    channel = models.CharField(max_length=250, blank=True, unique=True)
    name = models.CharField(max_length=200, blank=True)
    logo = models.ImageField(upload_to="returns", blank=True)
    colors = models.JSONField(default=dict, blank=True)
    domain = models.CharField(max_length=253, null=True, unique=True)
    welcome_text = models.TextField(blank=True)
    support_email = models.EmailField(blank=True)
    notify_exchange_orders = models.BooleanField(default=True)
    checkout_url = models.CharField(max_length=500, blank=True)
    show_vendor_names = models.BooleanField(default=True)
    sender_name = models.CharField(max_length=200, blank=True)
    merchant_emails = models.JSONField(default=list, blank=True)
    locales = models.JSONField(default=list, blank=True)
    footer_links = models.JSONField(default=list, blank=True)
    favicon = models.ImageField(upload_to="returns", blank=True)
    allowed_origins = models.JSONField(default=list, blank=True)
