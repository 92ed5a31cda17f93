"""The page of what is held: kinds, themes, whose idea, where people met, and on which days and at what time."""
