"""From what was seen to the draft of a catalogue: folding names, suggesting, writing, and merging into a file."""

from __future__ import annotations

from policycheck.drafting.inventory import Inventory
from policycheck.drafting.recorded import Recorded, first_catalogue, record

__all__ = ["Inventory", "Recorded", "first_catalogue", "record"]
