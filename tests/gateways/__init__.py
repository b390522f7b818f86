"""Gateways that do what a test tells them to, as real plugins and apps of the host.

`scriptable.ScriptableGateway` takes payments of the old kind on every host; `payment_app` is an
app of 3.x that listens over HTTP. Both keep books of what they moved, so that a test can say
"the money moved once" whatever Saleor or the plugin believe, and whichever process asked.

In a test, or in a conftest of its folder:

    from tests.gateways.fixtures import payment_app, scriptable  # noqa: F401
"""
