-- What the published projects of the year paid in each month, in one currency.
select month.period, sum(month.paid_in_month)::bigint as paid, sum(sum(month.paid_in_month)) over (order by month.period)::bigint as cumulative
from month
join publication using (year, project, number)
where publication.year = %(year)s and publication.latest and publication.currency = %(currency)s
group by month.period
order by month.period
