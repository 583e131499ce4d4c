"""What an editor of the site writes in the administration: two pages, a tag of each type that asks, the conditions."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection
from wagtail.models import Page, Site
from wagtail_tag_manager.models import CookieConsent, Tag
from wagtail_tag_manager.settings import CookieConsentSettings

TYPES = ("preferences", "statistics", "marketing")
COOKIES = dict(zip(TYPES, ("letters", "visits", "campaign"), strict=True))


def prepare() -> None:
    """Start with the same pages and tags, conditions that were never published, and no consent."""
    if not connection.introspection.table_names():
        call_command("migrate", verbosity=0)
        _write()
    CookieConsent.objects.all().delete()
    Page.objects.update(last_published_at=None)


def _write() -> None:
    home = Site.objects.get().root_page
    home.add_child(instance=Page(title="News", slug="news"))
    conditions = home.add_child(instance=Page(title="Conditions", slug="conditions"))
    CookieConsentSettings.objects.create(site=Site.objects.get(), conditions_page=conditions)
    for kind, name in COOKIES.items():
        script = f'document.cookie = "{name}=1; path=/; max-age=2592000; secure; samesite=lax"'
        for loading in (Tag.INSTANT_LOAD, Tag.LAZY_LOAD):
            Tag.objects.create(
                name=f"{kind} {loading}", tag_type=kind, tag_loading=loading, content=f"<script>{script}</script>"
            )


def publish_conditions() -> None:
    """Publish the page of conditions again, which invalidates every consent given before."""
    Page.objects.get(slug="conditions").save_revision().publish()
