"""The hooks: one rule, and one format of reports."""

from policycheck.plugins.hookspecs import hookimpl
from shop_policies import foreign_name


@hookimpl
def policycheck_rules():
    return [foreign_name.RULE]


@hookimpl
def policycheck_reporters():
    return {"tsv": as_lines}


def as_lines(report):
    """One line for each finding that nobody accepted: severity, code, subject, separated by tabs."""
    return "".join(f"{found.severity}\t{found.code}\t{found.subject}\n" for found in report.open)
