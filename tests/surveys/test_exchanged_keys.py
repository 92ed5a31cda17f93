"""Answer cards while keys are exchanged: printed ones stay good, used ones stay used."""

import pytest

from surveys.codes import find_code
from surveys.pool import AlreadyAnsweredError, key_of_code, seal
from tests.surveys.form_help import issue


@pytest.fixture
def exchange(settings):
    """Return what puts a new key of hashes in and keeps the former beside it."""

    def put():
        settings.HASH_KEY_OLD, settings.HASH_KEY = settings.HASH_KEY, b"h" * 32

    return put


def test_card_printed_before_is_good_and_only_once(code_link, exchange):
    card, used = issue(code_link), issue(code_link)
    seal(code_link, {}, key=key_of_code(code_link, used))
    exchange()
    assert find_code(code_link, card)
    seal(code_link, {}, key=key_of_code(code_link, card))
    for code in (card, used):
        with pytest.raises(AlreadyAnsweredError):
            seal(code_link, {}, key=key_of_code(code_link, code))


def test_card_is_unknown_once_the_former_key_is_gone(code_link, exchange, settings):
    card = issue(code_link)
    exchange()
    settings.HASH_KEY_OLD = None
    assert find_code(code_link, card) is None
