-- The years of which something is published, the latest first.
select distinct year from publication where latest order by year desc
