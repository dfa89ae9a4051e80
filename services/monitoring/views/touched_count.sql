-- How many projects were touched and are not judged yet.
select count(*) as waiting from ledger.touched
