"""Sessions: matching and rules applied to observations, waivers, order, the report."""
