from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from policycheck.testing import strategies as pst
from policycheck.testing.strategies.spelling import LAST_MOMENT, Cookie, dates, spelled
from policycheck.wire import parse_cookie_date, parse_set_cookie

COOKIES = st.builds(
    Cookie,
    st.just("a"),
    st.just("1"),
    st.none() | st.integers(1, 10**9) | st.just(10**14),
    st.booleans(),
    st.booleans(),
    st.sampled_from([None, "Lax", "Strict", "None"]),
    st.booleans(),
    st.sampled_from([None, "shop.example"]),
    st.sampled_from([None, "/", "/a/b"]),
)


@settings(max_examples=100, deadline=None)
@given(st.data(), st.integers(0, LAST_MOMENT))
def test_every_form_of_a_date_is_read_as_the_same_moment(data: st.DataObject, moment: int) -> None:
    assert parse_cookie_date(data.draw(dates(moment))) == moment


@settings(max_examples=150, deadline=None)
@given(st.data(), COOKIES)
def test_every_spelling_is_read_as_what_it_says(data: st.DataObject, cookie: Cookie) -> None:
    read = parse_set_cookie(data.draw(spelled(cookie, pst.SENT)))
    expiry = read.expiry_time(pst.SENT)
    seen = replace(
        cookie,
        name=read.name,
        value=read.value,
        seconds=None if expiry is None else round(expiry - pst.SENT),
        secure=read.secure,
        http_only=read.http_only,
        same_site=read.same_site,
        partitioned=read.partitioned,
        domain=read.domain,
        path=read.path,
    )
    assert seen == cookie
    assert read.anomalies == ()
