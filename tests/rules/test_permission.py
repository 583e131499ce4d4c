"""What the visitor's choice allows, and the one cause and law that speak where it does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from policycheck.catalogue.entries import Catalogue, ConsentTerms
from policycheck.consent.laws import LawName
from policycheck.model.consent import UNSET, Choice, ConsentState, ConsentStatus, Lapse
from policycheck.model.lifetime import DAY, parse_retention
from policycheck.model.profile import ChoiceKind, Confidence, ConsentModel, Figure, GpcTerms, Profile
from policycheck.rules.permission import Blocked, Cause, allows, blocked, forbids, holding, lapse_of
from policycheck.rules.rule import Context

U, G, R, W = UNSET, UNSET.grant(), UNSET.refuse(), UNSET.grant().withdraw()
NOW = 1_700_000_000.0
EXPIRED = Choice(ConsentStatus.GRANTED, lapsed=Lapse.EXPIRED)
SIGNAL = GpcTerms(("marketing",), "law", "https://law.example", Confidence.A)


@pytest.fixture
def catalogue(kit: Any) -> Any:
    return kit.make_catalogue(
        {
            "features": {"on": {"title": "On"}, "off": {"title": "Off", "default": "off"}},
            "items": [
                {"name": name, "kind": "cookie", "retention": "session", "uses": uses}
                for name, uses in {
                    "needs": [{"category": "marketing"}],
                    "exempt": [{"category": "marketing", "exemption": "security"}],
                    "necessary": [{"category": "necessary"}],
                    "off": [{"category": "necessary", "feature": "off"}],
                    "on": [{"category": "marketing", "feature": "on"}],
                    "two": [{"category": "marketing"}, {"category": "analytics"}, {"category": "marketing"}],
                    "switched off": [{"category": "marketing", "feature": "off"}],
                }.items()
            ],
        }
    )


@pytest.mark.parametrize(
    ("index", "allowed"),
    [
        (0, [False, True, False, False]),
        (1, [True] * 4),
        (2, [True] * 4),
        (3, [False] * 4),
        (4, [False, True, False, False]),
    ],
)
def test_allows(catalogue: Catalogue, index: int, allowed: list[bool]) -> None:
    use, context = catalogue.items[index].uses[0], Context(catalogue)
    assert [allows(use, consent, context, NOW) for consent in (U, G, R, W)] == allowed


@pytest.mark.parametrize(
    ("index", "consent", "found"),
    [
        (0, U, Blocked(Cause.UNSET, ("marketing",), LawName.SILENCE_IS_REFUSAL)),
        (0, G, None),
        (0, R, Blocked(Cause.REFUSED, ("marketing",), LawName.REFUSAL_STORES_NOTHING)),
        (0, W, Blocked(Cause.WITHDRAWN, ("marketing",), LawName.WITHDRAWAL_STOPS)),
        (1, R, None),
        (2, R, None),
        (3, R, None),
        (4, U, Blocked(Cause.UNSET, ("marketing",), LawName.SILENCE_IS_REFUSAL)),
        (5, U, Blocked(Cause.UNSET, ("marketing", "analytics"), LawName.SILENCE_IS_REFUSAL)),
        (5, UNSET.grant("analytics"), None),
        (5, UNSET.refuse("analytics"), Blocked(Cause.REFUSED, ("analytics",), LawName.REFUSAL_STORES_NOTHING)),
        (
            5,
            UNSET.refuse("analytics").withdraw("marketing"),
            Blocked(Cause.WITHDRAWN, ("marketing",), LawName.WITHDRAWAL_STOPS),
        ),
        (6, U, Blocked(Cause.UNSET, ("marketing",), LawName.SILENCE_IS_REFUSAL)),
        (6, G, None),
    ],
)
def test_blocked(catalogue: Catalogue, index: int, consent: ConsentState, found: Blocked | None) -> None:
    assert blocked(catalogue.items[index], consent, Context(catalogue), NOW) == found


@pytest.mark.parametrize(
    ("consent", "law"),
    [
        (U.grant("analytics"), LawName.GRANT_IS_SPECIFIC),
        (U.grant("analytics").refuse("marketing"), LawName.GRANT_IS_SPECIFIC),
        (U.grant("analytics").withdraw("marketing"), LawName.WITHDRAWAL_STOPS),
        (U.grant("functional"), LawName.SILENCE_IS_REFUSAL),
        (U.grant("of another page"), LawName.GRANT_IS_SPECIFIC),
        (G.refuse("marketing"), LawName.GRANT_IS_SPECIFIC),
        (U.grant("necessary").refuse("marketing", "analytics"), LawName.REFUSAL_STORES_NOTHING),
        (replace(U.grant("analytics"), choices={"analytics": EXPIRED}), LawName.SILENCE_IS_REFUSAL),
    ],
)
def test_a_grant_to_another_category(catalogue: Catalogue, consent: ConsentState, law: LawName) -> None:
    declared = replace(
        catalogue,
        categories={
            **catalogue.categories,
            "functional": replace(catalogue.categories["necessary"], key="functional"),
        },
    )
    found = blocked(catalogue.items[0], consent, Context(declared), NOW)
    assert found is not None
    assert found.law == law


def test_the_heaviest_cause_speaks(catalogue: Catalogue) -> None:
    order = ["withdrawn", "refused", "gpc", "expired", "revised", "unset"]
    assert [cause.value for cause in Cause] == order
    assert [cause.status.value for cause in Cause] == ["withdrawn", "refused", "unset", "unset", "unset", "unset"]


def test_status_of_what_is_blocked() -> None:
    assert Blocked(Cause.EXPIRED, ("a",), LawName.EXPIRY_RETURNS_TO_UNSET).status is ConsentStatus.UNSET
    assert Blocked(Cause.REFUSED, ("a",), LawName.REFUSAL_STORES_NOTHING).status is ConsentStatus.REFUSED


def _figure(text: str) -> Figure:
    return Figure(parse_retention(text), "law", "https://law.example", Confidence.A)


@pytest.mark.parametrize(
    ("model", "gpc", "causes"),
    [
        # unset, granted, refused, withdrawn: without the signal, then with it
        (ConsentModel.OPT_IN, None, ["unset", None, "refused", "withdrawn"] * 2),
        (ConsentModel.OPT_IN, SIGNAL, ["unset", None, "refused", "withdrawn", "gpc", None, "refused", "withdrawn"]),
        (ConsentModel.OPT_OUT, None, [None, None, "refused", "withdrawn"] * 2),
        (ConsentModel.OPT_OUT, SIGNAL, [None, None, "refused", "withdrawn", "gpc", None, "refused", "withdrawn"]),
    ],
)
def test_profiles(catalogue: Catalogue, model: ConsentModel, gpc: GpcTerms | None, causes: list[str | None]) -> None:
    context = Context(catalogue, profile=Profile("X", "X", model=model, gpc=gpc))
    states = [replace(consent, gpc=signal) for signal in (False, True) for consent in (U, G, R, W)]
    assert [forbids("marketing", consent, context, NOW) for consent in states] == causes
    silent = "unset" if model is ConsentModel.OPT_IN else None
    assert forbids("analytics", replace(U, gpc=True), context, NOW) == silent, "the profile ties another category"


def _with(choice: Choice, *, gpc: bool = False) -> ConsentState:
    status = ConsentStatus.UNSET if choice.lapsed else choice.status
    return ConsentState({"marketing": status}, gpc=gpc, choices={"marketing": choice})


@pytest.mark.parametrize(
    ("choice", "cause"),
    [
        (Choice(ConsentStatus.GRANTED, NOW - 184 * DAY), None),
        (Choice(ConsentStatus.GRANTED, NOW - 184 * DAY - 1), "expired"),
        (Choice(ConsentStatus.REFUSED, NOW - 400 * DAY), "refused"),
        (Choice(ConsentStatus.WITHDRAWN, NOW - 400 * DAY), "withdrawn"),
        (Choice(ConsentStatus.GRANTED), None),
        (Choice(ConsentStatus.GRANTED, version="1"), None),
        (Choice(ConsentStatus.GRANTED, version="0"), "revised"),
        (Choice(ConsentStatus.GRANTED, NOW - 400 * DAY, version="0"), "revised"),
        (Choice(ConsentStatus.GRANTED, lapsed=Lapse.EXPIRED), "expired"),
        (Choice(ConsentStatus.GRANTED, lapsed=Lapse.REVISED, version="1"), "revised"),
        (Choice(ConsentStatus.GRANTED, NOW, "0", lapsed=Lapse.EXPIRED), "expired"),
        (Choice(ConsentStatus.REFUSED, lapsed=Lapse.EXPIRED), "unset"),
        (Choice(ConsentStatus.WITHDRAWN, lapsed=Lapse.REVISED), "unset"),
    ],
)
def test_choices_that_lapse(catalogue: Catalogue, choice: Choice, cause: str | None) -> None:
    terms = ConsentTerms(validity=parse_retention("6 months"))
    context = Context(replace(catalogue, consent=terms))
    assert forbids("marketing", _with(choice), context, NOW) == cause


def test_how_long_a_choice_counts(catalogue: Catalogue) -> None:
    old = Choice(ConsentStatus.GRANTED, NOW - 10 * DAY)

    def lapse(validity: str | None, at_most: str | None, tolerance: float = 0) -> str | None:
        terms = ConsentTerms(validity=parse_retention(validity) if validity else None)
        profile = Profile("X", "X", choice_kept_at_most=_figure(at_most) if at_most else None)
        return lapse_of(old, Context(replace(catalogue, consent=terms), tolerance, profile), NOW)

    assert lapse(None, None) is None
    assert lapse("10 days", None) is None
    assert lapse("9 days", None) == "expired"
    assert lapse("9 days", None, tolerance=DAY) is None
    assert lapse("9 days", None, tolerance=DAY - 1) == "expired"
    assert lapse(None, "9 days") == "expired"
    assert lapse("11 days", "9 days") is None, "the catalogue says it"
    assert lapse("persistent", None) is None
    assert lapse("session", None) is None, "no length of time"
    assert lapse_of(old, Context(catalogue), NOW) is None


@pytest.mark.parametrize(("kind", "lapsing"), [("any", "granted refused withdrawn"), ("consent", "granted")])
def test_a_figure_on_consent_lets_no_refusal_lapse(catalogue: Catalogue, kind: str, lapsing: str) -> None:
    figure = replace(_figure("9 days"), choice=ChoiceKind(kind))
    context = Context(catalogue, profile=Profile("X", "X", choice_kept_at_most=figure))
    for status in set(ConsentStatus) - {ConsentStatus.UNSET}:
        lapse = lapse_of(Choice(status, NOW - 10 * DAY), context, NOW)
        assert (lapse is Lapse.EXPIRED) is (status in lapsing.split())


def test_what_is_permitted_depends_on_when_the_choice_was_made(catalogue: Catalogue) -> None:
    context = Context(replace(catalogue, consent=ConsentTerms(validity=parse_retention("9 days"))))
    old = UNSET.grant("marketing")
    old = replace(old, choices={"marketing": Choice(ConsentStatus.GRANTED, NOW - 10 * DAY)})
    assert allows(catalogue.items[0].uses[0], old, context, NOW - DAY)
    assert not allows(catalogue.items[0].uses[0], old, context, NOW)
    another = UNSET.grant("analytics").refuse("marketing")
    another = replace(another, choices={"analytics": Choice(ConsentStatus.GRANTED, NOW - 10 * DAY)})
    laws = [blocked(catalogue.items[0], another, context, time) for time in (NOW - DAY, NOW)]
    assert [law and law.law for law in laws] == [LawName.GRANT_IS_SPECIFIC, LawName.REFUSAL_STORES_NOTHING]


def test_what_holds(catalogue: Catalogue) -> None:
    context = Context(catalogue)
    assert holding(U, context, NOW) == {}
    assert set(holding(G, context, NOW)) == {"functional", "analytics", "marketing"} & set(catalogue.categories)
    state = U.grant("analytics", "own").refuse("marketing").withdraw("functional")
    lapsed = replace(state, choices={"analytics": EXPIRED, "marketing": Choice(ConsentStatus.REFUSED, NOW)})
    assert holding(lapsed, context, NOW) == {"own": "granted", "marketing": "refused", "functional": "withdrawn"}
    assert holding(U.with_status(ConsentStatus.UNSET, "own"), context, NOW) == {}


def test_a_catalogue_without_a_version(catalogue: Catalogue) -> None:
    choice = Choice(ConsentStatus.GRANTED, version="0")
    assert lapse_of(choice, Context(replace(catalogue, version="")), NOW) is None


def test_what_lapsed_and_what_permits_all_the_same(catalogue: Catalogue) -> None:
    lapsed = Choice(ConsentStatus.GRANTED, lapsed=Lapse.EXPIRED)
    opt_out = Context(catalogue, profile=Profile("X", "X", model=ConsentModel.OPT_OUT, gpc=SIGNAL))
    assert forbids("marketing", _with(lapsed), opt_out, NOW) is None
    assert forbids("marketing", _with(lapsed, gpc=True), opt_out, NOW) == "gpc"
    opt_in = Context(catalogue, profile=Profile("X", "X", gpc=SIGNAL))
    assert forbids("marketing", _with(lapsed, gpc=True), opt_in, NOW) == "gpc"


def test_laws_of_what_lapsed(catalogue: Catalogue) -> None:
    def law(lapse: Lapse) -> LawName | None:
        state = _with(Choice(ConsentStatus.GRANTED, lapsed=lapse)).grant("analytics")
        found = blocked(catalogue.items[0], state, Context(catalogue), NOW)
        return found.law if found is not None else None

    assert law(Lapse.EXPIRED) is LawName.EXPIRY_RETURNS_TO_UNSET
    assert law(Lapse.REVISED) is LawName.REVISION_RETURNS_TO_UNSET


def test_a_version_that_differs_and_an_old_time_with_the_item_of_two(catalogue: Catalogue) -> None:
    choices = {
        "marketing": Choice(ConsentStatus.GRANTED, version="0"),
        "analytics": Choice(ConsentStatus.GRANTED, lapsed=Lapse.EXPIRED),
    }
    state = ConsentState({"marketing": ConsentStatus.GRANTED}, choices=choices)
    found = blocked(catalogue.items[5], state, Context(catalogue), NOW)
    assert found == Blocked(Cause.EXPIRED, ("analytics",), LawName.EXPIRY_RETURNS_TO_UNSET)
