"""What the package's documentation asks for: its applications, both pieces of middleware, its own types of tags."""

from __future__ import annotations

import os
from pathlib import Path

SECRET_KEY = "only for this example"
ALLOWED_HOSTS = ["testserver"]
ROOT_URLCONF = "website.urls"
USE_TZ = True
STATIC_URL = "/static/"
WAGTAIL_SITE_NAME = "A site"
WAGTAILADMIN_BASE_URL = "https://testserver"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
INSTALLED_APPS = [
    "wagtail_modeladmin",
    "wagtail_tag_manager",
    "wagtail.contrib.settings",
    "wagtail.users",
    "wagtail.sites",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "wagtail_tag_manager.middleware.CookieConsentMiddleware",
    "wagtail_tag_manager.middleware.TagManagerMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_SECURE = True
if os.environ.get("ASK_FIRST"):  # no type of tag is "initial": each waits for a yes
    WTM_TAG_TYPES = {
        "necessary": ("Necessary", "required"),
        "preferences": ("Preferences", ""),
        "statistics": ("Statistics", ""),
        "marketing": ("Marketing", ""),
    }
