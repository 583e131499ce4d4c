"""``python -m shop`` serves the shop on a port of loopback, until Ctrl-C."""

from __future__ import annotations

from threading import Event

from shop.server import serve

with serve(8080) as running:
    print(f"The tea shop is open at {running.url} (Ctrl-C closes it)")
    try:
        Event().wait()
    except KeyboardInterrupt:
        print()
