"""Diagnoses in Korean. `derivation.diagnosis` writes them in English; each form has a row."""

from __future__ import annotations

import re

__all__ = ["diagnosis_in_korean"]

_FORMS: tuple[tuple[str, str], ...] = (
    (
        r"the sign is flipped: the left side is -1 times the right side",
        r"부호가 반대이다: 왼쪽은 오른쪽의 -1배이다",
    ),
    (r"a factor (.+) is missing on the right side", r"오른쪽에 인수 \1 이(가) 빠졌다"),
    (r"the right side has an extra factor (.+)", r"오른쪽에 인수 \1 이(가) 더 있다"),
    (
        r"the range is off by one on the (left|right) side: "
        r"the sum over (\w+) should (start|end) at (.+), not (.+)",
        r"<\1>의 범위가 하나 어긋났다: \2 의 합은 \5 이(가) 아니라 \4 에서 <\3>",
    ),
    (
        r"one sign is flipped on the (left|right) side: (.+) should be (.+)",
        r"<\1>의 부호 하나가 반대이다: \2 은(는) \3 이어야 한다",
    ),
    (r"the term (.+) is missing on the right side", r"오른쪽에 항 \1 이(가) 빠졌다"),
    (r"the right side has an extra term (.+)", r"오른쪽에 항 \1 이(가) 더 있다"),
    (r"the right side has (.+) where (.+) belongs", r"오른쪽의 \1 은(는) \2 이어야 한다"),
)
_WORDS = {"<left>": "왼쪽", "<right>": "오른쪽", "<start>": "시작한다", "<end>": "끝난다"}


def diagnosis_in_korean(diagnosis: str) -> str:
    """The diagnosis in Korean; one of an unknown form is left as it is."""
    for form, korean in _FORMS:
        match = re.fullmatch(form, diagnosis)
        if match:
            text = match.expand(korean)
            for word, meaning in _WORDS.items():
                text = text.replace(word, meaning)
            return text
    return diagnosis
