"""The declaration: loading, validation with line numbers, name patterns, merging, packs."""
