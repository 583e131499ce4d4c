"""What an administrator of the site writes into the package's tables."""

from __future__ import annotations

from itertools import count

from cookie_consent.cache import delete_cache
from cookie_consent.models import Cookie, CookieGroup
from django.core.management import call_command
from django.db import connection

GROUPS = ("analytics", "social")
_numbers = count(1)


def prepare() -> None:
    """Start with empty tables, and declare the groups of cookies and the cookies of each."""
    if not connection.introspection.table_names():
        call_command("migrate", verbosity=0)
    CookieGroup.objects.all().delete()
    required = CookieGroup.objects.create(varname="required", name="Required", is_required=True, is_deletable=False)
    analytics = CookieGroup.objects.create(varname="analytics", name="Statistics")
    social = CookieGroup.objects.create(varname="social", name="Social media")
    for group, name, path in (
        (required, "csrftoken", "/"),
        (required, "cookie_consent", "/"),
        (analytics, "visits", "/"),
        (social, "shared", "/news/"),
    ):
        Cookie.objects.create(cookiegroup=group, name=name, path=path)
    delete_cache()


def add_cookies() -> None:
    """Declare another cookie in each group, which is how consent is asked for anew."""
    number = next(_numbers)
    for group in CookieGroup.objects.filter(varname__in=GROUPS):
        Cookie.objects.create(cookiegroup=group, name=f"new{number}")
