"""Ordinary pytest-django tests. ``--policycheck`` in pyproject.toml watches them; no test knows about it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client, TestCase


@pytest.mark.django_db
def test_landing(client: Client) -> None:
    assert client.get("/").status_code == 200


@pytest.mark.django_db
def test_reading_size(client: Client) -> None:
    response = client.get("/size/large", follow=True)
    assert response.redirect_chain == [("/", 302)]


@pytest.mark.django_db
def test_language(client: Client) -> None:
    assert client.post("/i18n/setlang/", {"language": "de", "next": "/"}).status_code == 302


class AdminTest(TestCase):
    def test_login_and_logout(self) -> None:
        User.objects.create_superuser("ada", "ada@example.org", "engine")
        assert self.client.get("/admin/login/").status_code == 200
        response = self.client.post(
            "/admin/login/?next=/admin/", {"username": "ada", "password": "engine"}, follow=True
        )
        self.assertContains(response, "Site administration")
        changed = self.client.post(
            "/admin/auth/user/add/",
            {"username": "grace", "password1": "c0b0l-1959", "password2": "c0b0l-1959", "usable_password": "true"},
        )
        assert changed.status_code == 302
        assert self.client.post("/admin/logout/").status_code == 200
