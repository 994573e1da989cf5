import uuid

import pytest
from django.core.exceptions import ImproperlyConfigured

from companies import vault
from companies.vault import SealedError
from licenses.models.key import KEY_TEXT, SEED

ROW = uuid.UUID("44444444-4444-4444-8444-444444444444")
THIRD_KEY = "dGhpcmQtbWFzdGVyLWtleS10aGlyZC1tYXN0ZXItLi4="
OTHER_KEY = "b3RoZXItbWFzdGVyLWtleS1vdGhlci1tYXN0ZXItLi4="


def sealed(secret=b"the seed", purpose=SEED, row=ROW):
    return vault.seal(secret, purpose=purpose, row=row)


def test_what_is_sealed_opens_again():
    assert vault.unseal(sealed(), purpose=SEED, row=ROW) == b"the seed"


def test_a_memoryview_from_the_database_opens_too():
    assert vault.unseal(memoryview(sealed()), purpose=SEED, row=ROW)


def test_the_secret_does_not_show():
    assert b"the seed" not in sealed()


def test_sealing_twice_gives_different_bytes():
    assert sealed() != sealed()


def test_a_secret_opens_in_its_own_row_only():
    with pytest.raises(SealedError):
        vault.unseal(sealed(), purpose=SEED, row=uuid.uuid4())


def test_a_secret_opens_for_its_own_purpose_only():
    with pytest.raises(SealedError):
        vault.unseal(sealed(), purpose=KEY_TEXT, row=ROW)


def test_no_changed_byte_opens():
    box = bytearray(sealed())

    for place in range(len(box)):
        box[place] ^= 1
        with pytest.raises(SealedError):
            vault.unseal(bytes(box), purpose=SEED, row=ROW)
        box[place] ^= 1


@pytest.mark.parametrize("box", [b"", b"\x01", b"\x01" + bytes(12)])
def test_a_stub_is_damaged(box):
    with pytest.raises(SealedError, match="damaged"):
        vault.unseal(box, purpose=SEED, row=ROW)


def test_another_master_key_opens_nothing_and_is_named(settings):
    box = sealed()
    settings.SIGNING_MASTER_KEY = OTHER_KEY

    with pytest.raises(SealedError, match="SIGNING_MASTER_KEY"):
        vault.unseal(box, purpose=SEED, row=ROW)


def test_what_was_sealed_before_opens_with_the_master_key_before(settings):
    box = sealed()
    settings.SIGNING_MASTER_KEY_PREVIOUS = [THIRD_KEY, settings.SIGNING_MASTER_KEY]
    settings.SIGNING_MASTER_KEY = OTHER_KEY

    assert vault.unseal(box, purpose=SEED, row=ROW) == b"the seed"
    assert not opens_without_the_old_keys(settings, box)


def test_what_is_resealed_needs_only_the_master_key_of_today(settings):
    old = sealed()
    settings.SIGNING_MASTER_KEY_PREVIOUS = [settings.SIGNING_MASTER_KEY]
    settings.SIGNING_MASTER_KEY = OTHER_KEY

    fresh = vault.resealed(old, purpose=SEED, row=ROW)

    assert vault.resealed(fresh, purpose=SEED, row=ROW) is None
    assert opens_without_the_old_keys(settings, fresh)


def opens_without_the_old_keys(settings, box):
    settings.SIGNING_MASTER_KEY_PREVIOUS = []
    try:
        return vault.unseal(box, purpose=SEED, row=ROW) == b"the seed"
    except SealedError:
        return False


@pytest.mark.parametrize("key", ["", "no base64!", "c2hvcnQ="])
def test_a_master_key_of_the_wrong_shape_is_named(settings, key):
    settings.SIGNING_MASTER_KEY = key

    with pytest.raises(ImproperlyConfigured, match="SIGNING_MASTER_KEY"):
        sealed()
