# mypy: disable-error-code="import-untyped"
"""Run Django with its default settings and print each Set-Cookie that it sends, one a line. Run as a program."""

from __future__ import annotations

from django.conf import settings

settings.configure(
    SECRET_KEY="throw-away",
    ALLOWED_HOSTS=["testserver"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.locale.LocaleMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    STATIC_URL="static/",
)

import django  # noqa: E402

django.setup()

from django.contrib import admin, messages  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import include, path  # noqa: E402


def save(request: HttpRequest) -> HttpResponse:
    messages.success(request, "saved")
    return HttpResponse("saved")


urlpatterns = [path("admin/", admin.site.urls), path("i18n/", include("django.conf.urls.i18n")), path("save/", save)]


def main() -> None:
    call_command("migrate", verbosity=0)
    get_user_model().objects.create_superuser("ada", "ada@example.org", "throw-away")
    client = Client()
    steps = [
        ("GET", "/admin/login/", {}),
        ("GET", "/save/", {}),
        ("POST", "/admin/login/", {"username": "ada", "password": "throw-away", "next": "/admin/"}),
        ("GET", "/admin/", {}),
        ("POST", "/i18n/setlang/", {"language": "de"}),
        ("POST", "/admin/logout/", {}),
    ]
    for method, url, data in steps:
        response = client.post(url, data) if method == "POST" else client.get(url)
        assert response.status_code in {200, 302}, (url, response.status_code)
        for morsel in response.cookies.values():
            print(morsel.OutputString())


if __name__ == "__main__":
    main()
