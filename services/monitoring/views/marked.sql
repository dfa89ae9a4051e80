-- How many projects wait to be judged: those that some mark names.
select count(distinct project) as waiting from ledger.mark, unnest(projects) as project
