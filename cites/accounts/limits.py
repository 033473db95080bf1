"""How many tries a door gives. allauth counts them in the cache that all workers share; here is what it leaves out."""

from datetime import UTC
from ipaddress import IPv6Address, ip_address

from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.core.cache.backends.db import DatabaseCache
from django.db import connection
from django.http import HttpRequest

from cites.core import clock


def lift_lock(request: HttpRequest, email: str) -> None:
    """Whoever has just shown that the account is theirs may use their password again. Others' tries stay counted."""
    key = get_adapter()._get_login_attempts_cache_key(request, email=email)
    for rate in ratelimit.get_rates(app="allauth.account", action="login_failed"):
        if rate.per == "key":
            cache.delete(
                ratelimit.get_cache_key(request, app="allauth.account", action="login_failed", rate=rate, key=key)
            )


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
