"""What the portal refuses to start with, what its settings make of the environment, and what it tells probes."""

import base64
import os
import subprocess
import sys

import pytest
from django.conf import settings as portal
from django.core.checks import Tags, run_checks

from accounts.models import User
from config import health
from config.environment import DEFAULT_RAW_KEY, DEFAULT_SECRET_KEY, get_broker_url

OWN_KEY = base64.urlsafe_b64encode(b"thirty-two bytes of this test :)").decode()
OTHER_KEY = base64.urlsafe_b64encode(b"a second key of thirty-two bytes").decode()
CHECK = "from django.core import management; management.call_command('check', deploy=True, fail_level='WARNING')"
PRODUCTION = {
    "PORTAL_ENV": "production",
    "SECRET_KEY": "a-secret-of-this-test-only-5d1f7c0a9b3e-and-some-more",
    "ALLOWED_HOSTS": "portal.example",
    "DATABASE_URL": "postgres://portal@localhost/portal",
    "REDIS_URL": "redis://localhost/0",
    "FIELD_KEY": OWN_KEY,
    "HASH_KEY": OTHER_KEY,
}


def start(code="", **environment):
    """Start Django with the production environment, changed as given (None takes a variable away)."""
    given = {name: value for name, value in (PRODUCTION | environment).items() if value is not None}
    command = [sys.executable, "-c", f"import django; django.setup(); from django.conf import settings; {code}"]
    surroundings = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONUTF8": "1"}
    return subprocess.run(
        command, cwd=portal.BASE_DIR, env=surroundings | given, capture_output=True, text=True, check=False
    )


def test_production_starts_with_a_whole_environment():
    answer = start("print(settings.PRODUCTION, settings.DEBUG, 'demo' in settings.INSTALLED_APPS)")
    assert (answer.returncode, answer.stdout.strip()) == (0, "True False False"), answer.stderr


def test_production_is_what_no_environment_means():
    assert start("print(settings.PRODUCTION)", PORTAL_ENV=None).stdout.strip() == "True"


def test_production_sends_cookies_over_https_only():
    names = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS"]
    assert start(f"print(all(getattr(settings, name) for name in {names}))").stdout.strip() == "True"


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"PORTAL_ENV": "staging"}, "PORTAL_ENV 应为 production、demo、test 之一，现在是“staging”。"),
        ({"DEBUG": "true"}, "正式环境不允许 DEBUG=true：请去掉这个变量。"),
        ({"SECRET_KEY": None}, "缺少环境变量 SECRET_KEY：请设置后再启动（说明见 docs/running.md）。"),
        ({"SECRET_KEY": DEFAULT_SECRET_KEY}, "SECRET_KEY 仍是公开的演示值：正式环境必须换成自己的随机密钥。"),
        ({"ALLOWED_HOSTS": None}, "缺少环境变量 ALLOWED_HOSTS：请写明门户的域名，不能用 *。"),
        ({"ALLOWED_HOSTS": "portal.example,*"}, "缺少环境变量 ALLOWED_HOSTS：请写明门户的域名，不能用 *。"),
        ({"DATABASE_URL": None}, "缺少环境变量 DATABASE_URL：请设置后再启动（说明见 docs/running.md）。"),
        ({"REDIS_URL": ""}, "缺少环境变量 REDIS_URL：请设置后再启动（说明见 docs/running.md）。"),
        ({"FIELD_KEY": None}, "缺少环境变量 FIELD_KEY：请设置后再启动（说明见 docs/running.md）。"),
        ({"HASH_KEY": DEFAULT_RAW_KEY}, "HASH_KEY 仍是公开的演示值：正式环境必须换成自己的随机密钥。"),
        ({"FIELD_KEY": "c2hvcnQ="}, "FIELD_KEY 应为 32 字节，现在是 5 字节。"),
        ({"HASH_KEY": "x"}, "HASH_KEY 不是有效的 base64：请用 32 字节随机数生成。"),
        ({"HASH_KEY": OWN_KEY}, "FIELD_KEY 和 HASH_KEY 是同一个密钥：请分别生成。"),
        ({"FIELD_KEY": "A" * 43 + "="}, "FIELD_KEY 太简单：请用 32 字节随机数生成。"),
        ({"SECRET_KEY": "k3J-short"}, "SECRET_KEY 太短或太简单：请用至少 50 个字符的随机数。"),
        ({"SECRET_KEY": "ab" * 40}, "SECRET_KEY 太短或太简单：请用至少 50 个字符的随机数。"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT 应为 line、json 之一，现在是“xml”。"),
        ({"METRICS_TOKEN": "short"}, "METRICS_TOKEN 太短：请用至少 32 个字符的随机数。"),
        (
            {"METRICS": "true", "BEHIND_PROXY": "true"},
            "缺少环境变量 METRICS_TOKEN：代理后面的请求都像来自本机，没有它谁都能看到 /metrics。",
        ),
    ],
    ids=lambda value: "-".join(f"{k}={v}"[:24] for k, v in value.items()) if isinstance(value, dict) else "",
)
def test_production_refuses_to_start_and_says_why_in_one_sentence(environment, sentence):
    answer = start(**environment)
    assert answer.returncode == 1
    assert answer.stderr.splitlines()[-1] == f"django.core.exceptions.ImproperlyConfigured: {sentence}"


def test_deployment_check_has_nothing_to_say():
    command = (
        "from django.core.management import call_command; call_command('check', deploy=True, fail_level='WARNING')"
    )
    answer = start(command)
    assert (answer.returncode, answer.stdout.strip()) == (0, "System check identified no issues (0 silenced)."), answer


def test_deployment_check_would_complain():
    answer = start(f"settings.SECURE_HSTS_SECONDS = 0; {CHECK}")
    assert answer.returncode == 1
    assert "security.W004" in answer.stderr


def test_cookies_of_production_are_bound_to_the_host():
    names = ["SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_SECURE", "SESSION_COOKIE_SAMESITE"]
    shown = start(f"print(*[getattr(settings, name) for name in {names}])").stdout.strip()
    assert shown == "__Host-session __Host-csrf True Lax"


def test_production_logs_for_machines_and_upgrades_requests():
    shown = start(
        "print(settings.LOG_FORMAT, settings.CONTENT_SECURITY_POLICY['DIRECTIVES']['upgrade-insecure-requests'])"
    )
    assert shown.stdout.strip() == "json True"


def test_demo_starts_without_secrets():
    answer = start(PORTAL_ENV="demo", SECRET_KEY=None, FIELD_KEY=None, HASH_KEY=None, ALLOWED_HOSTS=None)
    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize(
    ("redis_url", "broker_url"),
    [
        ("redis://cache.example:6379/3", "redis://cache.example:6379/3"),
        ("unix:///run/redis.sock?db=3", "redis+socket:///run/redis.sock?virtual_host=3"),
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock?virtual_host=0"),
    ],
)
def test_broker_url_is_that_of_redis_in_the_words_of_celery(redis_url, broker_url):
    assert get_broker_url(redis_url) == broker_url


@pytest.mark.parametrize(
    ("production", "state", "errors"),
    [
        (True, {"is_demo": True}, ["accounts.E001"]),
        (True, {"is_demo": True, "is_active": False}, []),
        (True, {"is_demo": False}, []),
        (False, {"is_demo": True}, []),
    ],
)
def test_check_refuses_open_demo_accounts_in_production(settings, worker, production, state, errors):
    settings.PRODUCTION = production
    User.objects.filter(pk=worker.pk).update(**state)
    found = run_checks(tags=[Tags.database], databases=["default"])
    assert [error.id for error in found if error.id.startswith("accounts")] == errors


@pytest.fixture(autouse=True)
def nothing_kept():
    """Let every probe ask the parts."""
    health.forget_report()
    yield
    health.forget_report()


@pytest.fixture
def with_worker(monkeypatch):
    """A Celery worker that answers."""
    monkeypatch.setattr(health.current_app.control, "ping", lambda **options: [{"worker": {"ok": "pong"}}])


def test_healthz_asks_nobody(client):
    answer = client.get("/healthz", headers={"host": "10.0.0.7"})
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_readyz_is_ready_with_all_its_parts(client, db, with_worker):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "redis": "ok", "migrations": "ok", "worker": "ok"}


def test_readyz_without_a_worker_says_so(client, db, monkeypatch):
    monkeypatch.setattr(health.current_app.control, "ping", lambda **options: [])
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"database": "ok", "redis": "ok", "migrations": "ok", "worker": "RuntimeError"}


def test_readyz_without_redis_says_so_and_goes_on(client, db, with_worker, settings, tmp_path):
    settings.REDIS_URL = f"unix://{tmp_path}/nobody.sock?db=0"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"database": "ok", "redis": "ConnectionError", "migrations": "ok", "worker": "ok"}


def test_readyz_names_every_part_that_fails(client, db, with_worker, monkeypatch):
    def fail():
        raise OSError("password=secret")

    monkeypatch.setitem(health.CHECKS, "database", fail)
    monkeypatch.setitem(health.CHECKS, "migrations", fail)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"database": "OSError", "redis": "ok", "migrations": "OSError", "worker": "ok"}
