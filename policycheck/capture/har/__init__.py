"""HAR files (HTTP Archive 1.2): what browsers, test tools and proxies saw, read entry by entry in bounded memory."""

from policycheck.capture.har.reading import read_har, records_of

__all__ = ["read_har", "records_of"]
