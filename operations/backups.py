"""Making a backup: database, photos, manifest; all of it or nothing. Restoring one: restoring.py."""

import os
import shutil
import subprocess
import tarfile
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from operations.manifest import (
    CHECKLIST,
    FORGOTTEN,
    NAME,
    File,
    Manifest,
    count_rows,
    fingerprint_keys,
    list_migrations,
)
from operations.postgres_programs import ProgramError, environment, find_programs, last_words

DATABASE, PHOTOS = "database.dump", "files.tar"
DRAFT = ".unfinished-"  # a name that no restore and no cleaning takes for a backup
STAMP = "%Y%m%d-%H%M%S"
ABANDONED = timedelta(days=1)  # no backup takes as long; what a killed one left holds personal data


class BackupError(Exception):
    """Why there is no backup, in one Chinese sentence."""


def make_backup(place: Path, *, keep: int = 0) -> Path:
    """Back the portal up into a new folder below `place` and return it; with `keep`, leave the newest so many.

    It gets its name only when it is whole and on the disk. Raises BackupError, and leaves nothing half made.
    """
    check_reach()
    name = timezone.localtime().strftime(STAMP)
    draft, final = place / f"{DRAFT}{name}", place / name
    try:
        drop_abandoned(place)
        draft.mkdir(mode=0o700, parents=True)
        fill(draft)
        flush(draft)
        draft.rename(final)
        flush_folder(place)
    except FileExistsError as error:
        raise BackupError(
            f"{error.filename} 已经存在：另一次备份正在进行，或上一次被中断。确认后删除它再试。"
        ) from error
    except (OSError, ProgramError) as error:
        shutil.rmtree(draft, ignore_errors=True)
        raise BackupError(f"备份没有完成，也没有留下半份：{getattr(error, 'strerror', None) or error}") from error
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    if keep:
        forget_older(place, keep)
    return final


def check_reach() -> None:
    """Raise BackupError where row-level security would hide rows: such a backup looks well and is empty."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select current_user, count(*) from pg_class where relnamespace = 'public'::regnamespace "
            "and relkind in ('r', 'p') and (row_security_active(oid) or not has_table_privilege(oid, 'select'))"
        )
        role, hidden = cursor.fetchone()
    if hidden:
        raise BackupError(
            f"数据库用户 {role} 看不到 {hidden} 张表的全部内容，备份会缺数据："
            "请用表的所有者（运行 migrate 的用户）来备份。"
        )


def fill(draft: Path) -> None:
    """Write the files and the manifest. Rows are counted in the very snapshot that is dumped."""
    programs = find_programs()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        cursor.execute("select pg_export_snapshot(), current_setting('server_version')")
        snapshot, server = cursor.fetchone()
        dump_database(programs, draft / DATABASE, snapshot)
        rows, migrations = count_rows(), list_migrations()
    # After the database: a photo that was added meanwhile is one too many, and none is missing.
    photos = pack_photos(draft / PHOTOS)
    Manifest(
        made_at=timezone.localtime().isoformat(timespec="seconds"),
        server=server,
        files=[File.of(draft / DATABASE), File.of(draft / PHOTOS)],
        photos=photos,
        migrations=migrations,
        rows=rows,
        keys=fingerprint_keys(),
        checklist=CHECKLIST,
    ).write(draft)


def dump_database(programs: Path, path: Path, snapshot: str) -> None:
    """Dump the database as of the snapshot, in PostgreSQL's compressed format; raises ProgramError."""
    without = [f"--exclude-table-data=public.{table}" for table in FORGOTTEN]
    options = ["--format=custom", "--no-owner", "--no-acl", f"--snapshot={snapshot}", *without, f"--file={path}"]
    done = subprocess.run([programs / "pg_dump", *options], env=environment(), capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        raise ProgramError(f"pg_dump：{last_words(done.stderr)}")


def pack_photos(path: Path) -> int:
    """Pack the folder of photos; return how many files. They are compressed already."""
    root, packed = Path(settings.MEDIA_ROOT), 0
    with tarfile.open(path, "w") as archive:
        for file in sorted(root.rglob("*")) if root.is_dir() else []:
            if file.is_file() and not file.is_symlink():
                try:
                    archive.add(file, arcname=file.relative_to(root).as_posix(), recursive=False)
                except FileNotFoundError:  # deleted at this moment
                    continue
                packed += 1
    path.chmod(0o600)
    return packed


def flush(folder: Path) -> None:
    """Have the disk hold what was written: a full disk may only say so now."""
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
    flush_folder(folder)


def flush_folder(folder: Path) -> None:
    """Have the disk hold the names in a folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def list_backups(place: Path) -> list[Path]:
    """Return the whole backups below a folder, oldest first."""
    return sorted(path.parent for path in place.glob(f"[0-9]*/{NAME}"))


def drop_abandoned(place: Path) -> None:
    """Delete what backups that were killed have left."""
    latest = (timezone.now() - ABANDONED).timestamp()
    for folder in place.glob(f"{DRAFT}*"):
        if folder.stat().st_mtime < latest:
            shutil.rmtree(folder)


def forget_older(place: Path, keep: int) -> None:
    """Delete all but the newest backups."""
    for folder in list_backups(place)[:-keep]:
        shutil.rmtree(folder)
