"""The laws of consent: what must hold after every sequence of choices. One module each, whose docstring is its page."""

from policycheck.consent.laws.law import Law, Need
from policycheck.consent.laws.names import LawName

__all__ = ["Law", "LawName", "Need"]
