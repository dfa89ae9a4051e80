"""From a finance system's export to vouchers on the execution stream; `jixiao emit` is the door.

- `file.py`       one file's way: open → read each row → settle which stand → write the rejects → send
- `maps.py`       how a source's columns read: a clerk's map, or `usual.toml`
- `columns.py`    where in this file those columns stand
- `vouchers.py`   a row as a voucher, or the reasons why not
- `settling.py`   first, duplicate or conflict: which vouchers of a file stand
- `places.py`     the row, or sheet and cell, that a refusal speaks of
- `rejects.py`    what was refused, in a file that can be corrected and sent again
- `sending.py`    to Kafka
- `progress.py`, `words.py`, `words.toml`   what a person sees
"""
