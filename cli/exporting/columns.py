"""The columns of what is exported, the same in every format, headed in English or in Chinese.

The ledger's are headed as `jixiao emit` knows them, so that what was exported can be sent again and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Language = Literal["en", "zh"]
_OF_PROJECT = {"year": "年度", "project": "项目编码", "name": "项目名称", "unit": "单位", "department": "主管部门"}
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "ledger": {
        "source": "来源系统",
        "fiscal_year": "会计年度",
        "number": "凭证号",
        "date": "日期",
        "amount": "金额",
        "currency": "币种",
        "project": "项目编码",
        "unit": "单位编码",
        "functional": "功能分类",
        "economic": "经济分类",
        "memo": "摘要",
        "sequence": "sequence",
        "arrived": "到达时间",
        "partition": "分区",
        "offset": "位置",
    },
    "judgements": {
        **_OF_PROJECT,
        "period": "月份",
        "judgement": "判断次序",
        "as_of": "判断日期",
        "closed": "已结月",
        "rules": "规则版本",
        "currency": "币种",
        "budget": "预算",
        "paid": "已支付",
        "vouchers": "凭证张数",
        "digest": "凭证摘要值",
        "execution": "预算执行率",
        "attainment": "目标完成率",
        "time": "时间进度",
        "mismatch": "偏离",
        "values": "指标完成数",
        "findings": "发现",
        "recommendation": "系统建议",
        "event": "事件编号",
    },
    "deviations": {
        **_OF_PROJECT,
        "deviation": "偏差",
        "rule": "规则",
        "level": "等级",
        "period": "月份",
        "found_on": "发现日期",
        "judgement": "判断次序",
        "state": "进展",
        "explanation": "单位说明",
        "explained_by": "说明人",
        "explained_on": "说明日期",
        "dismissed_on": "销号日期",
        "dismissed_by": "销号人",
        "dismissal_reason": "销号理由",
        "dismissal_document": "销号文件",
        "event": "事件编号",
    },
}
"""Each column by its name in English, which is what the view calls it, with its name in Chinese."""
MONEY = frozenset({"amount", "budget", "paid"})
"""Columns in minor units of the row's currency, exported in major ones."""


def headings(what: str, lang: Language) -> list[str]:
    """The headings of what is exported."""
    return [zh if lang == "zh" else name for name, zh in COLUMNS[what].items()]
