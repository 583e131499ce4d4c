"""Pages of the library's site."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import include, path

ONE_YEAR = 365 * 86_400


def landing(request: HttpRequest) -> HttpResponse:
    """The first page."""
    return HttpResponse(
        f"<h1>Library</h1><p style='font-size:{request.COOKIES.get('reading_size', 'medium')}'>Welcome.</p>"
    )


def reading_size(request: HttpRequest, size: str) -> HttpResponse:
    """Keep the letter size that the reader asked for."""
    response = HttpResponseRedirect("/")
    response.set_cookie("reading_size", size, max_age=ONE_YEAR, samesite="Lax")
    return response


urlpatterns = [
    path("", landing),
    path("size/<slug:size>", reading_size),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
]
