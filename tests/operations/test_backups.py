"""What a backup refuses, and what it leaves when it fails. The way back: tests/ops/test_restore_drill.py."""

import errno
import json
import os

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from operations import backups, manifest, restoring
from operations.backups import BackupError, list_backups, make_backup
from operations.postgres_programs import environment
from operations.restoring import RestoreError, restore_backup
from privacy.database_roles import WEB
from tests.database_roles import as_role

pytestmark = pytest.mark.django_db(transaction=True)  # a snapshot is taken of what was committed


@pytest.fixture
def photos(settings, tmp_path):
    """The folder of photos, with one in it."""
    settings.MEDIA_ROOT = tmp_path / "photos"
    (tmp_path / "photos" / "2026").mkdir(parents=True)
    (tmp_path / "photos" / "2026" / "a.jpg").write_bytes(b"picture")
    return settings.MEDIA_ROOT


@pytest.fixture
def backup(photos, community, tmp_path):
    """A backup of a street."""
    return make_backup(tmp_path / "backups")


def test_manifest_says_what_is_in_the_backup(backup):
    told = manifest.Manifest.read(backup)
    assert (told.rows["communities_community"], told.photos) == (1, 1)
    assert {file.name for file in told.files} == {path.name for path in backup.iterdir()} - {manifest.NAME}
    assert any(name.startswith("grids.0001") for name in told.migrations)


def test_manifest_knows_keys_again_but_holds_none(backup, settings):
    text = (backup / manifest.NAME).read_text()
    assert set(json.loads(text)["keys"]) >= {"SECRET_KEY", "FIELD_KEY", "HASH_KEY"}
    for key in (settings.FIELD_KEY, settings.HASH_KEY):
        assert key.hex() not in text
    assert settings.SECRET_KEY not in text


def test_sessions_are_left_out(backup):
    assert "accounts_session" not in manifest.Manifest.read(backup).rows


def test_role_that_does_not_see_all_rows_makes_no_backup(photos, community, tmp_path):
    with as_role(WEB), pytest.raises(BackupError, match="看不到"):
        make_backup(tmp_path / "backups")
    assert not (tmp_path / "backups").exists()


def test_full_disk_leaves_no_half_backup(photos, community, tmp_path, monkeypatch):
    def fill_up(path):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(backups, "pack_photos", fill_up)
    with pytest.raises(BackupError, match="没有留下半份"):
        make_backup(tmp_path / "backups")
    assert list((tmp_path / "backups").iterdir()) == []


def test_failing_dump_leaves_no_half_backup(photos, community, tmp_path, monkeypatch):
    monkeypatch.setattr(backups, "environment", lambda: {"PGHOST": "/nowhere"})
    with pytest.raises(BackupError, match="pg_dump"):
        make_backup(tmp_path / "backups")
    assert list_backups(tmp_path / "backups") == []


def test_only_the_newest_are_kept(photos, community, tmp_path):
    place = tmp_path / "backups"
    for name in ("20260101-000000", "20260102-000000"):
        (place / name).mkdir(parents=True)
        (place / name / manifest.NAME).touch()
    made = make_backup(place, keep=2)
    assert [folder.name for folder in list_backups(place)] == ["20260102-000000", made.name]


def test_what_a_killed_backup_left_is_deleted_a_day_later(photos, community, tmp_path):
    place = tmp_path / "backups"
    left, at_work = (place / f"{backups.DRAFT}{name}" for name in ("20260101-000000", "20260102-000000"))
    for folder in (left, at_work):
        folder.mkdir(parents=True)
        (folder / backups.DATABASE).touch()
    os.utime(left, (0, 0))
    make_backup(place)
    assert [left.exists(), at_work.exists()] == [False, True]


def test_command_names_what_else_must_be_kept(photos, community, tmp_path, capsys):
    call_command("backup", str(tmp_path / "backups"))
    said = capsys.readouterr().out
    assert "1 个照片文件" in said
    assert "FIELD_KEY" in said


def test_database_that_is_not_empty_is_not_restored_over(backup):
    with pytest.raises(RestoreError, match="不是空的，什么也没有改动"):
        restore_backup(backup)


@pytest.mark.parametrize("key", ["FIELD_KEY", "HASH_KEY"])
def test_wrong_key_is_told_before_anything_is_touched(backup, settings, key):
    setattr(settings, key, b"another key of thirty-two bytes!")
    with pytest.raises(RestoreError, match=f"什么也没有改动：{key} "):
        restore_backup(backup, replace=True)


@pytest.mark.parametrize("name", [backups.DATABASE, backups.PHOTOS])
def test_changed_file_is_not_restored(backup, name):
    content = bytearray((backup / name).read_bytes())
    content[len(content) // 2] ^= 1
    (backup / name).write_bytes(content)
    with pytest.raises(RestoreError, match=f"{name} 与清单不符"):
        restore_backup(backup, replace=True)


def test_backup_of_a_newer_release_is_refused(backup):
    path = backup / manifest.NAME
    told = json.loads(path.read_text())
    path.write_text(json.dumps(told | {"migrations": [*told["migrations"], "grids.9999_later"]}))
    with pytest.raises(RestoreError, match=r"grids\.9999_later"):
        restore_backup(backup, replace=True)


def test_backup_of_another_format_is_refused(backup):
    path = backup / manifest.NAME
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": manifest.FORMAT + 1}))
    with pytest.raises(RestoreError, match="不认识的格式"):
        restore_backup(backup, replace=True)


def test_contents_are_read_when_the_tables_are_those_of_this_release(backup, monkeypatch):
    for name in ("load_database", "put_photos_in_place"):
        monkeypatch.setattr(restoring, name, lambda *_words: None)
    done = []
    monkeypatch.setattr(restoring, "call_command", lambda name, **_options: done.append(name))
    restore_backup(backup, replace=True)
    assert done == ["secure_database", "migrate", "secure_database", "verify_audit"]


def test_photos_that_cannot_be_moved_are_told(photos, tmp_path):
    with pytest.raises(RestoreError, match="照片没有放到"):
        restoring.put_photos_in_place(tmp_path / "nowhere")


def test_programs_ask_for_certificates_as_the_portal_does(monkeypatch):
    monkeypatch.setenv("PGSSLCRL", "/etc/crl.pem")
    monkeypatch.setenv("PGDATABASE", "elsewhere")
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", {"sslmode": "verify-full", "connect_timeout": 5})
    given = environment()
    assert (given["PGSSLMODE"], given["PGSSLCRL"]) == ("verify-full", "/etc/crl.pem")
    assert given["PGDATABASE"] == connection.settings_dict["NAME"]


@pytest.mark.parametrize("text", ["", "[]", '{"files": []}'])
def test_folder_without_a_good_manifest_is_no_backup(tmp_path, text):
    (tmp_path / manifest.NAME).write_text(text)
    with pytest.raises(CommandError, match="已损坏"):
        call_command("restore", str(tmp_path))


def test_folder_that_holds_nothing_is_no_backup(tmp_path):
    with pytest.raises(CommandError, match="不是一份完整的备份"):
        call_command("restore", str(tmp_path))
