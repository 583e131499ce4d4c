"""What the package's documentation asks for, and Secure on every cookie as ``check --deploy`` asks for."""

from __future__ import annotations

from pathlib import Path

SECRET_KEY = "only for this example"
ALLOWED_HOSTS = ["testserver"]
ROOT_URLCONF = "website.urls"
USE_TZ = True
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "cookie_consent"]
MIDDLEWARE = [
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "cookie_consent.middleware.CleanCookiesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
CSRF_COOKIE_SECURE = True
COOKIE_CONSENT_SECURE = True
