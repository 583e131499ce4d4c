"""Hook specifications and the manager; knows no implementation."""
