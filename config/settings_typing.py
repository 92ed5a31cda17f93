"""Settings for mypy alone: the type checker loads Django without a database or secrets at hand."""

import os

os.environ.setdefault("PORTAL_ENV", "test")
os.environ.setdefault("DATABASE_URL", "postgres://portal@localhost/portal")
os.environ.setdefault("REDIS_URL", "redis://localhost/0")

from config.settings import *  # noqa: F403 - settings modules are extended by star import
