"""Monitoring's API: `orders` what people ask, `projects` what was judged, `ledger` what was counted; `bodies` how requests are written,
`shapes` how rows are.
"""
