"""The map of an area: its parts coloured by an indicator, as shapes where boundaries are known, else as tiles."""
