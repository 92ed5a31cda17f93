"""Looking for a browser and a Chinese font."""

from pathlib import Path

import pytest

from ops import browser


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without browser, font or administrator."""
    monkeypatch.setattr(browser, "find_chromium", lambda: None)
    monkeypatch.setattr(browser, "has_chinese_font", lambda: False)
    monkeypatch.setattr(browser.os, "geteuid", lambda: 1000)


def test_named_browser_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = tmp_path / "my-chromium"
    named.touch(mode=0o755)
    monkeypatch.setenv("CHROMIUM", str(named))
    assert browser.find_chromium() == named


def test_named_browser_that_is_absent_is_not_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    assert browser.find_chromium() is None


@pytest.mark.usefixtures("bare_machine")
def test_ordinary_user_is_told_what_to_install(capsys: pytest.CaptureFixture) -> None:
    assert browser.main() == 1
    said = capsys.readouterr().err
    assert "chromium" in said
    assert "fonts-noto-cjk" in said


@pytest.mark.usefixtures("bare_machine")
def test_root_installs_what_is_missing_and_looks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    installed: list[str] = []
    monkeypatch.setattr(browser.os, "geteuid", lambda: 0)
    monkeypatch.setattr(browser.shutil, "which", lambda name: name)
    monkeypatch.setattr(browser, "install", installed.extend)
    assert browser.main() == 1  # the pretended installation did not help
    assert installed == ["chromium", "fonts-noto-cjk"]
