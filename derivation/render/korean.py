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
    (
        r"a factor (.+) is missing on the right side: the derivative of (.+) by (.+)",
        r"오른쪽에 인수 \1 이(가) 빠졌다: \2 을(를) \3 (으)로 미분한 것이다",
    ),
    (
        r"a factor (.+) is missing in the sum on the (left|right) side",
        r"<\2>의 합 안에 인수 \1 이(가) 빠졌다",
    ),
    (
        r"an extra factor (.+) is in the sum on the (left|right) side",
        r"<\2>의 합 안에 인수 \1 이(가) 더 있다",
    ),
    (r"the (left|right) side has an extra factor (.+)", r"<\1>에 인수 \2 이(가) 더 있다"),
    (r"the (left|right) side has an extra denominator (.+)", r"<\1>에 분모 \2 이(가) 더 있다"),
    (
        r"the range is off by one on the (left|right) side: "
        r"the (sum|product) over (\w+) should (start|end) at ([^,]+), not ([^,]+)",
        r"<\1>의 범위가 하나 어긋났다: \3 의 <\2>은 \6 이(가) 아니라 \5 에서 <\4>",
    ),
    (
        r"the range is off by one on the (left|right) side: "
        r"the (sum|product) over (\w+) should start at (.+), not .+, and end at (.+), not .+",
        r"<\1>의 범위가 어긋났다: \3 의 <\2>은 \4 에서 시작하여 \5 에서 끝나야 한다",
    ),
    (
        r"one sign is flipped on the (left|right) side: that of the term (.+)",
        r"<\1>에서 항 \2 의 부호가 반대이다",
    ),
    (
        r"one sign is flipped on the (left|right) side: (.+) should be (.+)",
        r"<\1>의 부호 하나가 반대이다: \2 은(는) \3 이어야 한다",
    ),
    (r"the term (.+) is missing on the right side", r"오른쪽에 항 \1 이(가) 빠졌다"),
    (r"the (left|right) side has an extra term (.+)", r"<\1>에 항 \2 이(가) 더 있다"),
    (r"the (left|right) side has (.+) where (.+) belongs", r"<\1>의 \2 은(는) \3 이어야 한다"),
    (
        r"numerator and denominator are swapped on the (left|right) side: (.+) should be (.+)",
        r"<\1>에서 분자와 분모가 바뀌었다: \2 은(는) \3 이어야 한다",
    ),
    (
        r"base and exponent are swapped on the (left|right) side: (.+) should be (.+)",
        r"<\1>에서 밑과 지수가 바뀌었다: \2 은(는) \3 이어야 한다",
    ),
    (
        r"the (arguments|indices) of (\S+) are swapped on the (left|right) side: "
        r"(.+) should be (.+)",
        r"<\3>에서 \2 의 <\1>가 바뀌었다: \4 은(는) \5 이어야 한다",
    ),
    (
        r"a difference is the wrong way round on the (left|right) side: (.+) should be (.+)",
        r"<\1>에서 빼는 순서가 바뀌었다: \2 은(는) \3 이어야 한다",
    ),
    (r"(\w+) and (\w+) are swapped on the right side", r"오른쪽에서 \1 과(와) \2 이(가) 바뀌었다"),
    (
        r"an exponent is wrong on the (left|right) side: (.+) should be (.+)",
        r"<\1>의 지수가 틀렸다: \2 은(는) \3 이어야 한다",
    ),
    (r"equal where (.+)", r"\1 일 때 같다"),
)
_WORDS = {
    "<left>": "왼쪽",
    "<right>": "오른쪽",
    "<start>": "시작한다",
    "<end>": "끝난다",
    "<sum>": "합",
    "<product>": "곱",
    "<arguments>": "변수",
    "<indices>": "첨자",
}


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
