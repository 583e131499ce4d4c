"""The records that come in the box, as one table. A decoder is imported when a record of its kind is read."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from policycheck.consent.signals.signal import EVERY_CATEGORY, ConsentSignal, SignalReading
from policycheck.model.storage import StorageKind

_COOKIE, _LOCAL, _SESSION = StorageKind.COOKIE, StorageKind.LOCAL_STORAGE, StorageKind.SESSION_STORAGE
_ONE_ANSWER = {"consent": EVERY_CATEGORY}
# A category is granted when all of its purposes are. Without purpose 1 nothing may be stored, whatever else is granted.
# 5, 6, 10, 11 and the special features are of no category of ours, and stand for one of their own name.
_TCF_PURPOSES: dict[str, tuple[str, ...]] = {
    "purpose1": ("analytics", "marketing"),
    **dict.fromkeys(("purpose2", "purpose3", "purpose4"), ("marketing",)),
    **dict.fromkeys(("purpose7", "purpose8", "purpose9"), ("analytics",)),
    **dict.fromkeys(("purpose5", "purpose6", "purpose10", "purpose11", "specialFeature1", "specialFeature2"), ()),
}
_US_OPT_OUTS: dict[str, tuple[str, ...]] = dict.fromkeys(("sale", "sharing", "targetedAdvertising"), ("marketing",))


@dataclass(frozen=True, slots=True)
class LazyDecoder:
    """Decodes with the function ``decode`` of a module of this package, which it imports the first time."""

    module: str

    def __call__(self, value: str) -> SignalReading:
        """Read one stored value. Raises :class:`SignalError`."""
        reading: SignalReading = importlib.import_module(f"{__package__}.{self.module}").decode(value)
        return reading


def _signal(
    key: str,
    title: str,
    names: tuple[tuple[StorageKind, str], ...],
    source: str,
    categories: Mapping[str, str | tuple[str, ...]] | None = None,
) -> ConsentSignal:
    """One row, decoded by the module of its key. A key stands for the category of its own name too, if there is one."""
    mapped: dict[str, tuple[str, ...]] = {}
    for own, ours in (categories or {}).items():
        several = (ours,) if isinstance(ours, str) else ours
        mapped[own] = several if ours == EVERY_CATEGORY else tuple(dict.fromkeys((*several, own)))
    return ConsentSignal(key, title, names, LazyDecoder(key.replace("-", "_")), mapped, source)


@cache
def builtin_signals() -> tuple[ConsentSignal, ...]:
    """Every signal that comes in the box, sorted by key."""
    return tuple(sorted(_table(), key=lambda signal: signal.key))


def _table() -> tuple[ConsentSignal, ...]:
    return (
        _signal(
            "c15t",
            "c15t",
            ((_COOKIE, "c15t"), (_LOCAL, "c15t"), (_LOCAL, "privacy-consent-storage")),
            "https://github.com/c15t/c15t, packages/core/src/libs/cookie/serialization.ts, key-mapping.ts, storage.ts",
            {"functionality": "functional", "experience": "functional", "measurement": "analytics"},
        ),
        _signal(
            "cookiebot",
            "Cookiebot",
            ((_COOKIE, "CookieConsent"),),
            "https://www.cookiebot.com/en/developer/, and https://github.com/CybotAS/CookiebotWP, "
            "documentation/CookiebotAPI.md",
            {"preferences": "functional", "statistics": "analytics"},
        ),
        _signal(
            "didomi",
            "Didomi (didomi_token)",
            ((_COOKIE, "didomi_token"), (_LOCAL, "didomi_token")),
            "https://support.didomi.io/en/didomi-cookies-storage-1, and https://support.didomi.io/purposes",
            {
                "select_basic_ads": "marketing",
                "create_ads_profile": "marketing",
                "select_personalized_ads": "marketing",
                "measure_ad_performance": "marketing",
                "measure_content_performance": "analytics",
                "market_research": "analytics",
            },
        ),
        _signal(
            "django-cookie-consent",
            "django-cookie-consent",
            ((_COOKIE, "cookie_consent"),),
            "https://github.com/jazzband/django-cookie-consent, cookie_consent/util.py and processor.py (1.0.0)",
        ),
        _signal(
            "google-consent-mode",
            "Google consent mode (gcs, gcd)",
            (),  # a parameter of requests; nothing is stored
            "https://www.simoahava.com/analytics/consent-mode-v2-google-tags/",
            {
                "ad_storage": "marketing",
                "ad_user_data": "marketing",
                "ad_personalization": "marketing",
                "analytics_storage": "analytics",
            },
        ),
        _signal(
            "gpp",
            "IAB Global Privacy Platform",
            ((_COOKIE, "__gpp"), (_COOKIE, "IABGPP_HDR_GppString"), (_LOCAL, "IABGPP_HDR_GppString")),
            "https://github.com/InteractiveAdvertisingBureau/Global-Privacy-Platform, Core and Sections",
            {**_TCF_PURPOSES, **_US_OPT_OUTS},
        ),
        _signal(
            "klaro",
            "klaro",
            ((_COOKIE, "klaro"), (_LOCAL, "klaro"), (_SESSION, "klaro")),
            "https://github.com/kiprotect/klaro, src/consent-manager.js and src/stores.js",
        ),
        _signal(
            "onetrust",
            "OneTrust",
            ((_COOKIE, "OptanonConsent"), (_COOKIE, "OptanonAlertBoxClosed")),
            "https://my.onetrust.com/articles/en_US/Knowledge/UUID-2dc719a8-4be5-8d16-1dc8-c7b4147b88e0, and "
            "https://developer.onetrust.com/onetrust/docs/when-consent-changes (the groups)",
            {
                "C0001": "necessary",
                "C0002": "analytics",
                "C0003": "functional",
                "C0004": "marketing",
                "C0005": "marketing",
            },
        ),
        _signal(
            "osano-cookieconsent",
            "Osano cookieconsent (open source, v3)",
            ((_COOKIE, "cookieconsent_status"),),
            "https://github.com/osano/cookieconsent, src/cookieconsent.js",
            _ONE_ANSWER,
        ),
        _signal(
            "react-cookie-consent",
            "react-cookie-consent",
            ((_COOKIE, "CookieConsent"), (_COOKIE, "CookieConsent-legacy")),
            "https://github.com/Mastermindzh/react-cookie-consent, src/CookieConsent.tsx and CookieConsent.props.tsx",
            _ONE_ANSWER,
        ),
        _signal(
            "tarteaucitron",
            "tarteaucitron.js",
            ((_COOKIE, "tarteaucitron"),),
            "https://github.com/AmauriC/tarteaucitron.js, tarteaucitron.js (cookie.create)",
        ),
        _signal(
            "tcf",
            "IAB Transparency and Consent Framework",
            (
                (_COOKIE, "euconsent-v2"),
                (_COOKIE, "eupubconsent-v2"),  # OneTrust's name for it
                (_LOCAL, "euconsent-v2"),
                (_LOCAL, "IABTCF_TCString"),
            ),
            "https://github.com/InteractiveAdvertisingBureau/GDPR-Transparency-and-Consent-Framework, TCFv2/"
            "IAB Tech Lab - Consent string and vendor list formats v2.md",
            _TCF_PURPOSES,
        ),
        _signal(
            "usprivacy",
            "IAB US Privacy string",
            ((_COOKIE, "usprivacy"), (_LOCAL, "IABUSPrivacy_String")),
            "https://github.com/InteractiveAdvertisingBureau/USPrivacy, CCPA/US Privacy String.md",
            _US_OPT_OUTS,
        ),
        _signal(
            "vanilla-cookieconsent",
            "vanilla-cookieconsent v3 (orestbida/cookieconsent)",
            ((_COOKIE, "cc_cookie"), (_LOCAL, "cc_cookie")),
            "https://github.com/orestbida/cookieconsent, src/utils/cookies.js and localstorage.js",
            {
                "functionality": "functional",
                "preferences": "functional",
                "statistics": "analytics",
                "performance": "analytics",
                "measurement": "analytics",
                "ads": "marketing",
                "advertising": "marketing",
                "advertisement": "marketing",
                "targeting": "marketing",
            },
        ),
        _signal(
            "wagtail-tag-manager",
            "wagtail-tag-manager",
            ((_COOKIE, "wtm"),),
            "https://github.com/jberghoef/wagtail-tag-manager, src/wagtail_tag_manager/consent.py and utils.py (2.0.0)",
            {
                "preferences": "functional",
                "statistics": "analytics",
                "analytical": "analytics",
                "traceable": "marketing",
            },
        ),
    )
