"""Personal data at rest."""

import pytest
from cryptography.exceptions import InvalidTag

from accounts.encryption import blind_index, decrypt, encrypt
from grids.masking import mask_id_number, mask_name, mask_phone


def test_ciphertext_reads_back_and_differs_each_time():
    first, second = (encrypt("110105", purpose="id_number") for _ in range(2))
    assert first != second
    assert decrypt(first, purpose="id_number") == "110105"


def test_ciphertext_moved_to_another_column_does_not_open():
    with pytest.raises(InvalidTag):
        decrypt(encrypt("110105", purpose="id_number"), purpose="phone")


def test_blind_index_depends_on_text_purpose_and_key(settings):
    index = blind_index("1", purpose="phone")
    assert index == blind_index("1", purpose="phone")
    assert index != blind_index("1", purpose="id_number")
    settings.HASH_KEY = b"0" * 32
    assert index != blind_index("1", purpose="phone")


@pytest.mark.parametrize(
    ("name", "masked"), [("张安", "张*"), ("张小安", "张*安"), ("欧阳建安", "欧**安"), ("安", "*")]
)
def test_name_is_masked(name, masked):
    assert mask_name(name) == masked


def test_numbers_are_masked():
    assert mask_id_number("110134") == "1101************34"
    assert mask_phone("1991234") == "199****1234"
    assert mask_phone("") == mask_id_number("") == ""
