"""What a driver says when it cannot go on."""

from __future__ import annotations

from policycheck.errors import CaptureError


class DriverError(CaptureError):
    """The application cannot be driven: an error page, a redirect that leads nowhere, a form that is not there.

    The message names method, path and status; never a query, a header, a cookie or a body.
    """
