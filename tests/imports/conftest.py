"""Uploading, rehearsing and writing lists in one line each."""

from datetime import date
from typing import Any

import pytest

from imports import actions
from imports.models import ResidentImport
from tests.register import make_workbook

EFFECTIVE = date(2026, 1, 1)


@pytest.fixture
def rehearse(admin, community, grids):
    """Upload a file for the community and rehearse it."""

    def run(content: bytes, *, by: Any = admin, only: Any = community, **options: Any) -> ResidentImport:
        options.setdefault("effective_date", EFFECTIVE)
        job = actions.create_import(file_name="名册.xlsx", content=content, community=only, by=by, **options)
        actions.rehearse(job.pk)
        job.refresh_from_db()
        return job

    return run


@pytest.fixture
def load(rehearse, admin):
    """Rehearse, confirm and write a workbook of these rows."""

    def run(rows: Any, **options: Any) -> ResidentImport:
        job = rehearse(make_workbook(rows), **options)
        actions.confirm_import(job, by=options.get("by", admin))
        actions.write(job.pk)
        job.refresh_from_db()
        assert job.status == ResidentImport.Status.DONE
        return job

    return run


@pytest.fixture
def codes():
    """The reason codes of an import's messages, with the number of each."""

    def count(job: ResidentImport) -> dict[str, int]:
        return {row["code"]: row["rows"] for row in job.messages.by_reason()}

    return count
