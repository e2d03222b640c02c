"""Is this a Vietnamese syllable? A strict speller, to judge a conversion by."""

import re
import unicodedata
from functools import lru_cache
from itertools import product

ONSETS = "b c ch d đ g gh gi h k kh kr l m n ng ngh nh p ph pl q qu r s t th tr v x br".split() + [""]

# Rimes without tone; those of place names of the highlands (Đắk, Krông) included.
RIMES = (
    "a ac ach ai ak am an ang anh ao ap at au ay ă ăc ăk ăm ăn ăng ăp ăt â âc âm ân âng âp ât âu ây "
    "e ec em en eng eo ep et ê êch êk êm ên êng ênh êp êt êu i ia ich im in inh ip it iu "
    "iêc iêm iên iêng iêp iêt iêu o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt "
    "oc oe oen oeo oet oi ok om on ong oong op ot ô ôc ôi ôk ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt "
    "u ua uân uâng uât uây uc uê uên uêch uênh ui uk um un ung uơ up ut uy uya uych uyên uyêt uyn uynh uyp uyt uyu "
    "uôc uôi uôm uôn uông uôt ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu "
    "y yêm yên yêng yêt yêu"
).split()
AFTER_QU = "yên yêt yn ynh yt ych".split()

TONES = {"": "", "grave": "\u0300", "hook": "\u0309", "tilde": "\u0303", "acute": "\u0301", "dot": "\u0323"}

# In these the tone may stand on either vowel: hòa and hoà, thúy and thuý.
_EITHER = ("oa", "oe", "uy")


@lru_cache(maxsize=4096)
def is_syllable(word):
    """Return whether `word`, in any case and normal form, is spelt like a Vietnamese syllable."""
    word = unicodedata.normalize("NFC", word).lower()
    return any(word[len(onset) :] in _toned_rimes(onset == "qu") for onset in ONSETS if word.startswith(onset))


def all_syllables():
    """Yield every syllable the speller knows, in lower case and normal form C."""
    for onset in ONSETS:
        for rime in sorted(_toned_rimes(onset == "qu")):
            yield onset + rime


@lru_cache(maxsize=2)
def _toned_rimes(after_qu):
    rimes = RIMES + AFTER_QU if after_qu else RIMES
    return frozenset(
        _put_tone(rime, place, mark) for rime in rimes for place, mark in product(_places(rime), _marks(rime))
    )


def _marks(rime):
    # A syllable that ends in a stop has the acute or the dot, nothing else.
    if re.search(r"(c|ch|p|t|k)$", rime):
        return [TONES["acute"], TONES["dot"]]
    return list(TONES.values())


def _places(rime):
    """Return the indices of the vowels that may bear the tone."""
    marked = [index for index, char in enumerate(rime) if char in "ăâêôơư"]
    if marked:
        return marked[-1:]
    vowels = re.match(r"[aeiouy]+", rime).group()
    if rime in _EITHER:
        return [0, 1]
    if len(vowels) == 1:
        return [0]
    if len(vowels) == 3 or len(vowels) < len(rime) or vowels in ("oo",):
        return [1]
    return [0]


def _put_tone(rime, place, mark):
    toned = rime[: place + 1] + mark + rime[place + 1 :]
    return unicodedata.normalize("NFC", toned)
