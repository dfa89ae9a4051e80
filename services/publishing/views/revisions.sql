-- Every publication of a project, the latest first.
select number, published_on, digest, event from publication where year = %(year)s and project = %(project)s order by number desc
