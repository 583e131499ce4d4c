"""What an entry asks of a Set-Cookie header, and cookies that give it."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from policycheck.catalogue.entries import Catalogue, Item
from policycheck.errors import UsageError
from policycheck.jar.suffixes import default_public_suffix
from policycheck.model.cookie import SameSite
from policycheck.model.lifetime import DAY, RetentionKind
from policycheck.testing.strategies.durations import seconds_of
from policycheck.testing.strategies.naming import names
from policycheck.testing.strategies.scene import Scene
from policycheck.testing.strategies.spelling import Cookie
from policycheck.testing.strategies.words import WORDS
from policycheck.wire.hosts import domain_match


@dataclass(frozen=True, slots=True)
class Promises:
    """What the prefix of a name promises (RFC 6265bis, 4.1.3), in any letter case."""

    secure: bool
    of_host: bool
    http_only: bool


def promises_of(name: str) -> Promises:
    """What ``name`` promises by its prefix."""
    lower = name.lower()
    return Promises(
        lower.startswith(("__host-", "__secure-", "__http-")),
        lower.startswith("__host-"),
        lower.startswith(("__http-", "__host-http-")),
    )


@dataclass(frozen=True, slots=True)
class Demands:
    """What ``item`` asks of a cookie that is set in ``scene``. Raises UsageError for what cannot be met."""

    item: Item
    scene: Scene

    def __post_init__(self) -> None:
        asked = self.item.attributes
        path = asked.path or "/"
        if not (path.isascii() and path.isprintable()) or set(path) & set(";, "):
            raise UsageError(f"{self.item.key} declares a path with characters that no generated header names")
        if self.scene.cross_site and asked.same_site in {"Lax", "Strict"}:
            raise UsageError(
                f"{self.item.key} asks for SameSite={asked.same_site} in another site's page, where browsers refuse it"
            )

    def names(self, catalogue: Catalogue | None, *, prefixed: bool = True) -> st.SearchStrategy[str]:
        """Names of the entry that can meet what it asks; with the prefix that it asks for, if ``prefixed``."""
        asked, literal = self.item.attributes, self.item.pattern.literal_prefix.lower()
        if prefixed and asked.prefix is not None and not literal.startswith(asked.prefix.lower()):
            raise UsageError(f"{self.item.key} asks for the prefix {asked.prefix}; write it into the name")
        if asked.path not in {None, "/"} and literal.startswith("__host-"):
            raise UsageError(f"{self.item.key} asks for the path {asked.path}, and its prefix for the path /")
        return names(self.item, catalogue=catalogue)

    @property
    def partitioned(self) -> bool:
        """Whether the cookie has to be partitioned."""
        return bool(self.item.attributes.partitioned) or self.item.partition is not None

    @property
    def http_only(self) -> bool:
        """Whether scripts must not read the cookie."""
        asked = self.item.attributes.http_only
        return bool(asked) or (self.item.sensitive and asked is None)

    def secure(self, name: str) -> bool:
        """Whether a cookie of this name must be Secure, by any rule or by browsers."""
        asked = self.item.attributes
        promised = promises_of(name).secure or self.partitioned or self.scene.cross_site
        return asked.secure is not False or promised or asked.same_site == "None"

    def seconds(self) -> st.SearchStrategy[int | None]:
        """Lifetimes within the retention."""
        retention = self.item.retention
        if retention.kind is RetentionKind.SESSION:
            return st.none()
        if retention.kind is RetentionKind.PERSISTENT:
            return st.integers(1, 400 * DAY)
        return seconds_of(retention).map(int)

    def same_site(self, *, secure: bool) -> st.SearchStrategy[SameSite | None]:
        """What SameSite may be; browsers take None only with Secure."""
        asked = self.item.attributes.same_site
        if asked is not None or self.scene.cross_site:
            return st.just("None" if asked is None else asked)
        choices: list[SameSite | None] = [None, "Lax", "Strict", "None"]
        return st.sampled_from(choices if secure else choices[:-1])

    def domain(self) -> st.SearchStrategy[str | None]:
        """No Domain, or one that the host may set and that is no wider than declared."""
        asked = self.item.attributes
        if asked.host_only or self.scene.domain is None:
            return st.none()
        widest = asked.domain or self.scene.host
        if not domain_match(self.scene.host, widest) or default_public_suffix()(widest):
            return st.none()
        return st.sampled_from([None, widest])

    def path(self) -> st.SearchStrategy[str | None]:
        """No Path where that comes to the same, or the declared path, or one below it."""
        asked = self.item.attributes.path
        if asked is None or asked == "/":
            return st.sampled_from([None, "/"]) | WORDS.map(lambda word: f"/{word}")
        return st.just(asked) | WORDS.map(lambda word: f"{asked.removesuffix('/')}/{word}")


@st.composite
def obeying(draw: st.DrawFn, demands: Demands, name: str, value: str) -> Cookie:
    """A cookie that breaks nothing."""
    promised = promises_of(name)
    secure = demands.secure(name) or draw(st.booleans())
    spare = secure and demands.item.attributes.partitioned is None and not demands.scene.cross_site
    return Cookie(
        name,
        value,
        seconds=draw(demands.seconds()),
        secure=secure,
        http_only=demands.http_only or promised.http_only or draw(st.booleans()),
        same_site=draw(demands.same_site(secure=secure)),
        partitioned=demands.partitioned or (spare and draw(st.booleans())),
        domain=None if promised.of_host else draw(demands.domain()),
        path="/" if promised.of_host else draw(demands.path()),
    )
