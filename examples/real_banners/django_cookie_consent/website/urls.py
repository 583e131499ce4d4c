"""Two pages that store what was agreed to, and the package's own views under /cookies/."""

from __future__ import annotations

from cookie_consent.util import get_cookie_value_from_request
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

MONTH = 30 * 24 * 3600


def front(request: HttpRequest) -> HttpResponse:
    response = render(request, "page.html")
    if get_cookie_value_from_request(request, "analytics") is True:
        count = int(request.COOKIES.get("visits", "0")) + 1
        response.set_cookie("visits", str(count), max_age=MONTH, secure=True)
    return response


def news(request: HttpRequest) -> HttpResponse:
    response = front(request)
    if get_cookie_value_from_request(request, "social") is True:
        response.set_cookie("shared", "none", max_age=MONTH, secure=True, path="/news/")
    return response


urlpatterns = [path("", front), path("news/", news), path("cookies/", include("cookie_consent.urls"))]
