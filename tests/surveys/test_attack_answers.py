"""The attacker's test of the answers: with the whole database, no answer can be tied to the code it came with.

The attacker even knows which mark a code leaves. She puts marks and answers of a community in every order that the
database offers and pairs them off: by chance one pair in each community is right, however many answered.
"""

import random
from itertools import product

import pytest
from django.core.cache import cache
from django.db import connection

from surveys import pool
from surveys.codes import hash_code, make_code
from surveys.models import AccessCode, Response, SealedAnswer, SpentKey
from surveys.pool import key_of_code, mix, seal
from tests.surveys.conftest import close

pytestmark = pytest.mark.django_db(transaction=True)

SYSTEM_ORDERS = ("ctid", "xmin::text::bigint, ctid", "cmin::text::bigint, ctid", "tableoid, ctid desc")
# Pairs that are right by chance are Poisson distributed with mean 1 in each of two communities: 15 or more of 60
# happen once in 200 million trials, and there are some hundred.
CHANCE = 14


class NoShuffle:
    """Draws and shuffles nothing: the lock that is off."""

    def shuffle(self, rows):
        return None

    def sample(self, rows, size):
        return list(rows)[:size]


@pytest.fixture
def sent(make_wave, community, neighbour_community):
    """Sixty people of two communities sent in an answer with a code, one after the other, in two batches and a rest."""
    wave = make_wave(needs_code=True, k=5, communities=[community, neighbour_community])
    links = list(wave.links.all())
    truth = {}
    for number in range(60):
        link, code = links[number % 2], make_code()
        AccessCode.objects.create(link=link, code_hash=hash_code(code))
        key = key_of_code(link, code)
        truth[key] = (f"愿望{number:03}", code)
        seal(link, {"wish": truth[key][0], "overall": str(1 + number % 5)}, key=key)
        if number in (44, 56):
            mix(wave)
    return wave, truth


def list_in_order(table, column, order, where):
    """Return a column of a table in an order."""
    with connection.cursor() as cursor:
        cursor.execute(f"select {column} from {table} where {where} order by {order}")
        return [bytes(value) if isinstance(value, memoryview) else value for (value,) in cursor.fetchall()]


def count_best_pairs(wave, truth):
    """Return how many pairs the best of all attackers gets right."""
    answer_orders = [
        *SYSTEM_ORDERS,
        "id",
        "day, ctid",
        "answers::text, ctid",
        "day desc, id desc",
        "xmin::text::bigint, id",
    ]
    mark_orders = [*SYSTEM_ORDERS, "key", "key desc", "xmin::text::bigint, key"]
    best = 0
    for marks, answers in product(mark_orders, answer_orders):
        right = 0
        for link in wave.links.all():
            where = f"wave_id = {wave.pk} and community_id = {link.community_id}"
            wishes = list_in_order("surveys_response", "answers->>'wish'", answers, where)
            keys = list_in_order("surveys_spentkey", "key", marks, f"wave_id = {wave.pk}")
            own = [key for key in keys if truth[key][0] in wishes]
            right += sum(truth[key][0] == wish for key, wish in zip(own, wishes, strict=True))
        best = max(best, right)
    return best


def test_no_order_pairs_answers_with_codes_while_open(sent):
    wave, truth = sent
    assert Response.objects.count() == SpentKey.objects.count() == 47
    assert count_best_pairs(wave, truth) <= CHANCE


def test_no_order_pairs_answers_with_codes_in_the_end(sent):
    wave, truth = sent
    close(wave)
    mix(wave)
    assert Response.objects.count() == SpentKey.objects.count() == 60
    assert count_best_pairs(wave, truth) <= CHANCE


def test_attacker_wins_without_shuffling(make_wave, community, neighbour_community, monkeypatch):
    monkeypatch.setattr(pool, "SHUFFLE", NoShuffle())
    monkeypatch.setattr(pool, "shuffle_all", lambda wave: None)
    wave = make_wave(needs_code=True, communities=[community, neighbour_community])
    links, truth = list(wave.links.all()), {}
    for number in range(60):
        key = key_of_code(links[number % 2], make_code())
        truth[key] = (f"愿望{number:03}", "")
        seal(links[number % 2], {"wish": truth[key][0]}, key=key)
    close(wave)
    mix(wave)
    assert count_best_pairs(wave, truth) > CHANCE


def test_no_transaction_wrote_both_a_mark_and_an_answer(sent):
    wave, _truth = sent
    for table in range(2):
        marks = set(list_in_order("surveys_spentkey", "xmin::text", "1", "true"))
        answers = set(list_in_order("surveys_response", "xmin::text", "1", "true"))
        assert not marks & answers
        if table == 0:
            close(wave)
            mix(wave)
    assert len(marks) == len(answers) == 1


def test_nothing_waits_and_nothing_tells_a_time_in_the_end(sent):
    wave, _truth = sent
    close(wave)
    mix(wave)
    assert not SealedAnswer.objects.exists()
    kinds = {field.get_internal_type() for model in (Response, SpentKey) for field in model._meta.get_fields()}
    assert not kinds & {"DateTimeField", "TimeField", "AutoField", "BigAutoField", "GenericIPAddressField"}


def test_no_row_of_any_table_holds_both_an_answer_and_a_code(sent):
    wave, truth = sent
    close(wave)
    mix(wave)
    hashes = {hash_code(code).hex() for _wish, code in truth.values()}
    keys = {key.hex() for key in truth}
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'select t::text from "{table}" t')
            for (row,) in cursor.fetchall():
                found = {
                    "wish": "愿望" in row,
                    "hash": any(one in row for one in hashes),
                    "key": any(one in row for one in keys),
                    "code": any(code in row or code.replace("-", "").lower() in row for _wish, code in truth.values()),
                }
                assert sum(found.values()) <= 1, (table, found)
                assert not found["code"], table
                assert not found["wish"] or table == "surveys_response"


def test_cache_holds_neither_answers_nor_codes(sent):
    wave, truth = sent
    close(wave)
    mix(wave)
    client = cache._cache.get_client(None, write=True)
    kept = [key + (client.get(key) if client.type(key) == b"string" else b"") for key in client.scan_iter()]
    traces = [
        "愿望".encode(),
        *(code.encode() for _wish, code in truth.values()),
        *truth,
        *map(hash_code, [c for _w, c in truth.values()]),
    ]
    assert not [key for key in kept for trace in traces if trace in key]


def test_sealed_rows_in_any_order_say_nothing_of_what_is_inside(make_wave, community):
    wave = make_wave()
    link, rng = wave.links.get(), random.Random(5)
    for number in range(40):
        seal(link, {"overall": rng.choice("12345"), "years": 10}, key=key_of_code(link, str(number)))
    lengths = {len(bytes(row.sealed)) for row in SealedAnswer.objects.all()}
    assert len(lengths) == 1
