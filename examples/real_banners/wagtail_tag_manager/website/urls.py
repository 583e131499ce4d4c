"""The package's views under /wtm/, and pages of Wagtail."""

from __future__ import annotations

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail_tag_manager import urls as wtm_urls

urlpatterns = [path("wtm/", include(wtm_urls)), path("", include(wagtail_urls))]
