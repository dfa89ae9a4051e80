"""A report as a person filled it in, on a form or in a workbook: texts by field. Every problem is told at once, each at its field.

Fields: `value.INDICATOR` the actual so far; `expected` the outcome expected (nothing: as planned; `low`; `none`); `serious` yes or no and
`serious_problem` which; `progress`, `problems`, `next_steps` the implementation (项目实施信息); `evidence.N.name`, `.sha256`, `.kept`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from contracts.decision import Refusal
from contracts.reporting import Evidence, Implementation
from services.monitoring.domain.refusals import ReportsRefused
from services.monitoring.domain.reports import ReportProgress

EVIDENCE = 3
"""How many proofs a form has room for."""
LONGEST = 4000
OUTCOMES: dict[str, Literal["low", "none"] | None] = {"": None, "planned": None, "low": "low", "none": "none"}
YES_OR_NO = ("yes", "no")
TOLD = ("progress", "problems", "next_steps")
_NUMBER = re.compile(r"[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?")
_SHA256 = re.compile(r"[0-9a-f]{64}")
DIGITS = 28


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong at a field; `key` names the sentence `wrong.KEY`, `given` what stands there."""

    field: str
    key: str
    given: str = ""


def evidence_fields() -> tuple[str, ...]:
    """The fields of the proofs, in their order."""
    return tuple(f"evidence.{n}.{part}" for n in range(1, EVIDENCE + 1) for part in ("name", "sha256", "kept"))


def is_blank(texts: Mapping[str, str]) -> bool:
    """Nothing was filled in; a `no` to serious problems and an outcome as planned alone are no report."""
    return not any(
        text.strip()
        for field, text in texts.items()
        if not (field == "serious" and text.strip() == "no") and not (field == "expected" and text.strip() == "planned")
    )


def report_of(
    project: str, period: str, texts: Mapping[str, str], indicators: Iterable[str]
) -> ReportProgress | tuple[Wrong, ...]:
    """The report that was filled in for a month, or everything that is wrong with it."""
    texts = {field: text.strip() for field, text in texts.items()}
    wrong = tuple(_faults(texts, indicators))
    if wrong:
        return wrong
    told = {name: texts.get(name) or None for name in TOLD}
    return ReportProgress(
        project,
        int(period[:4]),
        period,
        {id_: _number(text) for id_ in indicators if (text := texts.get(f"value.{id_}"))},
        expected=OUTCOMES[texts.get("expected", "")],
        serious_problem=texts.get("serious_problem") or None,
        details=Implementation(**told) if any(told.values()) else None,
        evidence_files=tuple(_evidence(texts)),
    )


def texts_of(values: Mapping[str, object], said: Mapping[str, object]) -> dict[str, str]:
    """The fields as a report given before would fill them: `values` and what was said beside them, as JSON."""
    texts = {f"value.{id_}": str(value) for id_, value in values.items()}
    texts["expected"] = str(said.get("expected") or "planned")
    texts["serious_problem"] = str(said.get("serious_problem") or "")
    texts["serious"] = "yes" if texts["serious_problem"] else "no"
    details, files = said.get("details"), said.get("evidence_files")
    if isinstance(details, Mapping):
        texts |= {name: str(details.get(name) or "") for name in TOLD}  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    if not any(texts.get(name) for name in TOLD) and said.get("implementation"):
        texts["progress"] = str(said["implementation"])
    if isinstance(files, list):
        for n, each in enumerate(files[:EVIDENCE], 1):  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
            texts |= {f"evidence.{n}.{part}": str(each.get(part) or "") for part in ("name", "sha256", "kept")}  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    return texts


def all_or_none(refused: Iterable[tuple[str, Refusal | None]]) -> ReportsRefused | None:
    """Of a workbook everything is taken or nothing: which projects' reports are refused, and why."""
    found = tuple((project, refusal) for project, refusal in refused if refusal is not None)
    if not found:
        return None
    return ReportsRefused(tuple(project for project, _ in found), tuple(refusal for _, refusal in found))


def _faults(texts: Mapping[str, str], indicators: Iterable[str]) -> Iterator[Wrong]:
    for id_ in indicators:
        text = texts.get(f"value.{id_}", "")
        if text and (key := _number_fault(text)):
            yield Wrong(f"value.{id_}", key, text[:60])
    if texts.get("expected", "") not in OUTCOMES:
        yield Wrong("expected", "outcome", texts["expected"][:60])
    serious, problem = texts.get("serious", ""), texts.get("serious_problem", "")
    if serious and serious not in YES_OR_NO:
        yield Wrong("serious", "yes-or-no", serious[:60])
    elif serious == "yes" and not problem:
        yield Wrong("serious_problem", "problem-missing")
    elif problem and serious != "yes":
        yield Wrong("serious", "problem-without-yes")
    for field in ("serious_problem", *TOLD, *evidence_fields()):
        if len(texts.get(field, "")) > LONGEST:
            yield Wrong(field, "too-long")
        elif "\x00" in texts.get(field, ""):
            yield Wrong(field, "character")
    for n in range(1, EVIDENCE + 1):
        name, digest, kept = (texts.get(f"evidence.{n}.{part}", "") for part in ("name", "sha256", "kept"))
        if digest and not _SHA256.fullmatch(digest.lower()):
            yield Wrong(f"evidence.{n}.sha256", "sha256", digest[:80])
        if (digest or kept) and not name:
            yield Wrong(f"evidence.{n}.name", "evidence-name")


def _number_fault(text: str) -> str | None:
    plain = _plain(text)
    if not _NUMBER.fullmatch(plain):
        return "number"
    return "digits" if sum(each.isdigit() for each in plain) > DIGITS else None


def _number(text: str) -> Decimal:
    return Decimal(_plain(text).replace(",", ""))


def _plain(text: str) -> str:
    """Full-width digits, commas and points are read as what they mean."""
    return unicodedata.normalize("NFKC", text).replace("−", "-").strip()


def _evidence(texts: Mapping[str, str]) -> Iterator[Evidence]:
    for n in range(1, EVIDENCE + 1):
        name, digest, kept = (texts.get(f"evidence.{n}.{part}", "") for part in ("name", "sha256", "kept"))
        if name:
            yield Evidence(name=name, sha256=digest.lower() or None, kept=kept or None)
