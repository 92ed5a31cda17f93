"""Restoring a backup: looked at before anything is touched, put in place in one transaction, checked afterwards."""

import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from cryptography.exceptions import InvalidTag
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.module_loading import module_has_submodule

from accounts.encryption import decrypt_bytes
from communities.personal import Sealed
from operations.backups import DATABASE, PHOTOS
from operations.manifest import Manifest, ManifestError, count_rows, fingerprint_keys
from operations.postgres_programs import ProgramError, environment, find_programs, last_words

SAMPLE = 20  # rows of each encrypted column that are opened
EMPTY = "drop schema public cascade; create schema public; grant usage on schema public to public;"


class RestoreError(Exception):
    """Why nothing was restored, or what is wrong with what was, in one Chinese sentence."""


def restore_backup(folder: Path, *, replace: bool = False) -> Manifest:
    """Put a backup in the place of an empty portal, or with `replace` of whatever is there; return its manifest.

    Raises RestoreError. Until the database has taken everything in, all is as it was.
    """
    try:
        manifest = Manifest.read(folder)
        for file in manifest.files:
            file.check(folder)
        programs = find_programs()
    except (ManifestError, ProgramError) as error:
        raise RestoreError(str(error)) from error
    check_keys(manifest)
    check_schema(manifest)
    check_room(replace)
    unpacked = unpack_photos(folder / PHOTOS)
    try:
        # Policies name the roles of the web processes and workers, which belong to the server, not to the database.
        call_command("secure_database", roles_only=True, verbosity=0)
        load_database(programs, folder / DATABASE, replace)
    except (CommandError, ProgramError, OSError) as error:
        shutil.rmtree(unpacked, ignore_errors=True)
        raise RestoreError(f"数据库没有恢复，仍是原来的样子：{error}") from error
    put_photos_in_place(unpacked)
    check_rows(manifest)
    # Only now the tables are those of this release, which reads what is checked next.
    call_command("migrate", verbosity=0, interactive=False)
    call_command("secure_database", verbosity=0)
    check_contents()
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    return manifest


# --- Before anything is touched


def check_keys(manifest: Manifest) -> None:
    """Raise RestoreError when this portal's keys could not read the backup."""
    ours = fingerprint_keys()
    wrong = [name for name, print_ in manifest.keys.items() if print_ not in ours.values()]
    if wrong:
        raise RestoreError(
            f"密钥不对，什么也没有改动：{'、'.join(wrong)} 与备份时用的不是同一个。请先放回备份当时的密钥，再恢复。"
        )


def check_schema(manifest: Manifest) -> None:
    """Raise RestoreError when the backup knows migrations that this release does not."""
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    ours = {config.label for config in apps.get_app_configs()}
    strange = [name for name in manifest.migrations if name.partition(".")[0] in ours and name not in known]
    if strange:
        raise RestoreError(f"备份来自更新的程序版本（{strange[-1]}），什么也没有改动：请先升级程序。")


def check_room(replace: bool) -> None:
    """Raise RestoreError when something is there that must not be lost."""
    if replace:
        return
    if connection.introspection.table_names():
        raise RestoreError("数据库不是空的，什么也没有改动。确定要用备份替换它，请加 --replace。")
    root = Path(settings.MEDIA_ROOT)
    if root.is_dir() and any(root.iterdir()):
        raise RestoreError(f"{root} 里已有文件，什么也没有改动。确定要替换，请加 --replace。")


# --- Putting it in place


def unpack_photos(archive: Path) -> Path:
    """Unpack the photos beside their place, so that a full disk is met before anything is touched."""
    root = Path(settings.MEDIA_ROOT)
    draft = root.with_name(f"{root.name}.restoring")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        draft.mkdir(parents=True)
        with tarfile.open(archive) as packed:
            packed.extractall(draft, filter="data")  # refuses paths that lead out of the folder
    except (OSError, tarfile.TarError) as error:
        shutil.rmtree(draft, ignore_errors=True)
        raise RestoreError(f"照片没有解开，什么也没有改动：{error}") from error
    return draft


def load_database(programs: Path, dump: Path, replace: bool) -> None:
    """Load the dump in one transaction, which is only committed once the whole of it was read; raises ProgramError."""
    connection.close()  # our own session must not stand in the way
    reader = subprocess.Popen(  # noqa: S603
        [programs / "pg_restore", "--no-owner", "--no-acl", "--file=-", dump],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    writer = subprocess.Popen(  # noqa: S603
        [programs / "psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=-"],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        pour(reader, writer, f"begin; {EMPTY if replace else ''}\n")
    finally:
        for process in (reader, writer):
            process.kill()
            process.wait()


def pour(reader: subprocess.Popen, writer: subprocess.Popen, preamble: str) -> None:
    """Let the writer run what the reader says, and commit it only when the reader has come to a good end."""
    try:
        writer.stdin.write(preamble.encode())  # type: ignore[union-attr]
        shutil.copyfileobj(reader.stdout, writer.stdin)  # type: ignore[arg-type]
        if reader.wait():
            raise ProgramError(f"pg_restore：{last_words(reader.stderr.read())}")  # type: ignore[union-attr]
        writer.stdin.write(b"\ncommit;\n")  # type: ignore[union-attr]
        writer.stdin.close()  # type: ignore[union-attr]
        writer.stdin = None
    except BrokenPipeError:
        pass  # the writer has stopped at an error; it says which
    if writer.wait():
        said = last_words(writer.stderr.read())  # type: ignore[union-attr]
        hint = "（门户还在运行，请先停下它）" if "lock timeout" in said else ""
        raise ProgramError(f"psql：{said}{hint}")


def put_photos_in_place(unpacked: Path) -> None:
    """Swap the folder of photos for the restored one; raises RestoreError where it may not be moved."""
    root = Path(settings.MEDIA_ROOT)
    former = root.with_name(f"{root.name}.replaced")
    shutil.rmtree(former, ignore_errors=True)
    try:
        if root.exists():
            root.rename(former)
        unpacked.rename(root)
    except OSError as error:
        raise RestoreError(
            f"数据库已恢复，但照片没有放到 {root}（{error.strerror}）：照片已解开在 {unpacked}，"
            "请先移开原来的文件夹，再运行一次恢复（加 --replace）。"
        ) from error
    shutil.rmtree(former, ignore_errors=True)


# --- Afterwards


def check_rows(manifest: Manifest) -> None:
    """Raise RestoreError unless every table has its rows."""
    found = count_rows()
    wrong = [table for table, rows in manifest.rows.items() if found.get(table) != rows]
    if wrong:
        raise RestoreError(f"已恢复，但这些表的行数与清单不符：{'、'.join(wrong)}。请换一份备份再恢复。")


def check_contents() -> None:
    """Raise RestoreError unless encrypted columns open and the audit log is whole."""
    for place, sealed in list_sealed():
        check_sealed(place, sealed)
    try:
        call_command("verify_audit", verbosity=0)
    except CommandError as error:
        raise RestoreError(f"已恢复，但审计记录没有通过核对：{error}") from error


def list_sealed() -> Iterator[tuple[str, Sealed]]:
    """Yield (table, column) of every encrypted column that the apps declare."""
    for config in apps.get_app_configs():
        if config.module and module_has_submodule(config.module, "personal_data"):
            for sealed in getattr(import_module(f"{config.name}.personal_data"), "SEALED", []):
                if not sealed.document:
                    yield apps.get_model(sealed.model)._meta.db_table, sealed


def check_sealed(table: str, sealed: Sealed) -> None:
    """Raise RestoreError unless a sample of an encrypted column can be read."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {sealed.field} from {table} where {sealed.field} is not null limit {SAMPLE}"  # noqa: S608
        )
        values = [value for (value,) in cursor.fetchall()]
    try:
        for value in values:
            decrypt_bytes(value, purpose=sealed.purpose)
    except InvalidTag as error:
        raise RestoreError(f"已恢复，但 {sealed.model}.{sealed.field} 里有解不开的内容：请核对密钥。") from error
