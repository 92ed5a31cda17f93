"""Brings the browser libraries into static/vendor/, and the font of certificates beside what draws them.

Run ``python -m ops.vendor`` after changing a version below, look at the difference, and commit the files.
The portal itself never downloads anything: the committed files must match the CHECKSUMS of their folder.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"
FONTS = VENDOR.parent.parent / "volunteers" / "fonts"  # not served: only the PDF has its used characters inside
CHECKSUMS = "CHECKSUMS"

# A source map that is named but not shipped makes the manifest storage of static files refuse to collect.
SOURCE_MAP = re.compile(r"\n?(?://[#@]\s*sourceMappingURL=\S*|/\*[#@]\s*sourceMappingURL=.*?\*/)")

# The second, older font format of the icons: every browser we support reads woff2, so we do not ship it.
WOFF_SOURCE = re.compile(r',\s*url\("[^"]+\.woff\?[^"]*"\)\s*format\("woff"\)')


@dataclass(frozen=True)
class Library:
    """One npm package: a pinned version and the files of it that pages need (path in package -> our path)."""

    name: str
    version: str
    files: dict[str, str]


LIBRARIES = [
    Library(
        "bootstrap",
        "5.3.9",
        {
            "dist/css/bootstrap.min.css": "bootstrap.min.css",
            "dist/js/bootstrap.bundle.min.js": "bootstrap.bundle.min.js",
            "LICENSE": "LICENSE",
        },
    ),
    Library(
        "bootstrap-icons",
        "1.13.2",
        {
            "font/bootstrap-icons.min.css": "bootstrap-icons.min.css",
            "font/fonts/bootstrap-icons.woff2": "fonts/bootstrap-icons.woff2",
            "LICENSE": "LICENSE",
        },
    ),
    Library(
        "htmx.org",
        "2.0.11",
        {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "LICENSE"},
    ),
    Library(
        "echarts",
        "6.1.0",
        {
            "dist/echarts.common.min.js": "echarts.common.min.js",
            "LICENSE": "LICENSE",
            "NOTICE": "NOTICE",
            "licenses/LICENSE-d3": "LICENSE-d3",
        },
    ),
    # Reads QR codes where the browser has no BarcodeDetector (Firefox, Safari, Chromium on Linux).
    Library("jsqr", "1.4.0", {"dist/jsQR.js": "jsQR.js", "LICENSE": "LICENSE"}),
]
# All of 通用规范汉字表, so that rare names can be printed (SIL Open Font License).
FONT_LIBRARIES = [
    Library(
        "@expo-google-fonts/noto-sans-sc",
        "0.4.3",
        {"400Regular/NotoSansSC_400Regular.ttf": "NotoSansSC-Regular.ttf", "LICENSE_FONT": "LICENSE_FONT"},
    ),
]


def fetch(library: Library, folder: Path) -> Path:
    """Download the library's package into `folder` by the npm client and return the archive's path."""
    answer = subprocess.run(
        ["npm", "pack", "--json", f"{library.name}@{library.version}"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    return folder / json.loads(answer.stdout)[0]["filename"]


def unpack(library: Library, archive: Path, target: Path) -> None:
    """Copy the library's chosen files from the archive into `target`, replacing whatever was there."""
    shutil.rmtree(target, ignore_errors=True)
    with tarfile.open(archive) as package:
        for source, name in library.files.items():
            member = package.extractfile(f"package/{source}")
            if member is None:
                raise FileNotFoundError(f"{library.name}: {source} is not a file")
            destination = target / name
            destination.parent.mkdir(parents=True, exist_ok=True)
            destination.write_bytes(cleaned(name, member.read()))


def cleaned(name: str, content: bytes) -> bytes:
    """Return a file's content without references to files that we leave behind."""
    if not name.endswith((".css", ".js")):
        return content
    text = SOURCE_MAP.sub("", content.decode("utf-8"))
    return WOFF_SOURCE.sub("", text).encode("utf-8")


def checksums(folder: Path) -> str:
    """Return one line `sha256  path` per vendored file, sorted by path, as `sha256sum --check` reads it."""
    files = sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() and path.name != CHECKSUMS
    )
    return "".join(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in files)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for target, libraries in ((VENDOR, LIBRARIES), (FONTS, FONT_LIBRARIES)):
            for library in libraries:
                unpack(library, fetch(library, Path(folder)), target / library.name.rpartition("/")[2])
                sys.stdout.write(f"{library.name} {library.version}\n")
            (target / CHECKSUMS).write_text(checksums(target), encoding="utf-8")


if __name__ == "__main__":
    main()
