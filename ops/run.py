"""`make run`: starts the parts of the portal, watches and ends them; the servers are in services.py."""

import base64
import contextlib
import errno
import fcntl
import hashlib
import http.client
import json
import os
import re
import secrets
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ops.services import (
    WEB,
    WORKER,
    ServiceError,
    make_data_folder,
    runtime_folder,
    spawn,
    start_postgres,
    start_redis,
    stop,
    url_of_role,
)

ROOT = Path(__file__).resolve().parent.parent
KEYS = ("SECRET_KEY", "FIELD_KEY", "HASH_KEY")
ROLE_URLS = {WEB: "WEB_DATABASE_URL", WORKER: "WORKER_DATABASE_URL"}  # of a database server that is not embedded
PRODUCTION_NEEDS = (*KEYS, "ALLOWED_HOSTS", "DATABASE_URL", *ROLE_URLS.values(), "REDIS_URL")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
READY_SECONDS = 120
KEEP_ALIVE = 75  # seconds; longer than proxies (60) and readers wait, so that nobody sends into a closed connection
BACKLOG = 2048  # connections that wait while the web server starts
DEATHS, WITHIN_SECONDS = 5, 60  # so many deaths in so short a time: restarting does not help
COLOURS = {"web": 36, "worker": 32, "beat": 35, "postgres": 34, "redis": 33}
# What repeats all day and tells nobody anything.
NOISE = {
    "postgres": re.compile(r"FATAL:  the database system is starting up"),
    "web": re.compile(r'"GET /(static/\S*|healthz|readyz|metrics) HTTP/[\d.]+"(?: \d|,)|health not ready: | /readyz$'),
    "worker": re.compile(r"Task \w+\.tasks\.(refresh_figures|resume_imports)\[\S+\] (received|succeeded)"),
    "redis": re.compile(r"oO0OoO0|Redis version=|Configuration loaded|Server initialized|overcommit|User requested"),
}


class RunError(Exception):
    """Why the portal cannot run and what to do, in one Chinese sentence."""


class InUseError(RunError):
    """Another process holds the data folder."""


class StopRequested(Exception):
    """Ctrl-C, SIGTERM or a closed terminal."""


# Settings


@dataclass(frozen=True)
class Address:
    """Where the web server listens."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def reachable(self) -> "Address":
        """The same server as a browser on this machine reaches it."""
        return Address({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host), self.port)


def read_address(given: Mapping[str, str]) -> Address:
    """HOST and PORT; raises RunError for a port that is none."""
    text = given.get("PORT") or "8000"
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise RunError(f"PORT={text} 不是端口号：请用 1 到 65535 之间的整数，例如 `PORT=8001 make run`。")
    return Address(given.get("HOST") or "127.0.0.1", int(text))


def listen(address: Address) -> socket.socket:
    """Take the port for as long as the portal runs, so that nobody else does; raises RunError."""
    try:
        family, kind, _, _, place = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen(BACKLOG)
    except OSError as error:
        raise RunError(explain_address(address, error)) from error
    return listener


def explain_address(address: Address, error: OSError) -> str:
    """One sentence for what the operating system said about the address."""
    other = f"PORT={address.port + 1 if address.port < 65535 else 8000} make run"
    if error.errno == errno.EADDRINUSE:
        return f"端口 {address.port} 已被别的程序占用：请换一个，例如 `{other}`。"
    if error.errno == errno.EACCES:
        return f"当前用户不能使用端口 {address.port}：请用 1024 以上的端口，例如 `PORT=8000 make run`。"
    return f"HOST={address.host} 不是本机的地址：请用 127.0.0.1，或本机网卡的地址。"


def data_folder(given: Mapping[str, str]) -> Path:
    """The folder of everything the portal keeps."""
    return Path(given.get("PORTAL_DATA") or ROOT / "var").absolute()


def check_production(given: Mapping[str, str]) -> None:
    """In production nothing is made up: raise RunError naming the first variable that is missing."""
    for name in PRODUCTION_NEEDS:
        if not given.get(name):
            raise RunError(f"正式环境（PORTAL_ENV=production）缺少环境变量 {name}：请先设置它。")


def portal_environment(data: Path, given: Mapping[str, str]) -> dict[str, str]:
    """The variables every part of the portal needs, apart from the addresses of embedded servers."""
    kind = given.get("PORTAL_ENV") or "demo"
    if kind == "production":
        check_production(given)
    servers = {name: given[name] for name in ("DATABASE_URL", "REDIS_URL") if given.get(name)}
    return {"PORTAL_ENV": kind, "PORTAL_DATA": str(data), **portal_keys(data, given), **servers}


def new_keys() -> dict[str, str]:
    """Random keys: FIELD_KEY and HASH_KEY are 32 bytes in URL-safe base64."""
    keys = {name: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode() for name in ("FIELD_KEY", "HASH_KEY")}
    return {"SECRET_KEY": secrets.token_urlsafe(50), **keys}


def portal_keys(data: Path, given: Mapping[str, str]) -> dict[str, str]:
    """The keys from the environment, else from `keys.json`, which is made once, before the database."""
    chosen = {name: given[name] for name in KEYS if given.get(name)}
    if len(chosen) == len(KEYS):
        return chosen
    path = data / "keys.json"
    if not path.exists():
        if os.path.lexists(data / "postgres"):
            raise RunError(f"{path} 不见了，没有它就读不出已加密的居民资料：请从备份恢复它。")
        write_private(path, json.dumps(new_keys(), indent=2))
    try:
        return {**{name: str(json.loads(path.read_text())[name]) for name in KEYS}, **chosen}
    except (ValueError, KeyError, TypeError) as error:
        raise RunError(f"{path} 已损坏：请从备份恢复它；重新生成会让已加密的居民资料无法读出。") from error


def write_private(path: Path, text: str) -> None:
    """Write a file only the owner can read; at no moment is there half a file."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


@contextlib.contextmanager
def claim(data: Path) -> Iterator[None]:
    """Hold the data folder, made when absent, for the length of the block; raises InUseError or RunError."""
    try:
        make_data_folder(data)
        descriptor = os.open(data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise RunError(
            f"无法写入数据文件夹 {data}（{error.strerror}）：请检查权限，或用 PORTAL_DATA 指定别处。"
        ) from error
    with open(descriptor, "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = file.read().strip() or "?"
            raise InUseError(
                f"数据文件夹 {data} 正由进程 {holder} 使用：请先结束它，或用 PORTAL_DATA 指定别处。"
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
        file.truncate(0)


# The running portal, as other commands find it


def publish(data: Path, environment: dict[str, str], runtime: Path) -> None:
    """Let `make seed` and `make shell` find the running servers."""
    write_private(data / "environment.json", json.dumps({"environment": environment, "runtime": str(runtime)}))


def published(data: Path) -> dict:
    """What a running (or killed) portal has published; {} when nothing."""
    try:
        return json.loads((data / "environment.json").read_text())
    except (OSError, ValueError):
        return {}


def withdraw(data: Path) -> None:
    """Remove what was published, with the sockets a killed portal left behind."""
    runtime = Path(published(data).get("runtime", ""))
    if runtime.name.startswith("portal-"):
        shutil.rmtree(runtime, ignore_errors=True)
    (data / "environment.json").unlink(missing_ok=True)


# Screen


class Screen:
    """Writes progress and the children's log lines to the terminal."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ

    def say(self, text: str) -> None:
        """A line of our own, with the seconds since the start."""
        self.write(f"[{time.monotonic() - self.began:5.1f} 秒] {text}\n")

    def log(self, name: str, line: str) -> None:
        """A line of a child, unless it is noise."""
        if name in NOISE and NOISE[name].search(line):
            return
        prefix = f"{name:9} | "
        if self.coloured:
            prefix = f"\033[{COLOURS.get(name, 37)}m{prefix}\033[0m"
        self.write(f"{prefix}{line}\n")

    def write(self, text: str) -> None:
        """Write to standard output."""
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except OSError:
            # The terminal was closed or `| head` has gone: the children must still be ended in order.
            sys.stdout = open(os.devnull, "w")  # noqa: SIM115


# Children


@dataclass
class Child:
    """One part of the portal: how it starts and ends, and its recent deaths (monotonic seconds)."""

    name: str
    start: Callable[[int], subprocess.Popen]
    last_signal: int
    grace: float
    restarts: bool = True
    process: subprocess.Popen | None = None
    deaths: list[float] = field(default_factory=list)
    restart_at: float = 0.0


class Supervisor:
    """Starts children in order, passes their output on, restarts what dies, and ends all in reverse order.

    One thread only: children ask the kernel to be told when the thread that started them dies.
    """

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.children: list[Child] = []
        self.selector = selectors.DefaultSelector()
        self.stop_requested = self.ending = False

    def request_stop(self, *_: object) -> None:
        """Signal handler: the next pump() raises StopRequested."""
        self.stop_requested = True

    def listen_to_signals(self) -> None:
        """End in order on Ctrl-C, SIGTERM and a closed terminal (unless started under nohup)."""
        signal.signal(signal.SIGINT, self.request_stop)
        signal.signal(signal.SIGTERM, self.request_stop)
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
            signal.signal(signal.SIGHUP, self.request_stop)

    def pump(self, seconds: float) -> None:
        """Pass on what children write, for at most so many seconds. Raises StopRequested."""
        if self.stop_requested and not self.ending:
            raise StopRequested
        for key, _ in self.selector.select(seconds):
            self.read(key)

    def read(self, key: selectors.SelectorKey) -> None:
        """Print the whole lines of a pipe; keep the rest until it is complete or the pipe ends."""
        name, rest = key.data
        chunk = os.read(key.fd, 65536)
        *lines, rest = (rest + chunk).split(b"\n")
        if not chunk and rest:
            lines.append(rest)
        for line in lines:
            self.screen.log(name, line.decode(errors="replace"))
        if chunk:
            self.selector.modify(key.fd, selectors.EVENT_READ, (name, rest))
        else:
            self.selector.unregister(key.fd)
            os.close(key.fd)

    @contextlib.contextmanager
    def output(self, name: str) -> Iterator[int]:
        """The writing end of a pipe for a child to start in the block; its lines appear under `name`."""
        reader, writer = os.pipe()
        self.selector.register(reader, selectors.EVENT_READ, (name, b""))
        try:
            yield writer
        finally:
            os.close(writer)

    def add(self, child: Child) -> None:
        """Start a child and look after it from now on."""
        self.children.append(child)
        self.begin(child)

    def begin(self, child: Child) -> None:
        """Start, or start again."""
        with self.output(child.name) as writer:
            child.process = child.start(writer)

    def step(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        """Run a command to its end; raises RunError when it fails."""
        with self.output(name) as writer:
            process = spawn_part(command, environment, writer)
        try:
            while process.poll() is None:
                self.pump(0.05)
        finally:
            stop(process, signal.SIGTERM, 5)
        self.drain()
        if process.returncode != 0:
            raise RunError(f"步骤 {name} 失败（退出码 {process.returncode}）：请看上面的日志。")

    def drain(self) -> None:
        """Print what has been written so far."""
        while ready := self.selector.select(0):
            for key, _ in ready:
                self.read(key)

    def tend(self) -> None:
        """Look after the children for about a third of a second. Raises RunError, StopRequested."""
        self.pump(0.3)
        for child in self.children:
            if child.process is None and time.monotonic() >= child.restart_at:
                self.begin(child)
            elif child.process is not None and child.process.poll() is not None:
                self.note_death(child, child.process)

    def note_death(self, child: Child, process: subprocess.Popen) -> None:
        """Plan the restart of a dead child, later each time; raises RunError when that is hopeless."""
        stop(process, signal.SIGTERM, 0)  # what it started may have outlived it
        self.drain()
        child.process = None
        now = time.monotonic()
        child.deaths = [*(death for death in child.deaths if now - death < WITHIN_SECONDS), now]
        if not child.restarts:
            raise RunError(f"{child.name} 意外退出（退出码 {process.returncode}），门户随之停止：请看上面的日志。")
        if len(child.deaths) >= DEATHS:
            raise RunError(f"{child.name} 在一分钟内退出了 {DEATHS} 次，门户随之停止：请看上面的日志。")
        wait = 2 ** (len(child.deaths) - 1)
        child.restart_at = now + wait
        self.screen.say(f"{child.name} 意外退出（退出码 {process.returncode}），{wait} 秒后重新启动。")

    def end(self) -> None:
        """End all children, last started first; afterwards nothing of them runs."""
        self.ending = True
        for child in reversed(self.children):
            if child.process is not None:
                stop(child.process, child.last_signal, child.grace, pause=self.pump)
                child.process = None
        self.drain()


def spawn_part(
    command: list[str],
    environment: dict[str, str],
    output: int,
    *,
    last_signal: int = signal.SIGTERM,
    **options,
) -> subprocess.Popen:
    """Start a Python part of the portal from the root of the checkout; `options` as for subprocess."""
    merged = {**os.environ, "PYTHONUNBUFFERED": "1", **environment}
    command = [sys.executable, *command]
    return spawn(command, output=output, last_signal=last_signal, cwd=ROOT, env=merged, **options)


# The portal


class Portal:
    """The demo, development or production portal on this machine."""

    def __init__(
        self, supervisor: Supervisor, data: Path, listener: socket.socket, environment: dict[str, str]
    ) -> None:
        self.supervisor = supervisor
        self.screen = supervisor.screen
        self.data = data
        self.listener = listener
        self.address = Address(*listener.getsockname()[:2])
        self.environment = environment

    def run(self, runtime: Path) -> None:
        """Start everything and look after it until StopRequested or RunError."""
        self.start_servers(runtime)
        publish(self.data, self.environment, runtime)
        self.prepare()
        self.start_parts()
        self.wait_until_ready()
        self.greet()
        while True:
            self.supervisor.tend()

    def start_servers(self, runtime: Path) -> None:
        """Start the embedded servers that the environment does not name."""
        if "DATABASE_URL" not in self.environment:
            self.supervisor.add(self.postgres(runtime))
            self.screen.say("数据库已启动。")
        if "REDIS_URL" not in self.environment:
            self.supervisor.add(self.redis(runtime))
            self.screen.say("Redis 已启动。")

    def postgres(self, runtime: Path) -> Child:
        """The embedded database; without it nothing goes on."""

        def start(output: int) -> subprocess.Popen:
            server = start_postgres(self.data, runtime, output=output, pause=self.supervisor.pump)
            self.environment["DATABASE_URL"] = server.url
            return server.process

        return Child("postgres", start, signal.SIGINT, grace=30, restarts=False)

    def redis(self, runtime: Path) -> Child:
        """The embedded queue; it may come back empty, since the database is the queue of record."""

        def start(output: int) -> subprocess.Popen:
            server = start_redis(runtime, output=output)
            self.environment["REDIS_URL"] = server.url
            return server.process

        return Child("redis", start, signal.SIGTERM, grace=5)

    def prepare(self) -> None:
        """Bring tables, static files and, outside production, the demo street up to date."""
        self.manage("migrate", "--noinput", "--verbosity", "0")
        self.manage("secure_database", "--verbosity", "0")
        self.screen.say("数据表已就绪。")
        self.collect_static()
        if self.environment["PORTAL_ENV"] != "production":
            self.manage("seed_demo", "--once")
            self.screen.say("演示街道已就绪。")

    def manage(self, command: str, *arguments: str) -> None:
        """Run a management command to its end."""
        self.supervisor.step(command, ["manage.py", command, *arguments], self.environment)

    def collect_static(self) -> None:
        """Collect static files unless neither ours nor those of the packages have changed."""
        stamp = self.data / "static.stamp"
        digest = static_digest(ROOT)
        if stamp.exists() and stamp.read_text() == digest and (self.data / "static").is_dir():
            return
        stamp.unlink(missing_ok=True)
        self.manage("collectstatic", "--noinput", "--verbosity", "0")
        stamp.write_text(digest)
        self.screen.say("静态文件已就绪。")

    def start_parts(self) -> None:
        """Start worker, beat and web server."""
        schedule = str(self.data / "celerybeat-schedule")
        celery = ["-W", "ignore:You're running the worker", "-m", "celery", "--quiet", "-A", "config"]
        worker = ["worker", "--concurrency", "2", "--loglevel", "INFO", "--without-mingle"]
        # A polite signal may leave an orphaned worker waiting for Redis; tasks are safe to run twice.
        self.add("worker", WORKER, [*celery, *worker], grace=10, last_signal=signal.SIGKILL)
        self.add("beat", WORKER, [*celery, "beat", "--schedule", schedule], grace=5)
        threads = ["--worker-class", "gthread", "--workers", "2", "--threads", "8", "--graceful-timeout", "5"]
        threads += ["--keep-alive", str(KEEP_ALIVE)]
        logs = ["--no-control-socket", "--access-logfile", "-", "--log-level", "warning"]
        logs += ["--logger-class", "config.access_log.AccessLogger"]  # nobody who answers a survey is logged
        place = self.listener.fileno()
        web = ["-m", "gunicorn", "config.wsgi", *threads, *logs, "--bind", f"fd://{place}"]
        self.add("web", WEB, web, grace=8, pass_fds=(place,))

    def add(self, name: str, role: str, command: list[str], grace: float, **options) -> None:
        """Start one Python part, which reaches the database under the role; `options` as for spawn()."""

        def start(output: int) -> subprocess.Popen:
            return spawn_part(command, self.environment_of(role), output, **options)

        self.supervisor.add(Child(name, start, signal.SIGTERM, grace))

    def environment_of(self, role: str) -> dict[str, str]:
        """The variables of a part that works under a role of the database."""
        url = os.environ.get(ROLE_URLS[role]) or url_of_role(self.environment["DATABASE_URL"], role)
        return self.environment | {"DATABASE_URL": url}

    def wait_until_ready(self) -> None:
        """Wait for the web server, then for everything; raises RunError when the time is up."""
        for path, done in (("/healthz", "网页服务已启动。"), ("/readyz", "后台任务已启动。")):
            deadline = time.monotonic() + READY_SECONDS
            while (answer := fetch(self.address.reachable(), path))[0] != 200:
                if time.monotonic() > deadline:
                    raise RunError(f"门户在 {READY_SECONDS} 秒内没有就绪（{path}：{answer[1]}）：请看上面的日志。")
                self.supervisor.tend()
            self.screen.say(done)

    def greet(self) -> None:
        """Print the address and, for the demo, who can log in."""
        self.screen.write(f"\n门户已就绪：http://{self.address.reachable()}/　（按 Ctrl-C 结束）\n")
        if self.environment["PORTAL_ENV"] != "demo":
            return
        command = [sys.executable, "manage.py", "demo_logins"]
        merged = {**os.environ, **self.environment}
        logins = subprocess.run(command, cwd=ROOT, env=merged, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        self.screen.write(logins.stdout.decode(errors="replace"))
        if self.address.host not in LOOPBACK:
            self.screen.write(
                f"注意：HOST={self.address.host} 让网络上的其他人也能打开门户，而演示账号的密码是公开的，"
                "请不要录入真实的居民资料。\n"
            )


def fetch(address: Address, path: str) -> tuple[int, str]:
    """Status and text of a page; status 0 and the reason when nobody answers."""
    connection = http.client.HTTPConnection(address.host, address.port, timeout=4)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read(500).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return 0, str(error) or type(error).__name__
    finally:
        connection.close()


def static_digest(root: Path) -> str:
    """A fingerprint of our static files (names, sizes, times) and of the packages that bring their own."""
    digest = hashlib.sha256((root / "requirements.lock").read_bytes())
    for path in sorted((root / "static").rglob("*")):
        if path.is_file():
            facts = path.stat()
            digest.update(f"{path.relative_to(root)} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def main() -> int:
    """Run the portal; 0 after Ctrl-C or SIGTERM, 1 when a part failed, 2 when it could not begin."""
    supervisor = Supervisor(Screen())
    supervisor.listen_to_signals()
    data = data_folder(os.environ)
    try:
        address = read_address(os.environ)
        if os.environ.get("PORTAL_ENV") == "production":
            check_production(os.environ)
        with claim(data), listen(address) as listener:
            withdraw(data)
            return supervise(Portal(supervisor, data, listener, portal_environment(data, os.environ)))
    except (RunError, ServiceError) as error:
        print(error, file=sys.stderr)
        return 2


def supervise(portal: Portal) -> int:
    """Run the portal until it is told to stop or fails, then end everything; returns the exit code."""
    with runtime_folder() as runtime:
        try:
            portal.run(runtime)
        except StopRequested:
            portal.screen.say("正在结束 …")
            return 0
        except RunError as error:
            portal.supervisor.drain()
            portal.screen.say(str(error))
            return 1
        finally:
            portal.supervisor.end()
            withdraw(portal.data)
            portal.screen.say("已全部结束。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
