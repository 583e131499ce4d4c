"""``python -m policycheck`` is the program ``policycheck``."""

from __future__ import annotations

import sys

from policycheck.cli.main import main

sys.exit(main())
