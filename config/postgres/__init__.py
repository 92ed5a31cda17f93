"""Django's PostgreSQL backend, whose sessions know what the request in hand may see (accounts/scope.py)."""
