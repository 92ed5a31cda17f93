"""The restore drill: a portal with something of every app, backed up, and put into a fresh server of its own."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import psycopg2
import pytest

from accounts.encryption import decrypt, encrypt
from activities.models import ActivityPhoto
from grids.models import Resident
from operations.backups import DATABASE, make_backup
from operations.manifest import NAME, File, Manifest
from ops.run import ROOT
from ops.services import make_data_folder, postgres, runtime_folder
from tests import access
from tests.register import make_id_number

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live")]
NUMBER = make_id_number(date(1950, 1, 1), 7)


@pytest.fixture
def fresh_portal():
    """A server with an empty database, and an empty data folder: its variables."""
    with runtime_folder("portal-test-") as folder:
        data = folder / "data"
        make_data_folder(data)
        with postgres(data, folder, durable=False, output=subprocess.DEVNULL) as url:
            yield {**os.environ, "DATABASE_URL": url, "PORTAL_DATA": str(data)}


@pytest.fixture
def place(register, community):
    """A community with a row for every page of the portal, and a resident whose number is known."""
    made = access.make_place(register, community, "龘")
    person = register.resident(made.grid, name="欧阳秀英")
    Resident.objects.filter(pk=person.pk).update(id_number=encrypt(NUMBER, purpose="id_number"))
    return made


def restore(folder: Path, environment: dict[str, str], *words: str) -> subprocess.CompletedProcess:
    """Run the command as an administrator does."""
    command = [sys.executable, "manage.py", "restore", str(folder), *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)


def ask(environment: dict[str, str], sql: str) -> list[tuple]:
    """Ask the restored database as its owner."""
    sockets = environment["DATABASE_URL"].partition("@/")[2].rpartition("/")[0]
    link = psycopg2.connect(host=sockets, user="portal", dbname="portal")
    try:
        with link.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()
    finally:
        link.close()


def spoil(folder: Path) -> None:
    """Cut the dump in the middle, and make the manifest agree."""
    told = Manifest.read(folder)
    content = (folder / DATABASE).read_bytes()
    (folder / DATABASE).write_bytes(content[: len(content) * 2 // 3])
    files = [File.of(folder / file.name) for file in told.files]
    (folder / NAME).unlink()
    Manifest(**{**vars(told), "files": files}).write(folder)


def test_drill(place, fresh_portal, tmp_path):
    folder = make_backup(tmp_path)
    photo = ActivityPhoto.objects.first().image

    done = restore(folder, fresh_portal)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "核对都通过" in done.stdout
    sealed = ask(fresh_portal, "select id_number from grids_resident where name = '欧阳秀英'")
    assert decrypt(sealed[0][0], purpose="id_number") == NUMBER
    restored = Path(fresh_portal["PORTAL_DATA"]) / "files" / photo.name
    assert restored.read_bytes() == photo.read()
    assert ask(fresh_portal, "select count(*) from pg_policies")[0][0] > 100
    assert Manifest.read(folder).rows["activities_participation"] > 0

    assert "不是空的" in restore(folder, fresh_portal).stderr

    again = restore(folder, fresh_portal, "--replace")
    assert again.returncode == 0, again.stderr

    spoil(folder)
    failed = restore(folder, fresh_portal, "--replace")
    assert "仍是原来的样子" in failed.stderr
    assert ask(fresh_portal, "select count(*) from grids_resident where name = '欧阳秀英'") == [(1,)]
