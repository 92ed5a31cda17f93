"""Reading the environment for settings.py: every value is checked, nonsense is refused at start in one sentence."""

import base64
import binascii

import environ
from django.core.exceptions import ImproperlyConfigured

ENVIRONMENTS = ("production", "demo", "test")
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
    text = get_secret(name, default=DEFAULT_RAW_KEY, production=production)
    try:
        key = base64.urlsafe_b64decode(text)
    except (binascii.Error, ValueError) as error:
        raise ImproperlyConfigured(f"{name} 不是有效的 base64：请用 32 字节随机数生成。") from error
    if len(key) != 32:
        raise ImproperlyConfigured(f"{name} 应为 32 字节，现在是 {len(key)} 字节。")
    return key


def get_broker_url(redis_url: str) -> str:
    """Translate redis-py's `unix:///path?db=0` into Celery's `redis+socket:///path?virtual_host=0`."""
    if not redis_url.startswith("unix://"):
        return redis_url
    path, _, query = redis_url.removeprefix("unix://").partition("?")
    database = dict(pair.split("=", 1) for pair in query.split("&") if "=" in pair).get("db", "0")
    return f"redis+socket://{path}?virtual_host={database}"
