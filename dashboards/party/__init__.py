"""The page of party organisations: organisation life kept, members in numbers, posts vacant, terms."""
