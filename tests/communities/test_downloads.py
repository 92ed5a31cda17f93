"""Files leave the portal as downloads that no browser guesses at and no cache keeps."""

import io

import pytest

from communities.downloads import MEDIA_TYPES, send_file, stream_file


def test_file_is_a_download_with_its_chinese_name():
    answer = send_file(b"x", "居民名单-2026.xlsx")
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%B1%85")
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "private, no-store")


def test_picture_may_be_shown():
    assert send_file(b"x", "photo-1.jpg", is_shown=True)["Content-Disposition"] == 'inline; filename="photo-1.jpg"'


def test_open_file_is_sent_alike():
    answer = stream_file(io.BytesIO(b"x"), "答卷.zip")
    assert b"".join(answer.streaming_content) == b"x"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.js", "a", "a.xlsx.html"])
def test_kind_that_a_browser_would_run_is_not_sent(name):
    with pytest.raises(KeyError):
        send_file(b"<script>", name)


@pytest.mark.parametrize("name", ['a\r\nSet-Cookie: x=y".csv', "../../a.csv", "a\\b.csv", "a\x00.csv"])
def test_name_cannot_leave_its_header_or_folder(name):
    header = send_file(b"x", name)["Content-Disposition"]
    assert not {"\r", "\n", "\x00", "/"} & set(header)


def test_no_kind_is_a_page():
    assert not [kind for kind in MEDIA_TYPES.values() if "html" in kind or "svg" in kind or "script" in kind]
