"""The many ways in which a Set-Cookie header can say one thing: letter case, order, blanks, forms of a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from hypothesis import strategies as st

from policycheck.model.cookie import SameSite

LAST_MOMENT = 253_402_300_799
"""The end of the year 9999 in epoch seconds: no later date can be written."""
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Cookie:
    """What a header is to say. ``seconds`` is its lifetime (None: till the end of the session).

    ``extra`` are attributes that follow the others as they stand.
    """

    name: str
    value: str
    seconds: int | None = None
    secure: bool = False
    http_only: bool = False
    same_site: SameSite | None = None
    partitioned: bool = False
    domain: str | None = None
    path: str | None = None
    extra: tuple[str, ...] = ()


@st.composite
def spelled(draw: st.DrawFn, cookie: Cookie, sent: int) -> str:
    """One header that says what ``cookie`` says when it is sent at ``sent`` (epoch seconds)."""
    attributes = [*draw(_ends(cookie.seconds, sent))]
    if cookie.path is not None:
        attributes.append(("Path", cookie.path))
    if cookie.domain is not None:
        attributes.append(("Domain", draw(st.sampled_from(["", "."])) + draw(_cased(cookie.domain))))
    if cookie.same_site is not None:
        attributes.append(("SameSite", draw(_cased(cookie.same_site))))
    flags = {"Secure": cookie.secure, "HttpOnly": cookie.http_only, "Partitioned": cookie.partitioned}
    attributes += [(name, None) for name, said in flags.items() if said]
    written = [draw(_written(name, value)) for name, value in draw(st.permutations(attributes))]
    between = draw(st.sampled_from(["; ", ";", " ; ", ";\t"]))
    end = draw(st.sampled_from(["", ";"]))
    return between.join([f"{cookie.name}={cookie.value}", *written, *cookie.extra]) + end


def _cased(word: str) -> st.SearchStrategy[str]:
    return st.sampled_from([word, word.lower(), word.upper()])


@st.composite
def _written(draw: st.DrawFn, name: str, value: str | None) -> str:
    label = draw(_cased(name))
    return label if value is None else label + draw(st.sampled_from(["=", " = "])) + value


@st.composite
def _ends(draw: st.DrawFn, seconds: int | None, sent: int) -> list[tuple[str, str | None]]:
    """Max-Age, Expires or both; where both stand, Max-Age counts, so that Expires may say anything."""
    if seconds is None:
        return []
    max_age = ("Max-Age", "0" * draw(st.sampled_from([0, 0, 2])) + str(seconds))
    form = (
        "max-age"
        if sent + seconds > LAST_MOMENT
        else draw(st.sampled_from(["max-age", "expires", "both", "contradicting"]))
    )
    if form == "max-age":
        return [max_age]
    other = draw(st.sampled_from([0, sent + 10 * seconds])) if form == "contradicting" else sent + seconds
    expires = ("Expires", draw(dates(min(other, LAST_MOMENT))))
    return [expires] if form == "expires" else [max_age, expires]


def dates(moment: int) -> st.SearchStrategy[str]:
    """The forms in which servers write a moment (epoch seconds), each of which RFC 6265bis, 5.1.1, reads as that.

    Those of RFC 9110, 5.6.7, Netscape's with dashes, and shorter ones.
    """
    when = datetime.fromtimestamp(moment, tz=UTC)
    day, month, time = _DAYS[when.weekday()], _MONTHS[when.month - 1], f"{when:%H:%M:%S}"
    year = f"{when.year:04d}"
    forms = [
        f"{day[:3]}, {when.day:02d} {month} {year} {time} GMT",
        f"{day[:3]}, {when.day:02d}-{month}-{year} {time} GMT",
        f"{day[:3]} {month} {when.day:2d} {time} {year}",
        f"{when.day} {month} {year} {time}",
        f"{day[:3]}, {when.day:02d} {month.lower()} {year} {time} gmt",
    ]
    if 1970 <= when.year < 2070:
        forms.append(f"{day}, {when.day:02d}-{month}-{year[2:]} {time} GMT")
    return st.sampled_from(forms)
