"""Reports for the tests of the HTML page: as they come, with many findings, and with names that want to break it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from policycheck.model.finding import Finding, Location, Severity, Waiver
from policycheck.model.report import (
    ConsentReach,
    Coverage,
    DeclaredItem,
    Event,
    JourneyLog,
    NotEvaluated,
    Report,
    RuleInfo,
)
from policycheck.model.storage import Operation, StorageKind

TEST = "tests/test_shop.py::test_landing"
PAGE = """# CON001 stored-before-consent

## What it checks
Something was stored that needs `consent`, **early**:
- a cookie
- or an entry,
  of storage

| prefix | promises |
|---|---|
| `__Host-` | no Domain |

```yaml
kind: <cookie>
```

See [the guide](../guide.md) and [the law](https://law.example/5).
"""
EARLY = Finding(
    "CON001",
    "stored-before-consent",
    Severity.ERROR,
    "_ga",
    StorageKind.COOKIE,
    "(analytics) was stored before consent",
    "GET /  ->  Set-Cookie, header 2 of 3",
    TEST,
    "no 'analytics' storage while consent is unset",
    "_ga=<27 bytes>; Max-Age=63072000; Path=/",
    "set it after the visitor grants 'analytics'",
    "ePrivacy Directive Art. 5(3).",
    Location("catalogue.yaml", 41),
    source=Location("tests/test_shop.py", 12),
    entry="cookie:_ga",
    count=3,
)
UNDECLARED = replace(
    EARLY, code="INV001", name="undeclared-item", subject="campaign", message="is not declared", entry="", count=1
)
LATE = replace(
    EARLY,
    code="RET001",
    name="exceeds-declared-retention",
    severity=Severity.WARNING,
    message="lives too long",
    count=1,
)
STALE = Finding(
    "INV004",
    "declared-never-observed",
    Severity.NOTE,
    "theme",
    StorageKind.LOCAL_STORAGE,
    "was never observed",
    "catalogue.yaml:50",
    location=Location("catalogue.yaml", 50),
    entry="localStorage:theme",
)
WAIVER = Waiver(
    ("CON001",), "_gid", "Goes in spring, SHOP-321.", "web team", date(2027, 3, 31), Location("pyproject.toml", 9)
)
WAIVED = replace(EARLY, subject="_gid", entry="cookie:_gid", waiver=WAIVER)
KNOWN = replace(UNDECLARED, subject="old", known=True, since=date(2026, 5, 1))
ITEMS = (
    DeclaredItem("cookie:_ga", StorageKind.COOKIE, "_ga", ("analytics",), "Google", "2 years", EARLY.location),
    DeclaredItem("cookie:_gid", StorageKind.COOKIE, "_gid", ("analytics",), "Google", "1 day"),
    DeclaredItem("localStorage:theme", StorageKind.LOCAL_STORAGE, "theme", ("necessary",), "", "persistent"),
)
EVENTS = (
    Event(1e9, Operation.STORE, StorageKind.COOKIE, "_ga", "_ga", ("analytics",), "unset", "GET /", "730 days", "", ("CON001", "RET001")),
    Event(1e9 + 0.25, Operation.STORE, StorageKind.COOKIE, "campaign", None, (), "unset", "GET /", "session", "", ("INV001",)),
    Event(1e9 + 9, Operation.ACCESS, StorageKind.LOCAL_STORAGE, "theme", "theme", ("necessary",), "analytics=granted, else unset", "/", ""),
    Event(1e9 + 200, Operation.STORE, StorageKind.COOKIE, "_ga_1", "_ga", ("analytics",), "analytics=granted, else unset", "GET /", "", "domain-mismatch"),
    Event(1e9 + 90_000, Operation.DELETE, StorageKind.COOKIE, "_ga", "_ga", ("analytics",), "analytics=withdrawn, else unset, gpc", "POST /consent", ""),
)  # fmt: skip
SHOP = Report(
    "catalogue.yaml",
    (EARLY, UNDECLARED, LATE, STALE, WAIVED, KNOWN),
    (NotEvaluated("CON009", "_ga", "the entry does not say"), NotEvaluated("CON009", "_gid", "the entry does not say")),
    Coverage(("cookie:_ga", "cookie:_gid", "localStorage:theme"), frozenset({"cookie:_ga", "cookie:_gid"}), ITEMS),
    12,
    31,
    ("the profile EU-PREVIEW is a preview",),
    (
        ConsentReach(
            ("ads", "analytics"),
            frozenset({"ads=granted"}),
            frozenset({"withdraw from granted"}),
            frozenset({"silence-is-refusal"}),
            2,
            9,
        ),
    ),
    4,
    (
        RuleInfo("CON001", "stored-before-consent", Severity.ERROR, "ePrivacy Directive Art. 5(3).", PAGE),
        RuleInfo("RET001", "exceeds-declared-retention", Severity.WARNING),
    ),
    (JourneyLog("tests/test_shop.py::test_quiet", EVENTS[2:3]), JourneyLog(TEST, EVENTS, 7)),
)
HOSTILE = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "</style><style>*{display:none}",
    "\"' onmouseover=alert(1) x=\"'",
    "\u202eevil\u2066txt\u200e",
    "a\x00b\x1b[31mc\r\nd\x9b",
    "lone\ud800",
    "\U0001f375\U0001f469\u200d\U0001f467",
    "\u05e9\u05dc\u05d5\u05dd_\u0645\u0631\u062d\u0628\u0627 123",
    "n" * 4096,
    "",
    "--><!--]]>",
    "&amp;&lt;",
    "javascript:alert(1)",
    "[x](javascript:alert(1))",
)


def hostile() -> Report:
    """A report in which each text is one that wants to be more than text."""
    found, items, events = [], [], []
    for number, text in enumerate(HOSTILE):
        place = Location(text, number)
        waiver = Waiver((text,), text, text, text, date(2027, 1, 1), place) if number % 5 == 4 else None
        found.append(
            Finding(
                f"HOS00{number % 3}", text, tuple(Severity)[number % 3], text, StorageKind.COOKIE, text, text, text,
                text, text, text, text, place, waiver, str(number), 2, text, source=place, entry=f"cookie:{text}",
            )
        )  # fmt: skip
        items.append(DeclaredItem(f"cookie:{text}", StorageKind.COOKIE, text, (text,), text, text, place))
        events.append(
            Event(
                number, tuple(Operation)[number % 3], StorageKind.COOKIE, text, text, (text,), text, text, text,
                text * (number % 2), (f"HOS00{number % 3}", text),
            )
        )  # fmt: skip
    return Report(
        HOSTILE[0],
        tuple(found),
        tuple(NotEvaluated(text, text, text, text) for text in HOSTILE),
        Coverage(tuple(item.key for item in items), frozenset({items[0].key}), tuple(items)),
        1,
        1,
        HOSTILE,
        (ConsentReach(HOSTILE[:2], frozenset(HOSTILE), frozenset(HOSTILE), frozenset(HOSTILE)),),
        0,
        tuple(RuleInfo(f"HOS00{n}", HOSTILE[n], Severity.ERROR, HOSTILE[n], "\n\n- ".join(HOSTILE)) for n in range(3)),
        tuple(JourneyLog(text, tuple(events[number % 5 :: 5])) for number, text in enumerate(HOSTILE)),
        HOSTILE[1],
        sources="javascript:alert(1)//",
    )


def many(findings: int, events: int) -> Report:
    """A report of a big suite."""
    base = (EARLY, LATE, UNDECLARED, STALE)
    found = tuple(
        replace(base[number % 4], subject=f"{base[number % 4].subject}_{number:04}", known=number % 11 == 0)
        for number in range(findings)
    )
    states = ("unset", "analytics=granted, else unset", "analytics=withdrawn, else unset")
    logs = tuple(
        JourneyLog(
            f"tests/test_{number}.py::test",
            tuple(
                replace(
                    EVENTS[0],
                    time=EVENTS[0].time + step,
                    name=found[(number * 100 + step) % findings].subject,
                    consent=states[step // 40],
                    codes=("CON001",) if step % 12 == 0 else (),
                )
                for step in range(100)
            ),
        )
        for number in range(events // 100)
    )
    return replace(SHOP, findings=found, journeys=logs)
