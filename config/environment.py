"""Reading the environment for settings.py: every value is checked, nonsense is refused at start in one sentence."""

import base64
import binascii

import environ
from django.core.exceptions import ImproperlyConfigured

ENVIRONMENTS = ("production", "demo", "test")
SECRET_LENGTH = 50  # as long as the one Django makes
LEAST_SIGNS = 12  # different ones: of 32 random bytes about 30 are, and nobody throws under 20
# Used by demo and test when nothing else is given. Production refuses it by name.
DEFAULT_SECRET_KEY = "insecure-demo-secret-key-never-use-it-in-production"  # noqa: S105 - refused by name
DEFAULT_RAW_KEY = base64.urlsafe_b64encode(b"insecure-demo-key-32-bytes-long!").decode()

env = environ.Env()


def get_environment() -> str:
    """Return PORTAL_ENV: production (when nothing is said), demo or test."""
    name = env.str("PORTAL_ENV", default="production")
    if name not in ENVIRONMENTS:
        raise ImproperlyConfigured(f"PORTAL_ENV 应为 {'、'.join(ENVIRONMENTS)} 之一，现在是“{name}”。")
    return name


def get_required(name: str) -> str:
    """Return the variable `name`, or refuse to start."""
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"缺少环境变量 {name}：请设置后再启动（说明见 docs/running.md）。")
    return value


def get_secret(name: str, *, default: str, production: bool) -> str:
    """Return the secret `name`; in production it must be given and must not be the public default."""
    if not production:
        return env.str(name, default=default)
    value = get_required(name)
    if value == default:
        raise ImproperlyConfigured(f"{name} 仍是公开的演示值：正式环境必须换成自己的随机密钥。")
    return value


def get_key(name: str, *, production: bool) -> bytes:
    """Return the 32 bytes of the urlsafe-base64 variable `name` (AES-256 and HMAC-SHA256 keys)."""
    return read_key(name, get_secret(name, default=DEFAULT_RAW_KEY, production=production))


def read_key(name: str, text: str) -> bytes:
    """Return the 32 bytes that the text of the variable `name` stands for."""
    try:
        key = base64.urlsafe_b64decode(text)
    except (binascii.Error, ValueError) as error:
        raise ImproperlyConfigured(f"{name} 不是有效的 base64：请用 32 字节随机数生成。") from error
    if len(key) != 32:
        raise ImproperlyConfigured(f"{name} 应为 32 字节，现在是 {len(key)} 字节。")
    return key


def get_former_key(name: str, *, production: bool) -> bytes | None:
    """Return the key that was replaced by another and may still be needed; None when the variable is not given."""
    return get_key(name, production=production) if env.str(name, default="") else None


def get_keys(name: str, *, production: bool) -> list[bytes]:
    """Return the keys of a variable that lists several, with commas between; none when it is not given."""
    texts = env.list(name, default=[])
    if production and DEFAULT_RAW_KEY in texts:
        raise ImproperlyConfigured(f"{name} 仍是公开的演示值：正式环境必须换成自己的随机密钥。")
    return [read_key(name, text) for text in texts]


def get_choice(name: str, choices: tuple[str, ...], *, default: str) -> str:
    """Return the variable `name`, which is one of few words."""
    value: str = env.str(name, default=default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name} 应为 {'、'.join(choices)} 之一，现在是“{value}”。")
    return value


def check_secrets(secret_key: str, field_key: bytes, hash_key: bytes) -> None:
    """Refuse secrets that can be guessed, and one key for two purposes: who gets one must not have both."""
    if len(secret_key) < SECRET_LENGTH or len(set(secret_key)) < LEAST_SIGNS:
        raise ImproperlyConfigured(f"SECRET_KEY 太短或太简单：请用至少 {SECRET_LENGTH} 个字符的随机数。")
    for name, key in (("FIELD_KEY", field_key), ("HASH_KEY", hash_key)):
        if len(set(key)) < LEAST_SIGNS:
            raise ImproperlyConfigured(f"{name} 太简单：请用 32 字节随机数生成。")
    if field_key == hash_key:
        raise ImproperlyConfigured("FIELD_KEY 和 HASH_KEY 是同一个密钥：请分别生成。")


def get_broker_url(redis_url: str) -> str:
    """Translate redis-py's `unix:///path?db=0` into Celery's `redis+socket:///path?virtual_host=0`."""
    if not redis_url.startswith("unix://"):
        return redis_url
    path, _, query = redis_url.removeprefix("unix://").partition("?")
    database = dict(pair.split("=", 1) for pair in query.split("&") if "=" in pair).get("db", "0")
    return f"redis+socket://{path}?virtual_host={database}"
