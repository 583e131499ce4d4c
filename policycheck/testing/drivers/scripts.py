"""What a script of the page would write, said by the driver, since no script runs here."""

from __future__ import annotations

from policycheck.errors import UsageError
from policycheck.jar import Rejected
from policycheck.model.lifetime import PERSISTENT, SESSION
from policycheck.model.observation import Observation, Rejection, Source
from policycheck.model.party import Party
from policycheck.model.storage import Operation, SetBy, StorageKind
from policycheck.recording import WITHOUT_DOMAIN, Recorder, declared_lifetime
from policycheck.testing.drivers.errors import DriverError
from policycheck.wire import parse_set_cookie
from policycheck.wire.url import request_target

_WEB_STORAGE = tuple(kind for kind in StorageKind if kind not in (StorageKind.COOKIE, StorageKind.WEB))


def storage_write(kind: str, name: str, value: str | None, operation: str, host: str, now: float) -> Observation:
    """What is observed of a write to web storage. Raises :class:`UsageError` for an unknown kind or operation."""
    if kind not in _WEB_STORAGE:
        also = "; for a cookie call document_cookie()" if kind == StorageKind.COOKIE else ""
        raise UsageError(f"{kind!r} is no kind of web storage; there are {', '.join(_WEB_STORAGE)}{also}")
    if operation not in tuple(Operation):
        raise UsageError(f"{operation!r} is no operation; there are {', '.join(Operation)}")
    return Observation(
        kind=StorageKind(kind),
        name=name,
        operation=Operation(operation),
        source=Source("driver.storage()"),
        value=value,
        value_length=_length(value),
        lifetime=SESSION if kind == StorageKind.SESSION_STORAGE else PERSISTENT,
        host=host,
        set_by=SetBy.SCRIPT,
        time=now,
    )


def cookie_write(recorder: Recorder, url: str, assignment: str, now: float) -> Observation:
    """Store what ``document.cookie = assignment`` does in a page at ``url``; return what is observed of it."""
    target = request_target(url)
    cookie = parse_set_cookie(assignment)
    if cookie.domain and target.host in WITHOUT_DOMAIN:
        raise domain_elsewhere(f"document_cookie() sets cookie {cookie.name!r}", cookie.domain, target.host)
    outcome = recorder.jar.receive(url, cookie, from_script=True)[0]
    rejection = None
    domain, path, partition = cookie.domain, cookie.path, None
    if isinstance(outcome, Rejected):
        rejection = Rejection(outcome.reason.value, outcome.step, outcome.message)
    else:
        domain, path, partition = outcome.cookie.domain, outcome.cookie.path, outcome.cookie.partition_key
    return Observation(
        kind=StorageKind.COOKIE,
        name=cookie.name,
        operation=Operation.DELETE if cookie.deletes(now) else Operation.STORE,
        source=Source("driver.document_cookie()"),
        value=cookie.value,
        value_length=_length(cookie.value),
        set_cookie=cookie,
        lifetime=declared_lifetime(cookie, now),
        host=target.host,
        domain=domain,
        path=path,
        secure_origin=target.trustworthy,
        set_by=SetBy.SCRIPT,
        party=Party.FIRST,
        partition_key=partition,
        rejection=rejection,
        time=now,
    )


def domain_elsewhere(what: str, domain: str, host: str) -> DriverError:
    """A cookie for a domain that the visitor is not at."""
    return DriverError(
        f"{what} for the domain {domain}, to which {host} does not belong, so the application would never see it again"
        f'\n  fix: base_url = "https://{domain}" in the driver'
    )


def _length(value: str | None) -> int | None:
    return None if value is None else len(value.encode("utf-8", "surrogatepass"))
