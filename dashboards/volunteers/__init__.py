"""The page about volunteering: how many are registered, how many of them serve, how their hours are spread."""
