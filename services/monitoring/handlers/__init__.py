"""The only place of monitoring that writes, with `bulk`: permit → load → decide → append → apply.

`commands` is what people ask; `heard` what other services announced; `due` what the clock brings; `touched` judges the projects that the
intake of vouchers touched; `watching` moves the watch list and what it covers;
`judging` is what they share: a project loaded, its months judged, everything appended at once.
"""
