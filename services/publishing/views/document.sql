-- The published document of a project, byte for byte.
select document, digest from publication
where year = %(year)s and project = %(project)s and (number = %(number)s or (%(number)s::integer is null and latest))
