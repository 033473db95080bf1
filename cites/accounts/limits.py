"""How many tries a door gives. allauth counts them in the cache that all workers share; here is what it leaves out."""

from collections.abc import Callable
from datetime import UTC
from functools import wraps
from ipaddress import IPv6Address, ip_address

from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.core.cache.backends.db import DatabaseCache
from django.db import connection
from django.http import HttpRequest, HttpResponse

from cites.core import clock, error_pages

View = Callable[..., HttpResponse]
UPLOAD_WAIT_SECONDS = 600


def lift_lock(request: HttpRequest, email: str) -> None:
    """Whoever has just shown that the account is theirs may use their password again. Others' tries stay counted."""
    key = get_adapter()._get_login_attempts_cache_key(request, email=email)
    for rate in ratelimit.get_rates(app="allauth.account", action="login_failed"):
        if rate.per == "key":
            cache.delete(
                ratelimit.get_cache_key(request, app="allauth.account", action="login_failed", rate=rate, key=key)
            )


def uploads_counted(view: View) -> View:
    """A file is read whole before it is refused: a person sends so many of them an hour, kept or not."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.FILES and not ratelimit.consume(request, app="allauth.account", action="upload"):
            return error_pages.too_many(request, UPLOAD_WAIT_SECONDS)
        return view(request, *args, **kwargs)

    return wrapper


def one_visitor(ip: str) -> str:
    """An IPv4 address that arrives through a socket for both kinds, as itself: else all of them would be one."""
    address = ip_address(ip)
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def purge_counters() -> int:
    """Counters that have run out leave the cache's table, which is only emptied by itself when it is full."""
    if not isinstance(cache, DatabaseCache):
        return 0
    with connection.cursor() as cursor:
        cache._cull(connection.alias, cursor, clock.now().astimezone(UTC), 0)  # type: ignore[attr-defined]
        return int(cursor.rowcount)
