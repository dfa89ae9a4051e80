"""A case file for `jixiao score`, `monitor` and `review`: read exactly, answered as JSON, refused in one form.

An answer ends with status 0; a case that cannot be answered with status 2 and `{"error": {"type", "detail", "missing"}}`. The detail
says it in Chinese, then in English, as the whole command line does (`算例缺少 kind · The case lacks kind`); a place in the case
is written `annual/3/weight`, counted from 0. What can be wrong with the file itself has these types; what is wrong with the case is
for each command to say:

    unreadable-file   it is not there, or cannot be opened
    not-utf-8         its bytes are not UTF-8
    not-json          it is no JSON, or nested too deeply
    duplicate-key     a key stands twice in one object: which of the two counts would be a guess
    number-too-long   a number has more than 60 digits before or after its point
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import typer

CANNOT = 2
"""Exit status of a case that cannot be answered."""

DIGITS = 60
"""The most digits of a number before its point, and after it."""

WHOLE = "CASE.json"
"""The place of a fault that the whole case has."""

SHOWN = 10
"""The most faults of a form that one sentence tells."""

Case = Annotated[
    str,
    typer.Argument(
        metavar=WHOLE, help="算例文件，- 为标准输入 · the case file, - for standard input", show_default=False
    ),
]
Language = Annotated[
    Literal["zh", "en"] | None,
    typer.Option(
        help="错误说明只用一种语言，默认中英文并列 · an error's detail in one language; both where not said",
        show_default=False,
    ),
]
"""The argument and the option that all three commands have."""


class CaseRefused(Exception):
    """A case that cannot be answered: `type` is a stable word, `zh` and `en` say it, without a full stop; `missing` are the gaps that
    it names."""

    def __init__(self, type: str, zh: str, en: str, missing: Sequence[str] = ()) -> None:
        self.zh = zh.removesuffix("。")
        self.en = en.removesuffix(".")
        super().__init__(f"{self.zh} · {self.en}")
        self.type = type
        self.missing = tuple(missing)

    def detail(self, language: Literal["zh", "en"] | None) -> str:
        """The sentence in one language, or in both."""
        return {None: str(self), "zh": self.zh, "en": self.en}[language]


def answer(
    case: str,
    judged: Callable[[object], dict[str, Any]],
    *,
    language: Literal["zh", "en"] | None = None,
    figure: Callable[[str], object] = Decimal,
) -> None:
    """Print what `judged` makes of the case, or why it cannot (it raises CaseRefused): then the command ends with status 2."""
    try:
        _print(judged(read(case, figure)))
    except CaseRefused as refused:
        said = {"type": refused.type, "detail": refused.detail(language), "missing": list(refused.missing)}
        _print({"error": said})
        raise typer.Exit(CANNOT) from None


def read(case: str, figure: Callable[[str], object] = Decimal) -> object:
    """The JSON of a file, or of standard input for `-`; CaseRefused where there is none.

    Numbers are exact: an integer is an int, any other number what `figure` makes of its plain digits (`1.5e3` is "1500").
    """
    try:
        data = sys.stdin.buffer.read() if case == "-" else Path(case).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CaseRefused("unreadable-file", f"无法读取 {case}：{reason}", f"{case} cannot be read: {reason}") from None
    try:
        return json.loads(
            data.decode("utf-8-sig"),
            parse_int=lambda digits: int(_plain(digits)),
            parse_float=lambda digits: figure(_plain(digits)),
            parse_constant=_no_number,
            object_pairs_hook=_each_key_once,
        )
    except UnicodeDecodeError as error:
        raise CaseRefused(
            "not-utf-8",
            f"算例不是 UTF-8 编码（第 {error.start} 字节）",
            f"the case is not UTF-8 (byte {error.start})",
        ) from None
    except RecursionError:
        raise _not_json("嵌套过深", "nested too deeply") from None
    except ValueError as error:
        raise _not_json(str(error), str(error)) from None


def wrong_form(type: str, faults: Sequence[Mapping[str, Any]]) -> CaseRefused:
    """A case that has not the form of one: pydantic's `faults`, each told with its place, the first ten of them."""
    from backbone.web import invalid
    from backbone.web.words import load

    words = load("backbone.web")
    told = [
        invalid.sentences({**fault, "loc": ("/".join(map(str, fault["loc"])) or WHOLE,)}, words)
        for fault in faults[:SHOWN]
    ]
    zh, en = [each["zh"].removesuffix("。") for each in told], [each["en"].removesuffix(".") for each in told]
    if more := len(faults) - len(told):
        zh.append(f"另有 {more} 处")
        en.append(f"and {more} more")
    return CaseRefused(type, "；".join(zh), "; ".join(en))


def unusable_rules(error: object) -> CaseRefused:
    """A rule set that is no rule set, or whose file cannot be read."""
    return CaseRefused("unusable-rules", f"规则文件无法使用：{error}", f"the rule set cannot be used: {error}")


def _plain(digits: str) -> str:
    """A number in plain digits, with no exponent: the same number to the last digit."""
    try:
        number = Decimal(digits)
    except ArithmeticError:  # an exponent beyond anything
        raise _too_long(digits) from None
    exponent = number.as_tuple().exponent
    if number.adjusted() >= DIGITS or (isinstance(exponent, int) and not -DIGITS <= exponent < DIGITS):
        raise _too_long(digits)
    return format(number, "f")


def _each_key_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise CaseRefused(
                "duplicate-key", f"同一对象中 {key} 出现了两次", f"the key {key} stands twice in one object"
            )
        found[key] = value
    return found


def _no_number(word: str) -> NoReturn:
    raise _not_json(f"{word} 不是数字", f"{word} is not a number")


def _not_json(zh: str, en: str) -> CaseRefused:
    return CaseRefused("not-json", f"算例不是有效的 JSON：{zh}", f"the case is not valid JSON: {en}")


def _too_long(digits: str) -> CaseRefused:
    shown = digits if len(digits) <= DIGITS else f"{digits[:DIGITS]}…"
    return CaseRefused(
        "number-too-long",
        f"数字 {shown} 的小数点前或后超过 {DIGITS} 位",
        f"the number {shown} has more than {DIGITS} digits before or after its point",
    )


def _print(value: dict[str, Any]) -> None:
    """As UTF-8, whatever the terminal; half a surrogate pair from a case stays the escape that it was."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace"))
