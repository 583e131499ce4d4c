"""For each rule, the changes to an obeying cookie that break what the rule looks for, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from policycheck.catalogue.entries import Item
from policycheck.errors import UsageError
from policycheck.jar.addresses import WITHOUT_DOMAIN
from policycheck.model.cookie import SameSite
from policycheck.model.lifetime import DAY, RetentionKind
from policycheck.testing.strategies.demands import Demands, promises_of
from policycheck.testing.strategies.malformed import malformed, without_lifetime
from policycheck.testing.strategies.naming import has_names_beside
from policycheck.testing.strategies.scene import check_cookie, scene_of
from policycheck.testing.strategies.spelling import Cookie
from policycheck.wire.hosts import domain_match

Changed = list[st.SearchStrategy[Cookie]]
"""Ways to break a rule, each as cookies that do; empty where nothing does."""
_MAX_PAIR = 4_096
"""Octets of name and value together that browsers take at most (RFC 6265bis, 5.6 step 5)."""


@dataclass(frozen=True, slots=True)
class Breaker:
    """How one rule is broken. ``needs`` says, as a clause, what an entry must be for that."""

    needs: str
    changes: Callable[[Demands, Cookie], Changed]


def breakable_rules(item: Item) -> frozenset[str]:
    """The codes of the rules that a header for ``item`` can break, each alone; none for what is no cookie."""
    try:
        check_cookie(item)
        demands = Demands(item, scene_of(item))
        demands.names(None, prefixed=False)
    except UsageError:
        return frozenset()
    pattern = item.pattern
    name = pattern.exact if pattern.exact is not None else f"{pattern.literal_prefix}a"
    plain = Cookie(name, "", secure=demands.secure(name), http_only=demands.http_only)
    found = {code for code, breaker in BREAKERS.items() if breaker.changes(demands, plain)}
    prefix = item.attributes.prefix
    if prefix is not None and not name.lower().startswith(prefix.lower()):
        found &= {"ATT004"}
    return frozenset(found)


def _too_long(demands: Demands, cookie: Cookie) -> Changed:
    longest = demands.item.retention.max_seconds
    if not longest:
        return []
    least = longest + 1 + longest // 10**12  # clocks count in floats, which are coarse among billions of years
    return [st.integers(least, least + 3_660 * DAY).map(lambda seconds: replace(cookie, seconds=seconds))]


def _beyond_the_session(demands: Demands, cookie: Cookie) -> Changed:
    if demands.item.retention.kind is not RetentionKind.SESSION:
        return []
    return [st.integers(1, 400 * DAY).map(lambda seconds: replace(cookie, seconds=seconds))]


def _without_secure(demands: Demands, cookie: Cookie) -> Changed:
    asked = demands.item.attributes
    bound = promises_of(cookie.name).secure or demands.partitioned or demands.scene.cross_site
    if asked.secure is False or bound or asked.same_site == "None":
        return []
    same_site = None if cookie.same_site == "None" else cookie.same_site
    return [st.just(replace(cookie, secure=False, partitioned=False, same_site=same_site))]


def _without_http_only(demands: Demands, cookie: Cookie) -> Changed:
    if not demands.http_only or promises_of(cookie.name).http_only:
        return []
    return [st.just(replace(cookie, http_only=False))]


def _other_same_site(demands: Demands, cookie: Cookie) -> Changed:
    asked = demands.item.attributes.same_site
    if asked is None or demands.scene.cross_site:
        return []
    choices: list[SameSite | None] = [None, "Lax", "Strict"]
    if cookie.secure:
        choices.append("None")
    others = [choice for choice in choices if choice != asked]
    return [st.sampled_from(others).map(lambda chosen: replace(cookie, same_site=chosen))]


def _broken_prefix(demands: Demands, cookie: Cookie) -> Changed:
    promised, asked = promises_of(cookie.name), demands.item.attributes.prefix
    if asked is not None and not cookie.name.lower().startswith(asked.lower()):
        return [st.just(cookie)]
    changed: Changed = []
    if promised.secure and not demands.scene.cross_site:
        changed.append(st.just(replace(cookie, secure=False, partitioned=False, same_site=None)))
    if promised.of_host:
        changed.append(st.sampled_from([None, "/a"]).map(lambda path: replace(cookie, path=path)))
        if demands.scene.domain is not None:
            changed.append(st.just(replace(cookie, domain=demands.scene.host)))
    if promised.http_only:
        changed.append(st.just(replace(cookie, http_only=False)))
    return changed


def _wider(demands: Demands, cookie: Cookie) -> Changed:
    asked, scene = demands.item.attributes, demands.scene
    changed: Changed = []
    if not promises_of(cookie.name).of_host:
        if asked.host_only and scene.domain is not None:
            changed.append(st.sampled_from([scene.host, scene.domain]).map(lambda d: replace(cookie, domain=d)))
        elif asked.domain is not None and scene.domain is not None and not domain_match(scene.domain, asked.domain):
            changed.append(st.just(replace(cookie, domain=scene.domain)))
        if asked.path not in {None, "/"}:
            beside = f"{str(asked.path).removesuffix('/')}x"
            changed.append(st.sampled_from(["/", None, beside]).map(lambda path: replace(cookie, path=path)))
    if asked.partitioned and demands.item.partition is None:
        changed.append(st.just(replace(cookie, partitioned=False)))
    return changed


def _refused(demands: Demands, cookie: Cookie) -> Changed:
    filler = "x" * (_MAX_PAIR + 1 - len(cookie.name) - len(cookie.value))
    changed: Changed = [
        st.just(replace(cookie, secure=False, partitioned=False, same_site="None")),
        st.just(replace(cookie, value=cookie.value + filler)),
        st.just(replace(cookie, value=f"{cookie.value}\x01")),
    ]
    if demands.scene.host not in WITHOUT_DOMAIN:
        changed.insert(0, st.just(replace(cookie, domain="elsewhere.example")))
    return changed


def _refused_of_no_probe(demands: Demands, cookie: Cookie) -> Changed:
    """A probe may be refused: finding that out is what it is for."""
    return [] if demands.item.transient else _refused(demands, cookie)


def _undeclared(demands: Demands, cookie: Cookie) -> Changed:
    return [st.just(replace(cookie, secure=True))] if has_names_beside(demands.item) else []


BREAKERS: Mapping[str, Breaker] = {
    "RET001": Breaker("its retention is no length of time", _too_long),
    "RET002": Breaker("its retention is not session", _beyond_the_session),
    "RET004": Breaker("", without_lifetime),
    "ATT001": Breaker("it accepts a cookie without Secure, or is refused without it", _without_secure),
    "ATT002": Breaker("it does not ask for HttpOnly, or its prefix does", _without_http_only),
    "ATT003": Breaker("it does not ask for SameSite", _other_same_site),
    "ATT004": Breaker("its name has no prefix, and it asks for none", _broken_prefix),
    "ATT005": Breaker("it declares no scope, or one that cannot be exceeded", _wider),
    "ATT006": Breaker("it is a probe (transient: true), which may be refused", _refused_of_no_probe),
    "ATT007": Breaker("", malformed),
    "INV001": Breaker("its name matches everything", _undeclared),
}
REFUSED = frozenset({"ATT004", "ATT006"})
"""Broken by cookies that browsers refuse, which no other rule looks at."""
