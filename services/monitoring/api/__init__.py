"""Monitoring's API: `orders` what people ask, `office` what waits and many decided at once, `projects` what was judged, `ledger` what was
counted; `bodies` how requests are written, `shapes` how rows are.
"""
