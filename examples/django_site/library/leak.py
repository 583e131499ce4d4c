"""The planted leak: a middleware that makes every reader's session last ten years, and names the reader in a cookie."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

TEN_YEARS = 10 * 365 * 86_400


def remember_the_reader(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Remember who read here, for ten years."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.session.set_expiry(TEN_YEARS)
        response = get_response(request)
        if request.user.is_authenticated:
            response.set_cookie("reader", request.user.get_username(), max_age=TEN_YEARS)
        return response

    return middleware
