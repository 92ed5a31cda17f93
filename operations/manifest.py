"""What a backup says about itself: files and checksums, schema, rows, fingerprints of keys; no key and no person."""

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.db import connection

NAME = "manifest.json"
FORMAT = 1
KEYS = ("SECRET_KEY", "FIELD_KEY", "HASH_KEY", "FIELD_KEY_OLD", "HASH_KEY_OLD")
FORGOTTEN = ("accounts_session", "django_session")  # after a restore everybody signs in anew
CHECKLIST = [
    "密钥 SECRET_KEY、FIELD_KEY、HASH_KEY（make run 的门户在数据文件夹的 keys.json 里）："
    "与备份分开、另存两处。没有它们，备份里的身份证号和手机号读不出来。",
    "环境变量（docs/running.md 的表）和数据库、邮件的口令。",
    "数据库角色 portal_web、portal_worker 的口令：恢复后由 secure_database 重建角色，口令要另外设置。",
    "域名证书和反向代理的设置。",
    "审计校验码（manage.py verify_audit 最后一行）：抄在数据库以外的地方。",
    "这份备份含居民资料：放在加密的磁盘上，按保存期限删除。",
]


class ManifestError(Exception):
    """Why a folder is no backup that can be used, in one Chinese sentence."""


@dataclass(frozen=True)
class File:
    """A file of the backup: size in bytes, SHA-256."""

    name: str
    size: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> Self:
        """Describe a file as it lies there."""
        with path.open("rb") as file:
            return cls(path.name, path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())

    def check(self, folder: Path) -> None:
        """Raise ManifestError unless the file is there, whole and unchanged."""
        path = folder / self.name
        if not path.is_file():
            raise ManifestError(f"备份里缺少文件 {self.name}，不能恢复：请换一份备份。")
        if path.stat().st_size != self.size or File.of(path) != self:
            raise ManifestError(
                f"备份文件 {self.name} 与清单不符（可能没有复制完，或被改动），不能恢复：请换一份备份。"
            )


@dataclass(frozen=True)
class Manifest:
    """The whole description; `rows` maps tables to rows, `keys` names of keys to fingerprints."""

    made_at: str
    server: str
    files: list[File]
    photos: int
    migrations: list[str]
    rows: dict[str, int]
    keys: dict[str, str]
    checklist: list[str]
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        """Put the manifest beside the files."""
        (folder / NAME).write_text(json.dumps(asdict(self), ensure_ascii=False, indent=2), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the manifest of a backup; raises ManifestError."""
        try:
            told: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
            manifest = cls(**told | {"files": [File(**file) for file in told["files"]]})
        except OSError as error:
            raise ManifestError(f"{folder} 里没有 {NAME}：这不是一份完整的备份。") from error
        except (ValueError, KeyError, TypeError) as error:
            raise ManifestError(f"{folder / NAME} 已损坏，或来自不认识的版本：请换一份备份。") from error
        if manifest.format != FORMAT:
            raise ManifestError(f"{folder / NAME} 是不认识的格式（{manifest.format}）：请用做这份备份的程序版本恢复。")
        return manifest


def list_migrations() -> list[str]:
    """Return the migrations that the database has seen."""
    with connection.cursor() as cursor:
        cursor.execute("select app || '.' || name from django_migrations order by 1")
        return [name for (name,) in cursor.fetchall()]


def count_rows() -> dict[str, int]:
    """Return table -> rows of every table of the portal whose rows are backed up."""
    models = apps.get_models(include_auto_created=True)
    tables = sorted({model._meta.db_table for model in models if model._meta.managed} - {*FORGOTTEN})
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        counts = {}
        for table in tables:
            if table in present:
                cursor.execute(f"select count(*) from {connection.ops.quote_name(table)}")  # noqa: S608 - our own names
                counts[table] = cursor.fetchone()[0]
    return counts


def fingerprint_keys() -> dict[str, str]:
    """Return name -> fingerprint of each key in use; nothing of a key can be learned from it."""
    given = {name: getattr(settings, name, None) for name in KEYS}
    return {name: fingerprint(key) for name, key in given.items() if key}


def fingerprint(key: str | bytes) -> str:
    """Return by what a key is known again."""
    secret = key.encode() if isinstance(key, str) else key
    return hmac.digest(secret, b"which key is this", "sha256")[:8].hex()
