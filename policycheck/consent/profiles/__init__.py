"""Jurisdictions: versioned data files with a citation and a confidence for each figure."""
