"""The page that compares: months with months, areas on like for like, how often people came, and who comes less."""
