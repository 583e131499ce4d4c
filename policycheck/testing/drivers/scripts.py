"""What a script of the page would write, said by the driver, since no script runs here."""

from __future__ import annotations

from policycheck.jar import Rejected
from policycheck.jar.addresses import WITHOUT_DOMAIN
from policycheck.model.observation import Observation, Rejection, Source
from policycheck.model.party import Party
from policycheck.model.storage import Operation, SetBy, StorageKind
from policycheck.recording import Recorder, declared_lifetime
from policycheck.testing.drivers.errors import DriverError
from policycheck.wire import parse_set_cookie
from policycheck.wire.url import request_target


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
        value_length=len(cookie.value.encode("utf-8", "surrogatepass")),
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
