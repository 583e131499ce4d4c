"""What real SDKs store, observed in Chromium and compared with the packs: ``python -m scripts.field``."""
