"""The ledger's sums on pages: by month, project, paying unit, functional and economic class, each with a way down to the vouchers that it
is made of; and one voucher's own page."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from backbone.web.asking import Ask
from backbone.web.forms import new_key
from backbone.web.languages import language_of
from backbone.web.problems import Refused
from contracts.authority import permit
from contracts.kinds import Code, Period, Year
from services.monitoring import views
from services.monitoring.domain.ledger_refusals import VoucherUnknown
from services.monitoring.domain.refusals import PeriodOutsideYear
from services.monitoring.domain.seeing import NOBODYS, see
from services.monitoring.handlers.ledger import DECIDE
from services.monitoring.pages import PAGES
from services.monitoring.pages.office import quoted
from services.monitoring.pages.vouchers import PAGE, After, address, page_of
from services.monitoring.views import ledger

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
say = PAGES.words.say
By = Literal["project", "unit", "functional", "economic"]


@router.get("/ledger/totals")
def totals(
    ask: Ask, request: Request, year: Year, by: By = "project", period: Period | None = None, after: After = None
) -> Response:
    """Totals of a year or a month by project, paying unit or class."""
    ask.require("read-ledger", NOBODYS)
    if period is not None and period[:4] != f"{year:04d}":
        raise Refused(PeriodOutsideYear(period, year))
    if by == "project":
        found = page_of(ask, after, lambda conn: ledger.project_totals(conn, year, period, after, PAGE))
    else:
        found = page_of(ask, after, lambda conn: ledger.classes(conn, by, year, period, after, PAGE))
    lang = language_of(request)
    return PAGES.render(
        request,
        "ledger_totals.html",
        title=say(f"totals_by.{by}", lang),
        as_of=ask.read(views.as_of),
        year=year,
        by=by,
        period=period,
        rows_of_page=found[0],
        following=found[1],
        after=after,
        address=address,
    )


@router.get("/ledger/class")
def class_months(
    ask: Ask, request: Request, year: Year, by: ledger.Kind, code: Annotated[str, Query(max_length=80)] = ""
) -> Response:
    """What a paying unit or a class comes to, month by month."""
    ask.require("read-ledger", NOBODYS)
    lang = language_of(request)
    return PAGES.render(
        request,
        "ledger_class.html",
        title=f"{say(f'field.{by}', lang)} {code or say('page.totals.unsaid', lang)}",
        as_of=ask.read(views.as_of),
        year=year,
        by=by,
        code=code,
        months=ask.read(lambda conn: ledger.class_months(conn, by, code, year)),
        address=address,
    )


@router.get("/ledger/month")
def month_vouchers(
    ask: Ask,
    request: Request,
    period: Period,
    by: ledger.Kind | None = None,
    code: Annotated[str, Query(max_length=80)] = "",
    after: After = None,
) -> Response:
    """A month's vouchers, all or those of a class."""
    ask.require("read-ledger", NOBODYS)
    rows, following = page_of(ask, after, lambda conn: ledger.month_vouchers(conn, period, by, code, after, PAGE))
    lang = language_of(request)
    return PAGES.render(
        request,
        "ledger_month.html",
        title=say("page.month_vouchers.title", lang, period=period),
        as_of=ask.read(views.as_of),
        period=period,
        by=by,
        code=code,
        of_class=f"{say(f'field.{by}', lang)} {code or say('page.totals.unsaid', lang)}" if by else None,
        rows_of_page=rows,
        following=following,
        address=address,
    )


@router.get("/ledger/voucher")
def voucher(
    ask: Ask,
    request: Request,
    source: Code,
    year: Annotated[int, Query(ge=0, le=2200)],
    number: Annotated[str, Query(min_length=1, max_length=120)],
) -> Response:
    """One voucher: what arrived, when, from where, and what contradicts it; who may decide that finds the form here."""
    found = ask.read(lambda conn: ledger.voucher(conn, source, year, number))
    whose = None if found is None else found["responsible"] or NOBODYS
    refusal = see(ask.actor, "read-vouchers", whose, VoucherUnknown(source, year, number))
    if refusal is not None:
        raise Refused(refusal)
    done = request.query_params.get("done", "")
    response = PAGES.render(
        request,
        "voucher.html",
        title=say("page.voucher.title", language_of(request), number=number),
        as_of=ask.read(views.as_of),
        found=found,
        sees_ledger=permit(ask.actor, "read-ledger", NOBODYS) is None,
        may_decide=permit(ask.actor, DECIDE, NOBODYS) is None,
        done=done if done in ("first-stands", "to-be-reversed") else None,
        key=new_key(),
        address=address,
        quote=quoted,
    )
    response.headers["Cache-Control"] = "no-store"
    return response
