"""Pages of cadence: rules, and how their slots stand."""
