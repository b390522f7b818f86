"""From where a request comes, as throttling needs to know it."""

from django.http import HttpRequest

from ..conf import setting


def client_address(request: HttpRequest) -> str:
    """The peer's address, or what the nearest of the store's own proxies wrote of it.

    RETURNS_TRUSTED_PROXIES is how many proxies stand in front; 0 believes no header, because
    anybody can send X-Forwarded-For.
    """
    peer = str(request.META.get("REMOTE_ADDR") or "")
    proxies = setting("RETURNS_TRUSTED_PROXIES")
    if not proxies:
        return peer
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    hops = [hop for hop in hops if hop]
    return hops[-proxies] if len(hops) >= proxies else peer
