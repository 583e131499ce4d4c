from pathlib import Path

import pytest

import policycheck

CATALOGUE = Path(__file__).parent.parent / "catalogue.yaml"


@pytest.mark.parametrize(
    ("header", "codes"),
    [
        ("shop_basket=1; Max-Age=172800; Secure; SameSite=Lax", []),
        ("visits=1; Secure; SameSite=Lax", ["SHP001"]),
        ("other=1; Secure; SameSite=Lax", ["INV001"]),
    ],
)
def test_foreign_name(header, codes):
    exchange = policycheck.HttpExchange("GET", "https://shop.example/", 200, (header,))
    report = policycheck.check([exchange], policycheck.load_catalogue(CATALOGUE))
    assert [found.code for found in report.findings if found.severity == "error"] == codes
