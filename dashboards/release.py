"""Which release of the portal draws pages, as a short text: what an older one has drawn is not shown any more."""

from functools import cache
from hashlib import sha256

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage

DRAWN_BY = (
    ("config", "*.py"),
    ("surveys", "**/*.py"),
    ("volunteers", "**/*.py"),
    ("indicators", "**/*.py"),
    ("dashboards", "**/*.py"),
    ("templates", "**/*.html"),
    ("locale", "**/*.mo"),
)


@cache
def get_release() -> str:
    """Return a digest of the code, templates, translations and static files of this process: read once, at its start.

    The addresses of static files stand in pages, so their manifest counts too.
    """
    digest = sha256(getattr(staticfiles_storage, "manifest_hash", "").encode())
    for folder, pattern in DRAWN_BY:
        for path in sorted((settings.BASE_DIR / folder).glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
