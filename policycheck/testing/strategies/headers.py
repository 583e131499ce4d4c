"""Set-Cookie headers that obey an entry of the catalogue, or break exactly what named rules look for."""

from __future__ import annotations

from collections.abc import Collection

from hypothesis import reject
from hypothesis import strategies as st

from policycheck.catalogue.entries import Catalogue, Item
from policycheck.errors import UsageError
from policycheck.testing.strategies.breaking import BREAKERS, REFUSED, breakable_rules
from policycheck.testing.strategies.demands import Demands, obeying
from policycheck.testing.strategies.naming import names_beside
from policycheck.testing.strategies.scene import SENT, check_cookie, scene_of
from policycheck.testing.strategies.spelling import spelled
from policycheck.testing.strategies.values import values_for

_UNDECLARED = frozenset({"INV001", "ATT001", "RET004", "ATT007"})
"""What can be wrong with a cookie that no entry declares."""


def set_cookie_headers(
    item: Item,
    *,
    breaks: str | Collection[str] = (),
    catalogue: Catalogue | None = None,
    values: st.SearchStrategy[str] | None = None,
) -> st.SearchStrategy[str]:
    """Set-Cookie headers that obey ``item``, or that break exactly the rules whose codes ``breaks`` names.

    They are written in the many ways that browsers read alike: letter case, order, blanks, Max-Age or Expires or both,
    and several forms of a date. Expires counts from :data:`SENT`: hand a header over in the :func:`response` for the
    item, which has that Date, and comes from a host that the item is declared for.

    An obeying header yields no error and no warning, when every category is granted and no profile is chosen; there may
    be notes, such as RET005 for more than 400 days. What can be broken is what :func:`breakable_rules` gives. With
    ATT004 and ATT006 browsers refuse the cookie, so that no other rule can be broken with them.

    With ``catalogue``, names that another of its entries declares are left out. ``values`` are values of your own, as
    they stand in the header, where the declared ones cannot be made here.

    Raises :class:`policycheck.errors.UsageError` for an entry that no header can obey (it is no cookie, its feature is
    switched off, its demands contradict each other), or that cannot be broken in that way.
    """
    check_cookie(item)
    demands = Demands(item, scene_of(item))
    codes = _checked(item, (breaks,) if isinstance(breaks, str) else tuple(breaks))
    if "INV001" in codes:
        named = names_beside(item, catalogue=catalogue)
    else:
        named = demands.names(catalogue, prefixed="ATT004" not in codes)
    return _headers(demands, codes, named, values_for(item) if values is None else values)


def _checked(item: Item, codes: tuple[str, ...]) -> list[str]:
    """The codes in the order in which they are broken: INV001 before the rest, ATT007 spoils what that has left."""
    possible = breakable_rules(item)
    for code in codes:
        if code not in BREAKERS:
            raise UsageError(f"no header is made to break {code!r}; there are {', '.join(sorted(BREAKERS))}")
        if code not in possible:
            raise UsageError(f"no header for {item.key} breaks {code}: {BREAKERS[code].needs or 'it cannot be obeyed'}")
    given = set(codes)
    alone = given & REFUSED
    if alone and len(given) > 1:
        raise UsageError(f"with {min(alone)} browsers refuse the cookie, and no other rule looks at it; name it alone")
    beyond = given - _UNDECLARED
    if "INV001" in given and beyond:
        raise UsageError(f"{', '.join(sorted(beyond))} looks at declared cookies alone, and INV001 at no such")
    if "RET004" in given and given & {"RET001", "RET002"}:
        raise UsageError("a lifetime that browsers ignore (RET004) is not too long as well (RET001, RET002)")
    return sorted(given, key=lambda code: (code != "INV001", code == "ATT007", code))


@st.composite
def _headers(
    draw: st.DrawFn,
    demands: Demands,
    codes: list[str],
    named: st.SearchStrategy[str],
    values: st.SearchStrategy[str],
) -> str:
    cookie = draw(obeying(demands, draw(named), draw(values)))
    for code in codes:
        changes = BREAKERS[code].changes(demands, cookie)
        if not changes:  # a star drew a name with a prefix
            reject()
        cookie = draw(st.one_of(changes))
    return draw(spelled(cookie, SENT))
