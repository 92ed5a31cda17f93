"""What tallies count: the queries behind the declarations in indicators/catalogue/."""
