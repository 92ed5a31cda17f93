"""Finds, or installs as root on Debian, the Chromium and Chinese font of the browser tests; never skips."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_CHROME = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
FONT_NAMES = ("*CJK*", "*SourceHan*", "wqy*", "*NotoSansSC*", "*NotoSansHans*")
ADVICE = {
    "chromium": "没有找到 Chromium：请安装 chromium 或 Google Chrome，或用环境变量 CHROMIUM 指定它的路径。",
    "fonts-noto-cjk": "没有找到中文字体：请安装软件包 fonts-noto-cjk（或任何中文字体）。",
}


def find_chromium() -> Path | None:
    """The browser: CHROMIUM when it is set, else the first known name on PATH, else Chrome on a Mac."""
    if chosen := os.environ.get("CHROMIUM"):
        found = shutil.which(chosen)
        return Path(found) if found else None
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    return MAC_CHROME if MAC_CHROME.exists() else None


def has_chinese_font() -> bool:
    """Whether Chinese text can be drawn; a Mac always has fonts for it."""
    if sys.platform == "darwin":
        return True
    if fc_list := shutil.which("fc-list"):
        return bool(subprocess.run([fc_list, ":lang=zh"], capture_output=True).stdout.strip())
    folders = (Path(folder).expanduser() for folder in FONT_FOLDERS)
    return any(any(folder.rglob(name)) for folder in folders for name in FONT_NAMES)


def missing_packages() -> list[str]:
    """The Debian packages for what is not there."""
    browser = [] if find_chromium() else ["chromium"]
    return browser if has_chinese_font() else [*browser, "fonts-noto-cjk"]


def install(packages: list[str]) -> None:
    """Install Debian packages; whether that helped is for the caller to look."""
    print(f"正在用 apt-get 安装 {'、'.join(packages)} …", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    options = ["-y", "-qq", "--no-install-recommends"]
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", *options, *packages]):
        subprocess.run(command, env=quiet, stdin=subprocess.DEVNULL)


def main() -> int:
    """Make sure of browser and font; 1 and a sentence for each that is missing."""
    packages = missing_packages()
    if packages and os.geteuid() == 0 and shutil.which("apt-get"):
        install(packages)
        packages = missing_packages()
    for package in packages:
        print(ADVICE[package], file=sys.stderr)
    return 1 if packages else 0


if __name__ == "__main__":
    sys.exit(main())
