"""Makes `.venv` hold what a lock file says; runs on a bare Python and imports nothing of the portal."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  older versions must get as far as this sentence
    sys.exit("需要 Python 3.11 或更新版本：请安装后用例如 `make run PYTHON=python3.11` 指定它。")

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {"run": "requirements.lock", "dev": "requirements-dev.lock"}
# What an installation of the first also satisfies: the development lock is a superset with the same versions.
SATISFIES = {"run": ["run"], "dev": ["run", "dev"]}


class BootstrapError(Exception):
    """What went wrong and what to do, in one Chinese sentence."""


def ensure(kind, root=ROOT):
    """Make `root/.venv` hold the lock file of `kind` ("run" or "dev"); milliseconds when it already does.

    Raises BootstrapError when Python cannot make environments here or the packages cannot be installed.
    """
    venv = root / ".venv"
    if is_current(kind, root):
        return
    with open(root / ".venv.lock", "w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # two terminals may both start here
        os.set_inheritable(turn.fileno(), True)  # the pip of a killed bootstrap keeps its turn until it ends
        stamp = read_stamp(venv, root)
        if is_current(kind, root):
            return
        if "dev" in stamp:
            kind = "dev"  # whoever develops here keeps the tools when the run lock changes
        (venv / "stamp.json").unlink(missing_ok=True)
        install(venv, root / LOCKS[kind], anew=not stamp)
        write_stamp(kind, venv, root)


def is_current(kind, root=ROOT):
    """Whether the environment was completed with exactly this lock file."""
    return read_stamp(root / ".venv", root).get(kind) == digest(root / LOCKS[kind])


def read_stamp(venv, root):
    """What the environment holds; {} when it is absent, half made, moved, or its Python is gone."""
    try:
        stamp = json.loads((venv / "stamp.json").read_text())
    except (OSError, ValueError):
        return {}
    usable = stamp.get("root") == str(root) and (venv / "bin" / "python").exists()
    return stamp if usable else {}


def write_stamp(kind, venv, root):
    """Record the installed lock files; written last and at once, so that a killed run leaves no stamp."""
    stamp = {name: digest(root / LOCKS[name]) for name in SATISFIES[kind]}
    draft = venv / "stamp.json.new"
    draft.write_text(json.dumps({"root": str(root), **stamp}))
    draft.replace(venv / "stamp.json")


def digest(lock):
    """The SHA-256 of a lock file, in hex."""
    if not lock.exists():
        raise BootstrapError(f"缺少锁定文件 {lock.name}：请恢复它，或用 `make lock` 重新生成。")
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def install(venv, lock, anew):
    """Install the lock file, by uv where there is one, else (or if uv fails) by pip."""
    print(f"正在按 {lock.name} 准备 .venv，第一次需要一两分钟 …", flush=True)
    if anew:
        remove(venv)
    uv = shutil.which("uv")
    if uv and install_by_uv(uv, venv, lock):
        return
    if uv:
        print("uv 没有成功，改用 pip 再试一次 …", flush=True)
        remove(venv)
    install_by_pip(venv, lock)


def remove(venv):
    """Delete the environment, also when it is a link or a file."""
    if venv.is_symlink() or venv.is_file():
        venv.unlink()
    elif venv.exists():
        shutil.rmtree(venv)


def install_by_uv(uv, venv, lock):
    """Whether uv made the environment and installed everything."""
    make = [uv, "venv", "--quiet", "--python", base_python(), str(venv)]
    python = str(venv / "bin" / "python")
    sync = [uv, "pip", "sync", "--quiet", "--require-hashes", "--python", python, str(lock)]
    exists = Path(python).exists()
    return (exists or run(make)) and run(sync)


def install_by_pip(venv, lock):
    """Make the environment by the standard library and install by its pip."""
    python = str(venv / "bin" / "python")
    if not Path(python).exists():
        require_ensurepip()
        if not run([base_python(), "-m", "venv", str(venv)]):
            raise BootstrapError("无法创建虚拟环境 .venv：请看上面的错误信息。")
    options = ["--quiet", "--disable-pip-version-check", "--no-input", "--require-hashes"]
    if not run([python, "-m", "pip", "install", *options, "-r", str(lock)]):
        raise BootstrapError("安装依赖失败：请看上面的错误信息，检查网络或软件源后再运行一次。")


def base_python():
    """The interpreter outside any environment: the one we run in may be the .venv about to be deleted."""
    return getattr(sys, "_base_executable", None) or sys.executable


def require_ensurepip():
    """Debian's Python lacks a part that `venv` needs: install it as root, otherwise say what to install."""
    if importlib.util.find_spec("ensurepip"):
        return
    package = f"python3.{sys.version_info.minor}-venv"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise BootstrapError(f"这个 Python 缺少 ensurepip：请先安装软件包 {package}（Debian、Ubuntu），再运行一次。")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print(f"正在用 apt-get 安装 {package} …", flush=True)
    run(["apt-get", "update", "-qq"], env=quiet)  # a dead third-party source need not stop the install
    if not run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", package], env=quiet):
        raise BootstrapError(f"apt-get 没有装上 {package}：请手工安装后再运行一次。")


def run(command, env=None):
    """Whether the command ended well; its output goes to the terminal."""
    return subprocess.run(command, env=env, stdin=subprocess.DEVNULL, close_fds=False).returncode == 0


def main(arguments):
    """`bootstrap.py run|dev`; returns the exit code."""
    if len(arguments) != 1 or arguments[0] not in LOCKS:
        print("用法：python3 ops/bootstrap.py run|dev", file=sys.stderr)
        return 2
    try:
        ensure(arguments[0])
    except BootstrapError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
