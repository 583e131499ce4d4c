"""The browser's cookie store, RFC 6265bis, for runs without a browser; standard library only."""

from policycheck.jar.cookie import StoredCookie
from policycheck.jar.outcome import Change, Rejected, RejectReason, Stored
from policycheck.jar.store import CookieJar

__all__ = ["Change", "CookieJar", "RejectReason", "Rejected", "Stored", "StoredCookie"]
