"""PTY: who stores and who is asked, seen from the page."""
