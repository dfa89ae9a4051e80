"""Pages of rounds: `reading` rounds, a round by department, its list, a project's part; `forms` what people do there; `report` the report
by department as page, workbook (`workbook`) and print (`printed`), with its charts (`drawings`).
"""
