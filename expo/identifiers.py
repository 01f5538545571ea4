"""Identifiers of organizations, people and patents: normalise, then check the check character.

Each `check_<name>` is a Django validator. A broken check character is an error; the text says what to look at.
Sources: GB 32100-2015 (USCI), ror.org (ROR), ISO 17442 (LEI), ISO 7064 MOD 11-2 (ORCID), CNIPA application numbers.
"""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.iso7064 import mod_11_2, mod_97_10

USCI_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ROR_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def normalize(raw: str) -> str:
    """Without spaces and hyphens, in capitals."""
    return re.sub(r"[\s\-]", "", raw).upper()


def is_usci(code: str) -> bool:
    """Unified social credit code: 18 characters, the last one checks the others."""
    if len(code) != 18 or any(c not in USCI_ALPHABET for c in code) or not code[2:8].isdigit():
        return False
    total = sum(USCI_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(code[:17]))
    return USCI_ALPHABET[-total % 31] == code[17]


def is_ror(code: str) -> bool:
    """Research Organization Registry: 0, six of base 32, two check digits."""
    if not re.fullmatch(r"0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}", code):
        return False
    number = 0
    for character in code[:7]:
        number = number * 32 + ROR_ALPHABET.index(character)
    return f"{98 - number * 100 % 97:02d}" == code[7:]


def is_lei(code: str) -> bool:
    """Legal entity identifier: 20 characters, modulo 97 is 1."""
    return bool(re.fullmatch(r"[0-9A-Z]{18}[0-9]{2}", code)) and mod_97_10.is_valid(code)


def is_orcid(code: str) -> bool:
    """ORCID without hyphens: 15 digits and a check character."""
    return bool(re.fullmatch(r"\d{15}[\dX]", code)) and mod_11_2.is_valid(code)


def patent_check_digit(body: str) -> str:
    """The check digit of a Chinese application number of 8 or 12 digits: weights 2..9 repeating, modulo 11."""
    rest = sum(int(digit) * (2 + i % 8) for i, digit in enumerate(body)) % 11
    return "X" if rest == 10 else str(rest)


def is_cn_patent(number: str) -> bool:
    """A Chinese application or patent number, like 201610410030.9 or ZL95115608.X, or a publication, CN106097069A."""
    code = re.sub(r"^(ZL|CN)(?=\d+\.?[\dX]$)", "", normalize(number))
    if re.fullmatch(r"CN\d{7,9}[A-Z]\d?", normalize(number)):
        return True
    match = re.fullmatch(r"(\d{8}|\d{12})\.?([\dX])", code)
    if not match:
        return False
    body, digit = match.groups()
    kind = body[2] if len(body) == 8 else body[4]
    return kind in "12389" and patent_check_digit(body) == digit


def check_usci(code: str) -> None:
    if not is_usci(code):
        raise ValidationError(
            _(
                "This is no unified social credit code: 18 characters without I, O, S, V, Z, and the last must fit the "
                "others. Compare it with the business license."
            )
        )


def check_ror(code: str) -> None:
    if not is_ror(code):
        raise ValidationError(
            _("This is no ROR identifier: nine characters like 03yrm5c26. Copy the end of the address at ror.org.")
        )


def check_lei(code: str) -> None:
    if not is_lei(code):
        raise ValidationError(
            _("This is no LEI: 20 letters and digits whose check digits must fit. Compare it with the LEI register.")
        )


def check_orcid(code: str) -> None:
    if not is_orcid(normalize(code)):
        raise ValidationError(
            _("This is no ORCID iD: 16 characters like 0000-0002-1825-0097, and the last one must fit the others.")
        )


def check_cn_patent(number: str) -> None:
    if not is_cn_patent(number):
        raise ValidationError(
            _(
                "This is no Chinese patent number: write it like 201610410030.9 or CN106097069A, with the check digit "
                "that fits."
            )
        )
