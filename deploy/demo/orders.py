"""What officials order during the year, and what the units answer: corrections, an answer sent back, an adjustment, a suspension, a stop,
a project on the watch list."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from deploy.demo.facts import Order, Project
from deploy.demo.rounds import DECIDED, DOCUMENT

MID_YEAR, APPLIED = date(2026, 7, 20), date(2026, 7, 31)
LATER_IN_AUGUST = date(2026, 8, 14)
IN_OCTOBER = date(2026, 10, 15)


def orders(projects: Iterable[Project]) -> tuple[Order, ...]:
    """The year's orders in order of day."""
    on_track = {project.track.name: project for project in projects}
    of = {name: project.code for name, project in on_track.items()}
    return (
        Order(
            date(2026, 6, 15), "correction", of["behind-corrected"], "产出落后时间进度三十个百分点，限期整改", "县绩效〔2026〕12号",
            deviations=("2026-05/behind-goal", "2026-04/mismatch"), until=date(2026, 7, 20),
        ),
        Order(
            date(2026, 6, 15), "watching", of["serious-problem"], "三号桥桩基质量抽检不合格，复检期间按更严标准监控", "县绩效〔2026〕13号",
        ),
        Order(date(2026, 7, 8), "answer", of["behind-corrected"], "增加两支施工队，六月下旬已追回十三个百分点"),
        Order(
            MID_YEAR, "return", of["behind-corrected"], "没有说明周调度安排，也没有监理签认的工程量，请补充后重报",
            until=date(2026, 8, 10),
        ),
        Order(MID_YEAR, "urging", of["adjusted"], "上级提高中小河流治理补助标准", "省水规计〔2026〕18号"),
        Order(APPLIED, "answer", of["behind-corrected"], "每周一由分管局长调度；附监理签认的六、七月工程量清单"),
        Order(LATER_IN_AUGUST, "acceptance", of["behind-corrected"], "七月产出已追上时间进度，整改有效"),
        Order(
            LATER_IN_AUGUST, "suspension", of["mismatch-suspended"], "资金支付远快于产出，经核实存在提前支付", "县财预〔2026〕22号",
            until=date(2026, 10, 31),
        ),
        Order(
            DECIDED, "correction", of["slow"], on_track["slow"].track.august.reason, DOCUMENT,
            deviations=("2026-04/slow-execution", "2026-05/mismatch", "2026-07/slow-execution"), until=date(2026, 9, 30), by_round=True,
        ),
        Order(date(2026, 9, 8), "answer", of["slow"], "用地批复后三个班组同时施工，八月支付六个百分点"),
        Order(date(2026, 9, 15), "acceptance", of["slow"], "支付进度已在回升，按周跟踪"),
        Order(IN_OCTOBER, "resumption", of["mismatch-suspended"], "已追回预付资金形成的产出，恢复执行", "县财预〔2026〕30号"),
        Order(IN_OCTOBER, "stop", of["expected-none"], "预期无法实现绩效目标，停止执行并收回结余资金", "县财预〔2026〕40号"),
    )  # fmt: skip
