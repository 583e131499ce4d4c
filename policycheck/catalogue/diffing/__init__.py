"""What two catalogues permit differently: compared by what they mean, once everything in them is resolved.

Order, layout, comments, anchors and the file in which something stands make no difference, and neither do examples and
fields of one's own.
"""

from __future__ import annotations

from policycheck.catalogue.diffing.changes import CatalogueDiff, ChangeKind, Difference, FieldChange, Side
from policycheck.catalogue.diffing.compare import diff_catalogues

__all__ = ["CatalogueDiff", "ChangeKind", "Difference", "FieldChange", "Side", "diff_catalogues"]
