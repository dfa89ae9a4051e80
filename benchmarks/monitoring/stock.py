"""Words, codes and sources that the made vouchers are written with: as a province's finance systems have them."""

from __future__ import annotations

from typing import NamedTuple


class Source(NamedTuple):
    """A finance system: how it numbers, and in which year a number is unique (0 where numbers never repeat)."""

    code: str
    number: str  # a format of year, month and the source's own rising count
    numbering_year: int | None  # None: the year of booking


SOURCES = (
    Source("treasury-330000", "{year}-{month:02}-{count:07}", None),
    Source("social-insurance-330000", "社保记-{month:02}-{count:06}", None),
    Source("infrastructure-330000", "JS{year}{month:02}-{count:07}", None),
    Source("agriculture-330000", "33-{count:012}", 0),
)

PLACES = (
    "城东",
    "城西",
    "滨江",
    "柳溪",
    "青田",
    "石塘",
    "双桥",
    "横店",
    "云和",
    "龙泉",
    "白鹤",
    "东港",
    "沙湾",
    "南浔",
    "新昌",
    "天台",
)
WORKS = (
    "农村饮水安全巩固提升工程", "中小河流治理工程", "义务教育薄弱环节改善", "高标准农田建设", "基层医疗卫生服务能力提升",
    "农村公路养护", "保障性安居工程配套", "城乡居民基本医疗保险补助", "污水处理厂提标改造", "职业技能提升行动", "公共文化服务体系建设",
    "大气污染防治", "智慧政务平台运维", "困难群众救助补助", "林业生态保护恢复", "社区养老服务设施建设", "山洪灾害防治", "老旧小区改造",
)  # fmt: skip
OCCASIONS = (
    "第{n}期工程进度款", "第{n}批设备采购款", "监理服务费（第{n}期）", "{n}月份人员经费", "{n}月份运行维护费", "补助资金第{n}批拨付",
    "勘察设计费", "竣工结算尾款", "质量保证金", "第三方评估服务费", "材料费及运输费（第{n}批）", "{n}月份水电物业费",
)  # fmt: skip
PAYEES = (
    "省建工集团有限公司",
    "市水利水电建设有限公司",
    "县教育局",
    "第一人民医院",
    "中科软件技术有限公司",
    "农户一卡通代发户",
    "镇人民政府财政所",
)
REVERSED = "红字冲销："

FUNCTIONAL = (
    "2050202", "2050203", "2080801", "2081002", "2100302", "2100408", "2110301", "2110302", "2120303", "2130122", "2130142", "2130305",
    "2130306", "2130314", "2140106", "2150299", "2210103", "2240601",
)  # fmt: skip
ECONOMIC = (
    "30101", "30201", "30205", "30209", "30213", "30218", "30226", "30227", "30299", "30305", "30399", "30901", "30905", "31001", "31003",
    "31005", "31006", "31099",
)  # fmt: skip
