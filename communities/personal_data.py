"""Areas and rooms are not about persons: what the register of processing need not list."""

PLAIN = {
    "communities.District": "code name",
    "communities.Street": "code name",
    "communities.Community": "code name",
    "communities.Venue": "name address",
}
