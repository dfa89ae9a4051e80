"""The plan as days: the declarations, the twelve months of payments, reports and closes, the assessments, the publication."""

from __future__ import annotations

from calendar import month_name
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from deploy.demo import rounds
from deploy.demo import script_assessment as units
from deploy.demo import script_projects as projects
from deploy.demo import script_round as august
from deploy.demo.courses import report_day
from deploy.demo.facts import Plan, Voucher
from deploy.demo.finance import EARLY_FILE, month_end
from deploy.demo.projects import APPROVAL, LATE_APPROVAL
from deploy.demo.steps import Day, File, Phase, Post

DECLARED, REVIEWED, REVISED = date(2025, 12, 8), date(2025, 12, 15), date(2025, 12, 22)
MID_TERM, EVALUATED, COMPLETED, PUBLISHED = date(2026, 7, 20), date(2027, 1, 18), date(2027, 1, 22), date(2027, 2, 5)
CLAIMED, CONFIRMED = report_day(10), report_day(11)


def script(plan: Plan) -> tuple[Day, ...]:
    """The days of the year that are played, in order."""
    days: dict[date, _Draft] = defaultdict(_Draft)
    _before_the_year(plan, days)
    for month in range(1, 13):
        _month(plan, month, days)
    _between(plan, days)
    _round(plan, days)
    _assessments(plan, days)
    return tuple(days[day].day(day) for day in sorted(days))


class _Draft:
    """A day as it fills up."""

    def __init__(self) -> None:
        self.zh: list[str] = []
        self.en: list[str] = []
        self.phases: list[Phase] = []
        self.closes = False

    def say(self, zh: str, en: str) -> None:
        self.zh.append(zh)
        self.en.append(en)

    def post(self, *bundles: Iterable[Post]) -> None:
        self.phases += [Phase(posts=posts) for bundle in bundles if (posts := tuple(bundle))]

    def day(self, day: date) -> Day:
        return Day(day, "；".join(self.zh), "; ".join(self.en), tuple(self.phases), self.closes)


def _before_the_year(plan: Plan, days: dict[date, _Draft]) -> None:
    """Declarations, their review, the returned ones again, approval with the budget."""
    returned = [project for project in plan.projects if project.fault]
    count = len(plan.projects) + 1
    days[DECLARED].say(f"{count} 个项目申报绩效目标和预算", f"{count} projects declare goals and budgets")
    days[DECLARED].post(projects.declarations([*plan.projects, plan.refused], first=True))
    days[REVIEWED].say(
        f"财政审核：{len(returned)} 个退回修改，1 个新增项目未做事前评估，不予安排",
        f"finance reviews: {len(returned)} go back, one is refused for want of an ex-ante evaluation",
    )
    days[REVIEWED].post(projects.reviews([*plan.projects, plan.refused], first=True), projects.returns(returned))
    days[REVISED].say(
        f"{len(returned)} 个项目修改后重新申报，审核通过", f"{len(returned)} projects declare again and pass"
    )
    days[REVISED].post(projects.declarations(returned, first=False), projects.reviews(returned, first=False))
    on_time = [project for project in plan.projects if project.approved_on == APPROVAL]
    late = [project for project in plan.projects if project.approved_on == LATE_APPROVAL]
    days[APPROVAL].say(
        f"批复 {len(on_time)} 个项目；考核启动，下达 48 个单位的目标",
        f"{len(on_time)} projects approved; targets issued to 48 units",
    )
    days[APPROVAL].post(projects.approvals(on_time, "县财预〔2026〕3号"), units.opening(plan), units.targets(plan))
    days[LATE_APPROVAL].say("补充批复 1 个项目，此前已有付款", "one more project approved, after money was paid on it")
    days[LATE_APPROVAL].post(projects.approvals(late, "县财预〔2026〕9号"))


def _month(plan: Plan, month: int, days: dict[date, _Draft]) -> None:
    """The month's payments on its last day, its reports on the 8th of the next, its close on the 11th."""
    end, reported = month_end(month), report_day(month)
    arriving = _arriving(plan, end)
    days[end].say(
        f"{month}月：两个财务系统送来 {len(arriving)} 张凭证", f"{month_name[month]}: {len(arriving)} vouchers arrive"
    )
    days[end].phases.append(Phase(files=_files(arriving)))
    if month == 1:
        early = _arriving(plan, EARLY_FILE)
        days[EARLY_FILE].say(
            f"{len(early)} 张凭证先到，项目尚未批复", f"{len(early)} vouchers of a project not yet approved"
        )
        days[EARLY_FILE].phases.append(Phase(files=_files(early)))
    first, again = projects.reports(plan, reported)
    workbooks = projects.workbooks(plan, reported)
    count = len(first) + sum(len(workbook.reports) for workbook in workbooks)
    days[reported].say(f"各单位报送{month}月绩效运行情况 {count} 份", f"{count} reports for {month_name[month]}")
    if any(workbook.wrong for workbook in workbooks):
        days[reported].say(
            "一份报表填错一格，标出退回后改正重报", "a workbook with a wrong cell comes back marked and is mended"
        )
    days[reported].phases.append(Phase(posts=tuple(first), workbooks=workbooks))
    days[reported].post(again, units.of_month(plan, month))
    if month % 3 == 0:
        days[reported].say(f"{month // 3}季度社会评议", f"satisfaction survey of quarter {month // 3}")
        days[reported].post(units.satisfaction(plan, f"Q{month // 3}"))
    close = days[reported.replace(day=11)]
    close.closes = True
    close.say(
        f"{month}月结账：{len(plan.projects)} 个项目逐个判定",
        f"{month_name[month]} is closed: {len(plan.projects)} projects judged",
    )


def _between(plan: Plan, days: dict[date, _Draft]) -> None:
    """What has a day of its own: late vouchers and reports, orders, the adjustment."""
    usual = {month_end(month) for month in range(1, 13)} | {EARLY_FILE}
    for arrives in sorted({voucher.arrives for voucher in plan.vouchers} - usual):
        late = _arriving(plan, arrives)
        days[arrives].say(
            f"迟到的凭证 {len(late)} 张，已结账的月份重新判定",
            f"{len(late)} late vouchers: closed months are judged again",
        )
        days[arrives].phases.append(Phase(files=_files(late)))
    monthly = {report_day(month) for month in range(1, 13)}
    for received in sorted({report.received for report in plan.reports} - monthly):
        first, again = projects.reports(plan, received)
        days[received].say(
            f"补报、更正 {len(first) + len(again)} 份", f"{len(first) + len(again)} late or corrected reports"
        )
        days[received].post(first, again)
    for order in plan.orders:
        if not order.by_round:
            days[order.day].say(*projects.told(plan, order))
            days[order.day].post([projects.ordered(order, plan)])
    given = plan.reallocation
    days[given.day].say(
        f"停止项目收回的资金调剂 {given.amount / 1_000_000:g} 万元到亟需支持的项目",
        f"{given.amount / 100_000_000:g} million yuan that the stop freed go where they are needed most",
    )
    days[given.day].post([august.proposed(plan)], [august.approved(plan)])
    for adjustment in plan.adjustments:
        if adjustment.applied_on is None:
            continue  # proposed by the round, and decided as it closes
        days[adjustment.applied_on].say("单位申请调整目标和预算", "the unit applies for an adjustment")
        days[adjustment.applied_on].post([projects.application(plan, adjustment)])
        days[adjustment.adjusted_on].say("目标和预算一并调整", "goals and budget are adjusted together")
        days[adjustment.adjusted_on].post([projects.adjusted(adjustment)])


def _round(plan: Plan, days: dict[date, _Draft]) -> None:
    """The August round: opened by command, filled in, reviewed, decided, its cuts approved by goals, closed by command."""
    late, returned = ([part for part in plan.parts if getattr(part, name)] for name in ("late", "returned"))
    on_time = [part for part in plan.parts if part not in late]
    cuts = [adjustment for adjustment in plan.adjustments if adjustment.applied_on is None]
    count = len(plan.parts)
    days[rounds.OPENED].say(
        f"开展8月集中监控，记下 {count} 个项目一至七月的数字",
        f"the August round opens: {count} projects' figures to July",
    )
    days[rounds.OPENED].phases.append(Phase(commands=(august.opening(plan),)))
    days[rounds.FILLED].say(
        f"{len(on_time)} 个项目填报偏差原因和全年预计", f"{len(on_time)} units say why, and what the year will come to"
    )
    days[rounds.FILLED].post(august.fillings(plan, on_time, first=True))
    passed = [part for part in on_time if part not in returned]
    days[rounds.REVIEWED].say(
        f"财政审核通过 {len(passed)} 个，退回 {len(returned)} 个，催报 {len(late)} 个",
        f"finance passes {len(passed)}, returns {len(returned)}; {len(late)} chased",
    )
    days[rounds.REVIEWED].post([*august.passes(passed), *august.returns(returned)])
    days[rounds.REVIEWED].post(august.fillings(plan, late, first=True))
    changed = sum(part.decision != "keep" for part in plan.parts)
    days[rounds.DECIDED].say(
        f"分管领导逐个决定：{len(cuts)} 个核减预算，{changed} 个有处理措施",
        f"an official decides all: {len(cuts)} cut, {changed} with measures",
    )
    days[rounds.DECIDED].post(august.fillings(plan, returned, first=False), august.passes([*returned, *late]))
    days[rounds.DECIDED].post(august.decisions(plan))
    days[rounds.CLOSED].say("核减预算批复，集中监控结束", "the cuts are approved with their budgets, the round closes")
    days[rounds.CLOSED].post([projects.adjusted(adjustment) for adjustment in cuts])
    days[rounds.CLOSED].phases.append(Phase(commands=(august.closing(plan),)))


def _assessments(plan: Plan, days: dict[date, _Draft]) -> None:
    """Mid-term in July, claims in November and December, scores in January, publication in February."""
    days[MID_TERM].say("年中考核", "mid-term assessment")
    days[MID_TERM].post(units.halves(plan, "mid_term"), units.mid_term(plan))
    days[CLAIMED].post(units.claims(plan))
    days[CONFIRMED].post(units.confirmations(plan))
    count = len(plan.projects)
    days[EVALUATED].say(
        f"{count} 个项目评价打分；48 个单位年终数据报齐",
        f"{count} projects are scored; the units' year-end figures are in",
    )
    days[EVALUATED].post(projects.evaluations(plan), units.halves(plan, "year_end"))
    days[COMPLETED].say("年终考核；并列的名额由县领导决定", "year-end assessment; a leader decides the tie")
    days[COMPLETED].post(units.completion(plan), units.decisions(plan))
    public = [project for project in plan.projects if project.code not in plan.withheld]
    days[PUBLISHED].say(
        f"批准公开 {len(public)} 个项目的结果", f"the results of {len(public)} projects are approved and published"
    )
    days[PUBLISHED].post(projects.publications(public))


def _arriving(plan: Plan, day: date) -> list[Voucher]:
    every: tuple[tuple[Voucher, ...], ...] = (plan.vouchers, plan.resent, plan.conflicting)
    return [voucher for bundle in every for voucher in bundle if voucher.arrives == day]


def _files(vouchers: Iterable[Voucher]) -> tuple[File, ...]:
    by_source: dict[str, list[Voucher]] = defaultdict(list)
    for voucher in vouchers:
        by_source[voucher.source].append(voucher)
    return tuple(File(source, tuple(sorted(bundle, key=_booked))) for source, bundle in sorted(by_source.items()))


def _booked(voucher: Voucher) -> tuple[date, str]:
    return voucher.date, voucher.number
